// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A compiled tariff: read once, then it prices any number of accounts. Immutable; any number of threads may share it.
 *
 * <pre>{@code
 * try (Tariff tariff = Tariff.compile(Path.of("tariff.json"))) {
 *     Bill bill = tariff.price(usage).bill();
 *     bill.lines().forEach(line -> System.out.println(line.amount()));
 * }
 * }</pre>
 */
public final class Tariff extends Owner {
    private Tariff(long pointer) {
        super("Tariff", pointer, MeterbillNative::mbill_tariff_free, false);
    }

    /**
     * Reads and checks a tariff.
     *
     * @param json the tariff document, of any key order
     * @return the tariff
     * @throws MeterbillException {@link Status#E_AMBIGUOUS} for a tariff that could be read two ways, {@link Status#E_SYNTAX},
     *         {@link Status#E_UNKNOWN_KEY}, {@link Status#E_MISSING_KEY} and others; the path says where
     */
    public static Tariff compile(String json) {
        return new Tariff(MeterbillNative.mbill_face_tariff_read(Text.utf8(json)));
    }

    /**
     * Reads and checks a tariff.
     *
     * @param utf8 the tariff document
     * @return the tariff
     * @throws MeterbillException as {@link #compile(String)}
     */
    public static Tariff compile(byte[] utf8) {
        NativeLoader.load();
        return new Tariff(MeterbillNative.mbill_face_tariff_read(Objects.requireNonNull(utf8, "utf8")));
    }

    /**
     * Reads and checks a tariff.
     *
     * @param file a file of the tariff document
     * @return the tariff
     * @throws java.io.UncheckedIOException the file cannot be read
     * @throws MeterbillException as {@link #compile(String)}
     */
    public static Tariff compile(Path file) {
        return compile(Text.file(file));
    }

    /**
     * The canonical document: keys sorted, no blanks, decimals in their shortest form. Its hash names the tariff.
     *
     * @return JSON
     */
    public String canonical() {
        return text(MeterbillNative::mbill_face_tariff_canonical);
    }

    /**
     * What the tariff says of itself: "id", "version", "currency", "title", "source", "hash", "valid", "registers", "facts", "periods", "charges", "step".
     *
     * @return an object; instants in UTC seconds
     */
    public Document info() {
        return Document.parse(text(MeterbillNative::mbill_face_tariff_info));
    }

    /**
     * The tariff's id.
     *
     * @return the id
     */
    public String id() {
        return info().get("id").text();
    }

    /**
     * The currency of its amounts.
     *
     * @return three letters
     */
    public String currency() {
        return info().get("currency").text();
    }

    /**
     * What a quantity of the tariff's one register comes to over a span; nothing was used before. The shortest call: no document is read or written.
     *
     * @param quantity in the register's unit, at most 6 places
     * @param from     when the span begins, a whole second
     * @param to       when it ends, not included
     * @return the total, in the tariff's currency
     * @throws MeterbillException {@link Status#E_AMBIGUOUS}: several registers; {@link Status#E_NOT_KNOWN}: times or facts are needed, which
     *         {@link #price} takes; {@link Status#E_DIGITS}, {@link Status#E_OVERFLOW}: a quantity that does not fit
     */
    public BigDecimal total(BigDecimal quantity, Instant from, Instant to) {
        long micro = Decimals.micro(quantity, "the quantity");
        return Decimals.of(totalMicro(micro, Times.utcSeconds(from, "from"), Times.utcSeconds(to, "to")));
    }

    /**
     * The same in whole numbers, for loops.
     *
     * @param quantityMicro 10^-6 of the register's unit
     * @param fromUtcS      when the span begins, UTC seconds
     * @param toUtcS        when it ends, not included
     * @return 10^-6 of the tariff's currency
     * @throws MeterbillException as {@link #total}
     */
    public long totalMicro(long quantityMicro, long fromUtcS, long toUtcS) {
        long pointer = enter();
        try {
            return MeterbillNative.mbill_face_total(pointer, fromUtcS, toUtcS, quantityMicro);
        } finally {
            exit();
        }
    }

    /**
     * The bill of an account's use, with nothing billed before and no facts.
     *
     * @param usage the use
     * @return the bill, and the position after it
     * @throws MeterbillException {@link Status#E_NOT_KNOWN} where something that pricing needs is missing, {@link Status#E_GAP},
     *         {@link Status#E_OVERLAP}, {@link Status#E_BOUNDARY} for readings that do not fit, and others of mbill_tariff_price() in tariff.h
     */
    public Priced price(Usage usage) {
        return price(PriceRequest.of(usage));
    }

    /**
     * The bill of an account's use. Each line is computed exactly and rounded once, where the tariff says.
     *
     * @param request use, facts, position
     * @return the bill, and the position after it
     * @throws MeterbillException as {@link #price(Usage)}; {@link Status#E_POSITION}: a position of another tariff or time
     */
    public Priced price(PriceRequest request) {
        byte[] usage = Text.utf8(request.usage);
        byte[] facts = Text.optional(request.facts);
        byte[] position = Text.optional(request.position);
        byte[] old = Text.optional(request.old);
        return new Priced(text((tariff, out) -> MeterbillNative.mbill_face_price(tariff, usage, facts, position, old, request.flags, out)));
    }

    /**
     * One bill over a span in which the tariff changes: each part is priced by the version that is valid in it.
     *
     * @param versions tariffs that follow each other, the oldest first
     * @param request  use, facts, position
     * @param change   how quantities are divided at a change
     * @return the bill, and the position after it, of the last version
     * @throws MeterbillException as {@link #price(PriceRequest)}; {@link Status#E_UNCOVERED}: versions that leave a gap
     */
    public static Priced priceVersions(List<Tariff> versions, PriceRequest request, VersionChange change) {
        byte[] usage = Text.utf8(request.usage);
        byte[] facts = Text.optional(request.facts);
        byte[] position = Text.optional(request.position);
        return new Priced(ofVersions(versions, (handle, out) -> MeterbillNative.mbill_face_versions_price(handle, usage, facts, position, change.split, change.stepMicro, change.how,
            request.flags, out)));
    }

    /**
     * A bill of {@link #priceVersions} read back: every line is computed again and every sum formed, each part by its own version.
     *
     * @param versions tariffs that follow each other, the oldest first
     * @param bill     the bill
     * @return the same, as the library writes it
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: a version that is not among them; {@link Status#E_INVALID}: something does not hold
     */
    public static Bill checkVersions(List<Tariff> versions, Bill bill) {
        byte[] json = Text.utf8(bill.toString());
        return new Bill(Document.parse(ofVersions(versions, (handle, out) -> MeterbillNative.mbill_face_versions_check(handle, json, out))));
    }

    /**
     * A sentence for each conversion and each line of such a bill, each by the names of its own version.
     *
     * @param versions tariffs that follow each other, the oldest first
     * @param bill     the bill
     * @return the sentences, in the order of the lines
     * @throws MeterbillException as {@link #checkVersions}
     */
    public static Stream<String> explainVersions(List<Tariff> versions, Bill bill) {
        byte[] json = Text.utf8(bill.toString());
        return Document.parse(ofVersions(versions, (handle, out) -> MeterbillNative.mbill_face_versions_explain(handle, json, out))).stream().map(Document::text);
    }

    /** What is answered to a handle of versions, while none of them is closed. */
    private static String ofVersions(List<Tariff> versions, Answer answer) {
        if (versions.isEmpty()) {
            throw new MeterbillException(Status.E_MISUSE, "expected one version at least");
        }
        List<Tariff> entered = new ArrayList<>();
        try (Versions handle = new Versions()) {
            for (Tariff version : versions) {
                long pointer = version.enter();
                entered.add(version);
                handle.add(pointer);
            }
            return Text.answer(out -> answer.on(handle.pointer, out));
        } finally {
            entered.forEach(Owner::exit);
        }
    }

    /** The versions of one call. */
    private static final class Versions implements AutoCloseable {
        private long pointer;

        void add(long tariff) {
            if (pointer == 0) {
                pointer = MeterbillNative.mbill_face_versions_open(tariff);
            } else {
                MeterbillNative.mbill_face_versions_add(pointer, tariff);
            }
        }

        @Override
        public void close() {
            MeterbillNative.mbill_face_versions_free(pointer);
        }
    }

    /**
     * What money buys at an instant: the largest quantity whose price it covers.
     *
     * @param money    in the tariff's currency, at most 6 places
     * @param at       when it is bought, a whole second
     * @param facts    a document of kind "facts"; null: none
     * @param position a document of kind "position"; null: nothing was bought yet
     * @return quantity, bill, change, position
     * @throws MeterbillException {@link Status#E_RANGE}, {@link Status#E_NOT_KNOWN} and others of mbill_tariff_buy() in buy.h
     */
    public Purchase buy(BigDecimal money, Instant at, String facts, String position) {
        byte[] known = Text.optional(facts);
        byte[] before = Text.optional(position);
        long micro = Decimals.micro(money, "the money");
        long when = Times.utcSeconds(at, "at");
        return new Purchase(text((tariff, out) -> MeterbillNative.mbill_face_buy(tariff, known, before, micro, when, out)));
    }

    /**
     * How many days a balance lasts when as much is used each 24 hours.
     *
     * @param balance  in the tariff's currency
     * @param at       from when on, a whole second
     * @param perDay   use of 24 hours, in the register's unit
     * @param facts    a document of kind "facts"; null: none
     * @param position a document of kind "position"; null: nothing was billed yet
     * @return an object: "days", "runs_out" in UTC seconds or null, "never", "at_least"
     * @throws MeterbillException as mbill_tariff_days_left() of buy.h
     */
    public Document daysLeft(BigDecimal balance, Instant at, BigDecimal perDay, String facts, String position) {
        byte[] known = Text.optional(facts);
        byte[] before = Text.optional(position);
        long money = Decimals.micro(balance, "the balance");
        long use = Decimals.micro(perDay, "the use of a day");
        long when = Times.utcSeconds(at, "at");
        return Document.parse(text((tariff, out) -> MeterbillNative.mbill_face_days_left(tariff, known, before, money, when, use, out)));
    }

    /**
     * The period of a calendar at an instant, and when it ends.
     *
     * @param at       the instant, a whole second
     * @param calendar the calendar's name; null: the only one
     * @param facts    a document of kind "facts" with the lists that calendars name; null: none
     * @return an object: "period", "end" in UTC seconds
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_NOT_KNOWN}, {@link Status#E_UNCOVERED}
     */
    public Document periodAt(Instant at, String calendar, String facts) {
        byte[] name = Text.optional(calendar);
        byte[] lists = Text.optional(facts);
        long when = Times.utcSeconds(at, "at");
        return Document.parse(text((tariff, out) -> MeterbillNative.mbill_face_tariff_period_at(tariff, name, lists, when, out)));
    }

    /**
     * The position in which nothing is billed yet.
     *
     * @return a document of kind "position"
     */
    public Document newPosition() {
        return Document.parse(text((tariff, out) -> MeterbillNative.mbill_face_position(tariff, null, out)));
    }

    /**
     * A position of another version of the tariff, as this version writes it.
     *
     * @param position a document of kind "position"
     * @return the same, of this version
     * @throws MeterbillException {@link Status#E_POSITION}: this version has no place for something
     */
    public Document carry(String position) {
        byte[] before = Text.utf8(position);
        return Document.parse(text((tariff, out) -> MeterbillNative.mbill_face_position(tariff, before, out)));
    }

    /**
     * Computes every line of a bill again, and every sum.
     *
     * @param bill a bill of this tariff
     * @return the same bill
     * @throws MeterbillException something does not hold
     */
    public Bill check(Bill bill) {
        byte[] json = Text.utf8(bill.toString());
        return Bill.of(text((tariff, out) -> MeterbillNative.mbill_face_bill_check(tariff, json, out)));
    }

    /**
     * What a bill comes to less what an old one of the same span came to.
     *
     * @param old  the old bill
     * @param bill the new one
     * @return a bill of difference lines
     * @throws MeterbillException bills of different spans or currencies
     */
    public Bill difference(Bill old, Bill bill) {
        byte[] before = Text.utf8(old.toString());
        byte[] after = Text.utf8(bill.toString());
        return Bill.of(text((tariff, out) -> MeterbillNative.mbill_face_bill_difference(tariff, before, after, out)));
    }

    /**
     * A sentence a line, to be checked with a pocket calculator: "energy, tier 1: 100 kWh x 0.25 = 25".
     *
     * @param bill a bill of this tariff
     * @return the sentences, in the order of the lines
     * @throws MeterbillException the bill is not of this tariff
     */
    public Stream<String> explain(Bill bill) {
        byte[] json = Text.utf8(bill.toString());
        List<Document> sentences = Document.parse(text((tariff, out) -> MeterbillNative.mbill_face_bill_explain(tariff, json, out))).items();
        return sentences.stream().map(Document::text);
    }

    /**
     * The tariff as the tables that a meter holds.
     *
     * @param profile what the meter can hold, a document of kind "meter_profile"; null: no limits but those of the wire
     * @param from    when the tables take over, a whole second
     * @param to      until when they must price as the tariff does
     * @return a document of kind "meter_tables"
     * @throws MeterbillException {@link Status#E_METER_TABLES}: the tables of a meter do not hold the tariff; the message says what
     */
    public Document meterTables(String profile, Instant from, Instant to) {
        byte[] limits = Text.optional(profile);
        long begin = Times.utcSeconds(from, "from");
        long end = Times.utcSeconds(to, "to");
        return Document.parse(text((tariff, out) -> MeterbillNative.mbill_face_meter_tables_make(tariff, limits, begin, end, out)));
    }

    /**
     * Do tables that were read back from a meter price as the tariff does?
     *
     * @param tables a document of kind "meter_tables"
     * @return the days that were compared
     * @throws MeterbillException {@link Status#E_METER_TABLES}: they do not, and the message says when
     */
    public long checkMeterTables(String tables) {
        byte[] json = Text.utf8(tables);
        return call(tariff -> MeterbillNative.mbill_face_meter_tables_check(tariff, json));
    }
}
