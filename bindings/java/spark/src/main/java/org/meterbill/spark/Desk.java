// SPDX-License-Identifier: Apache-2.0
package org.meterbill.spark;

import java.nio.LongBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.meterbill.Billed;
import org.meterbill.Bulk;
import org.meterbill.MeterbillException;
import org.meterbill.Status;

/** One task: rows in, bills out, some rows at a time. */
final class Desk implements Iterator<Row> {
    private static final int ROWS_AT_ONCE = 512;
    private static final int READINGS_AT_ONCE = 1 << 20;
    private static final int OPEN = 64;
    /** The first columns of a row, as SparkBilling selects them; then come facts and position, the registers, and what is kept. */
    private static final String[] FIRST = {"account", "contract", "from_utc_s", "to_utc_s", "step_s"};
    private static final long FIRST_SECOND = -62_135_596_800L;
    private static final long LAST_SECOND = 253_402_300_799L;

    private final Iterator<Row> rows;
    private final Plan plan;
    private final int partition;
    private final Shelf shelf;
    private final String[] registers;
    private final Map<Key, Opened> opened = new LinkedHashMap<>(16, 0.75f, true);
    private final LongBuffer[] columns;
    private Iterator<Row> ready = List.<Row>of().iterator();

    Desk(Iterator<Row> rows, Plan plan, int partition) {
        this.rows = rows;
        this.plan = plan;
        this.partition = partition;
        this.shelf = new Shelf(plan);
        this.registers = plan.registers.keySet().toArray(new String[0]);
        this.columns = new LongBuffer[registers.length];
    }

    /** How rows are priced; those with the same key together. */
    private static final class Key {
        final String contract;
        final long from;
        final long to;
        final long step;
        final int n;
        final boolean[] here;

        Key(String contract, long from, long to, long step, int n, boolean[] here) {
            this.contract = contract;
            this.from = from;
            this.to = to;
            this.step = step;
            this.n = n;
            this.here = here;
        }

        @Override
        public boolean equals(Object other) {
            if (!(other instanceof Key)) {
                return false;
            }
            Key key = (Key) other;
            return contract.equals(key.contract) && from == key.from && to == key.to && step == key.step && n == key.n && Arrays.equals(here, key.here);
        }

        @Override
        public int hashCode() {
            return contract.hashCode() + 31 * Long.hashCode(from * 31 + to) + n;
        }
    }

    private static final class Opened {
        final Shelf.Version version;
        final Bulk bulk;

        Opened(Shelf.Version version, Bulk bulk) {
            this.version = version;
            this.bulk = bulk;
        }
    }

    @Override
    public boolean hasNext() {
        return ready.hasNext() || rows.hasNext();
    }

    @Override
    public Row next() {
        if (!ready.hasNext()) {
            ready = bill(take()).iterator();
        }
        return ready.next();
    }

    /** Bounded by rows and by readings, whatever the partition has. */
    private List<Row> take() {
        if (!rows.hasNext()) {
            throw new NoSuchElementException();
        }
        List<Row> some = new ArrayList<>(ROWS_AT_ONCE);
        long readings = 0;
        while (rows.hasNext() && some.size() < ROWS_AT_ONCE && readings < READINGS_AT_ONCE) {
            Row row = rows.next();
            some.add(row);
            for (int i = 0; i < registers.length; i++) {
                readings += row.isNullAt(register(i)) ? 0 : row.<Long>getList(register(i)).size();
            }
        }
        return some;
    }

    private int register(int i) {
        return FIRST.length + 2 + i;
    }

    private List<Row> bill(List<Row> some) {
        Row[] answers = new Row[some.size()];
        Map<Key, List<Integer>> keys = new LinkedHashMap<>();
        for (int i = 0; i < answers.length; i++) {
            try {
                keys.computeIfAbsent(key(some.get(i)), key -> new ArrayList<>()).add(i);
            } catch (Refusal refused) {
                answers[i] = refuse(some.get(i), refused);
            }
        }
        keys.forEach((key, numbers) -> {
            Opened on;
            try {
                on = open(key);
            } catch (Refusal refused) {
                numbers.forEach(i -> answers[i] = refuse(some.get(i), refused));
                return;
            }
            billSome(key, on, some, numbers, answers);
        });
        return Arrays.asList(answers);
    }

    private Key key(Row row) {
        for (int i = 0; i < FIRST.length; i++) {
            if (row.isNullAt(i)) {
                throw new Refusal(Status.E_MISSING_KEY, FIRST[i] + " is null");
            }
        }
        long from = row.getLong(2);
        long to = row.getLong(3);
        long step = row.getLong(4);
        if (to <= from || step <= 0 || from < FIRST_SECOND || to > LAST_SECOND) {
            throw new Refusal(Status.E_RANGE, "there is no span from " + from + " to " + to + " in steps of " + step + " s");
        }
        boolean[] here = new boolean[registers.length];
        int n = -1;
        for (int i = 0; i < registers.length; i++) {
            here[i] = !row.isNullAt(register(i));
            if (!here[i]) {
                continue;
            }
            int length = row.<Long>getList(register(i)).size();
            n = n < 0 ? length : n;
            if (length != n || length == 0 || length > (to - from) / step) {
                throw new Refusal(Status.E_RANGE, length + " readings of " + step + " s of the register \"" + registers[i] + "\" in a span of " + (to - from) + " s"
                    + (length != n ? ", others have " + n : ""));
            }
        }
        long steps = n < 0 ? (to - from + step - 1) / step : n; // more than an axis may have are refused when it is opened
        return new Key(row.getString(1), from, to, step, (int) Math.min(steps, Integer.MAX_VALUE), here);
    }

    private Opened open(Key key) {
        Opened known = opened.get(key);
        if (known != null) {
            return known;
        }
        Contract contract = plan.contract(key.contract);
        if (contract == null) {
            throw new Refusal(Status.E_NOT_FOUND, "there is no contract \"" + key.contract + "\" among the " + plan.contracts.size() + " handed over");
        }
        Shelf.Version version = shelf.version(key.contract, contract, key.from, key.to);
        Instant first = Instant.ofEpochSecond(key.from);
        Bulk.Builder builder = Bulk.of(version.tariff).span(first, Instant.ofEpochSecond(key.to)).axis(first, Duration.ofSeconds(key.step), key.n).facts(contract.facts);
        for (int i = 0; i < registers.length; i++) {
            if (key.here[i]) {
                builder.register(registers[i]);
            }
        }
        if (contract.allowGaps) {
            builder.allowGaps();
        }
        try {
            known = new Opened(version, builder.open());
        } catch (MeterbillException refused) {
            throw Refusal.of(refused);
        }
        opened.put(key, known);
        if (opened.size() > OPEN) {
            Iterator<Opened> eldest = opened.values().iterator();
            eldest.next().bulk.close();
            eldest.remove();
        }
        return known;
    }

    private void billSome(Key key, Opened on, List<Row> some, List<Integer> numbers, Row[] answers) {
        List<Integer> whole = new ArrayList<>(numbers.size());
        for (int number : numbers) {
            try {
                fill(some.get(number), key, whole.size(), numbers.size());
                whole.add(number);
            } catch (Refusal refused) {
                answers[number] = refuse(some.get(number), refused);
            }
        }
        List<LongBuffer> uses = new ArrayList<>();
        for (int i = 0; i < registers.length; i++) {
            if (key.here[i]) {
                uses.add(columns[i].limit(whole.size() * key.n).position(0));
            }
        }
        List<Billed> billed = on.bulk.bills(whole.size(), uses, documents(some, whole, FIRST.length, plan.hasFacts), documents(some, whole, FIRST.length + 1, plan.hasPositions));
        for (int k = 0; k < whole.size(); k++) {
            Row row = some.get(whole.get(k));
            Billed one = billed.get(k);
            answers[whole.get(k)] = one.status() == Status.OK ? answer(row, on.version, one) : refuse(row, Refusal.of(one.refusal(-1)));
        }
    }

    /** The readings of a row as account k of the columns; a reading that is null is not 0. */
    private void fill(Row row, Key key, int k, int accounts) {
        for (int i = 0; i < registers.length; i++) {
            if (!key.here[i]) {
                continue;
            }
            if (columns[i] == null || columns[i].capacity() < (long) accounts * key.n) {
                columns[i] = Bulk.column(Math.multiplyExact(accounts, key.n));
            }
            columns[i].clear();
            columns[i].position(k * key.n);
            int at = 0;
            for (Long reading : row.<Long>getList(register(i))) {
                if (reading == null) {
                    throw new Refusal(Status.E_GAP, "reading " + at + " of the register \"" + registers[i] + "\" is null; a column has every reading");
                }
                columns[i].put(reading);
                at++;
            }
        }
    }

    private static List<String> documents(List<Row> some, List<Integer> numbers, int column, boolean there) {
        if (!there) {
            return null;
        }
        List<String> documents = new ArrayList<>(numbers.size());
        numbers.forEach(number -> documents.add(some.get(number).getString(column)));
        return documents;
    }

    private Row answer(Row row, Shelf.Version version, Billed one) {
        return row(row, version.id, version.name, version.currency, one.totalMicro(), (long) one.flags(), one.bill(), one.position(), Status.OK.name(), null, null);
    }

    /** A row that says why; or the exception that ends the task. */
    private Row refuse(Row row, Refusal refused) {
        if (!plan.rows) {
            throw refused.at(partition, row.getString(0), row.getString(1));
        }
        return row(row, null, null, null, null, null, null, null, refused.status.name(), refused.path.isEmpty() ? null : refused.path, refused.reason);
    }

    private Row row(Row row, String tariff, String version, String currency, Long total, Long flags, String bill, String position, String status, String path,
        String message) {
        Object[] cells = new Object[2 + plan.keep.length + 12];
        int at = 0;
        cells[at++] = row.get(0);
        cells[at++] = row.get(1);
        for (int i = 0; i < plan.keep.length; i++) {
            cells[at++] = row.get(FIRST.length + 2 + registers.length + i);
        }
        for (Object cell : new Object[] {tariff, version, row.get(2), row.get(3), currency, total, flags, bill, position, status, path, message}) {
            cells[at++] = cell;
        }
        return RowFactory.create(cells);
    }
}
