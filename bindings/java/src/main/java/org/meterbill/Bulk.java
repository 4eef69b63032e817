// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Many accounts of one tariff over one span, priced from columns in one call and without a copy. Immutable; any number of threads may share it.
 *
 * <p>Columns are direct buffers of the machine's byte order ({@link #column}), taken from position to limit, in whole 10^-6.
 *
 * <pre>{@code
 * try (Bulk bulk = Bulk.of(tariff).span(from, to).axis(from, Duration.ofHours(1), 744).register("import").open()) {
 *     bulk.batch(totals).register(readings).price();
 * }
 * }</pre>
 */
public final class Bulk extends Owner {
    private static final int ALLOW_GAPS = 0x1;
    private static final char RECORD = 0x1e;
    private final int registers;
    private final int facts;

    private Bulk(long pointer, NativeHandle tariff, int registers, int facts) {
        super("Bulk", pointer, bulk -> {
            MeterbillNative.mbill_face_bulk_free(bulk);
            tariff.exit();
        }, false);
        this.registers = registers;
        this.facts = facts;
    }

    /**
     * A column to be filled.
     *
     * @param n how many numbers
     * @return a direct buffer of this machine's byte order, all 0
     */
    public static LongBuffer column(int n) {
        return Columns.longs(n);
    }

    /**
     * Begins with a tariff.
     *
     * @param tariff the tariff; closing it waits until this is closed
     * @return what takes span, axis and names
     */
    public static Builder of(Tariff tariff) {
        return new Builder(tariff);
    }

    /** Says what the columns are. Not for several threads at once. */
    public static final class Builder {
        private final Tariff tariff;
        private long from;
        private long to;
        private long start;
        private long step;
        private long steps;
        private final List<String> registers = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private String facts;
        private int flags;

        private Builder(Tariff tariff) {
            this.tariff = Objects.requireNonNull(tariff, "tariff");
        }

        /**
         * The span of the bills.
         *
         * @param first its first instant, a whole second
         * @param end   its end, not included
         * @return this
         */
        public Builder span(Instant first, Instant end) {
            from = Times.utcSeconds(first, "the span");
            to = Times.utcSeconds(end, "the span");
            return this;
        }

        /**
         * The axis of time of the columns of registers.
         *
         * @param first  when the first step begins, a whole second
         * @param length of a step, whole seconds
         * @param n      steps of each account
         * @return this
         */
        public Builder axis(Instant first, Duration length, long n) {
            if (length.getNano() != 0) {
                throw new MeterbillException(Status.E_DIGITS, "the step is not whole seconds");
            }
            start = Times.utcSeconds(first, "the axis");
            step = length.getSeconds();
            steps = n;
            return this;
        }

        /**
         * A register that has a column.
         *
         * @param name its name in the tariff
         * @return this
         */
        public Builder register(String name) {
            registers.add(name);
            return this;
        }

        /**
         * A fact that has a column.
         *
         * @param name its name in the tariff
         * @return this
         */
        public Builder fact(String name) {
            names.add(name);
            return this;
        }

        /**
         * What all accounts have in common.
         *
         * @param json a document of kind "facts"
         * @return this
         */
        public Builder facts(String json) {
            facts = json;
            return this;
        }

        /**
         * Time without readings is billed as far as it is known.
         *
         * @return this
         */
        public Builder allowGaps() {
            flags |= ALLOW_GAPS;
            return this;
        }

        /**
         * Compiles the tariff onto the axis.
         *
         * @return what prices batches
         * @throws MeterbillException as mbill_bulk_open() of bulk.h
         */
        public Bulk open() {
            byte[] lines = Text.utf8(String.join("\n", registers));
            byte[] factLines = Text.utf8(String.join("\n", names));
            byte[] common = Text.optional(facts);
            long pointer = tariff.enter();
            boolean kept = false;
            try {
                long bulk = MeterbillNative.mbill_face_bulk_open(pointer, from, to, start, step, steps, lines, factLines, common, flags);
                Bulk opened = new Bulk(bulk, tariff.handle(), registers.size(), names.size());
                kept = true;
                return opened;
            } finally {
                if (!kept) {
                    tariff.exit();
                }
            }
        }
    }

    /**
     * Begins a batch.
     *
     * @param totals filled with what each account comes to, 10^-6 of the currency; its room says how many accounts there are
     * @return what takes the columns
     * @throws MeterbillException {@link Status#E_MISUSE}: no direct buffer of this machine's byte order that may be written
     */
    public Batch batch(LongBuffer totals) {
        return new Batch(totals);
    }

    /**
     * The bills of accounts as documents, with their positions: what a table keeps, where sums are not enough.
     *
     * @param accounts  how many
     * @param columns   one a register, in the order of {@link Builder#register}: the steps of the first account, then those of the second, …, 10^-6 of its unit
     * @param facts     null, or for each account null or a document of kind "facts" with its own values and factors, beside {@link Builder#facts}
     * @param positions null, or for each account null or its position, a document
     * @return one an account; what was refused says so in its place
     * @throws MeterbillException {@link Status#E_RANGE}: other lengths, or facts that have columns, which are for {@link #batch}; {@link Status#E_MISUSE}: no
     *         direct buffer of this machine's byte order; {@link Status#E_NOMEM}
     */
    public List<Billed> bills(int accounts, List<LongBuffer> columns, List<String> facts, List<String> positions) {
        LongBuffer[] uses = new LongBuffer[columns.size()];
        for (int i = 0; i < uses.length; i++) {
            uses[i] = Columns.in(columns.get(i), "a register");
        }
        byte[] known = documents(facts);
        byte[] before = documents(positions);
        byte[] answer = bytes((bulk, out) -> MeterbillNative.mbill_face_bulk_bills(bulk, uses, known, before, accounts, out));
        List<Billed> billed = new ArrayList<>(accounts);
        int from = 0;
        for (int at = 0; at < answer.length; at++) {
            if (answer[at] == RECORD) {
                billed.add(new Billed(answer, from, at));
                from = at + 1;
            }
        }
        return billed;
    }

    /** Documents one after the other, each ended by U+001E, as C takes them. */
    private static byte[] documents(List<String> documents) {
        if (documents == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        documents.forEach(one -> text.append(one == null ? "" : one).append(RECORD));
        return Text.utf8(text.toString());
    }

    /** The columns of one call. Not for several threads at once. */
    public final class Batch {
        private final LongBuffer totals;
        private final List<LongBuffer> columns = new ArrayList<>();
        private final List<LongBuffer> factColumns = new ArrayList<>();
        private ByteBuffer before;
        private ByteBuffer after;
        private LongBuffer charges;
        private IntBuffer status;
        private IntBuffer flags;

        private Batch(LongBuffer totals) {
            this.totals = Columns.out(totals, "the totals");
        }

        /**
         * The next register, in the order of {@link Builder#register}.
         *
         * @param values 10^-6 of its unit: the steps of the first account, then those of the second, …
         * @return this
         */
        public Batch register(LongBuffer values) {
            columns.add(Columns.in(values, "a register"));
            return this;
        }

        /**
         * The next fact, in the order of {@link Builder#fact}.
         *
         * @param values 10^-6, one an account
         * @return this
         */
        public Batch fact(LongBuffer values) {
            factColumns.add(Columns.in(values, "a fact"));
            return this;
        }

        /**
         * Where the accounts left off, and where they will.
         *
         * @param positionsBefore {@code tariff.info().get("position_size")} bytes an account; null: nothing was billed yet
         * @param positionsAfter  filled likewise; may be the same; null: not wanted
         * @return this
         */
        public Batch positions(ByteBuffer positionsBefore, ByteBuffer positionsAfter) {
            before = positionsBefore == null ? null : Columns.in(positionsBefore, "the positions before");
            after = positionsAfter == null ? null : Columns.out(positionsAfter, "the positions after");
            return this;
        }

        /**
         * What each charge comes to.
         *
         * @param amounts filled with 10^-6 of the currency, charge by charge of the first account, then of the second, …
         * @return this
         */
        public Batch charges(LongBuffer amounts) {
            charges = Columns.out(amounts, "the charges");
            return this;
        }

        /**
         * Accounts that are refused do not stop the others.
         *
         * @param statuses filled with the number of each account's status, 0 where it was priced
         * @return this
         */
        public Batch statuses(IntBuffer statuses) {
            status = Columns.out(statuses, "the statuses");
            return this;
        }

        /**
         * The marks of each account's lines, put together.
         *
         * @param marks filled with bits of MBILL_LINE_… in bill.h
         * @return this
         */
        public Batch flags(IntBuffer marks) {
            flags = Columns.out(marks, "the flags");
            return this;
        }

        /**
         * Prices all accounts.
         *
         * @return how many were refused; 0 without {@link #statuses}
         * @throws MeterbillException columns of other lengths; without {@link #statuses} the first account that is refused, by its index
         */
        public long price() {
            check();
            LongBuffer[] uses = columns.toArray(new LongBuffer[0]);
            LongBuffer[] known = factColumns.toArray(new LongBuffer[0]);
            return call(bulk -> MeterbillNative.mbill_face_bulk_price(bulk, uses, known, before, after, totals, charges, status, flags));
        }

        /**
         * Prices all accounts, some at a time, and somebody is told how far it is. Whoever is refused stands in {@link #statuses}, which this needs.
         *
         * @param some     accounts at a time
         * @param progress told the accounts that were priced, and how many there are; what it throws ends it, and what was priced stays
         * @return how many were refused
         * @throws MeterbillException as {@link #price()}; {@link Status#E_MISUSE}: no statuses, columns that are not so many values an account each
         */
        public long price(int some, Progress progress) {
            check();
            int accounts = totals.capacity();
            if (status == null || some < 1) {
                throw new MeterbillException(Status.E_MISUSE, "accounts are priced 1 or more at a time, with statuses");
            }
            long refused = 0;
            for (int first = 0; first < accounts; first += Math.min(some, accounts - first)) {
                int end = first + Math.min(some, accounts - first);
                refused += part(first, end, accounts).price();
                progress.at(end, accounts);
            }
            return refused;
        }

        private Batch part(int first, int end, int accounts) {
            Batch part = new Batch(Columns.part(totals, first, end, accounts));
            columns.forEach(column -> part.columns.add(Columns.part(column, first, end, accounts)));
            factColumns.forEach(column -> part.factColumns.add(Columns.part(column, first, end, accounts)));
            part.before = Columns.part(before, first, end, accounts);
            part.after = Columns.part(after, first, end, accounts);
            part.charges = Columns.part(charges, first, end, accounts);
            part.status = Columns.part(status, first, end, accounts);
            part.flags = Columns.part(flags, first, end, accounts);
            return part;
        }

        private void check() {
            if (columns.size() != registers || factColumns.size() != facts) {
                throw new MeterbillException(Status.E_MISUSE, columns.size() + " registers and " + factColumns.size() + " facts, expected " + registers + " and " + facts);
            }
        }
    }
}
