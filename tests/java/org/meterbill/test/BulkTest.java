// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.meterbill.test.Samples.FEBRUARY;
import static org.meterbill.test.Samples.HOME;
import static org.meterbill.test.Samples.JANUARY;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.meterbill.Billed;
import org.meterbill.BillsHash;
import org.meterbill.Bulk;
import org.meterbill.Priced;
import org.meterbill.Status;
import org.meterbill.Tariff;
import org.meterbill.Usage;

/** Columns of many accounts, held against one bill at a time. */
class BulkTest {
    private static final int HOURS = 744;
    private static final int ACCOUNTS = 50;

    private static LongBuffer random(long seed) {
        Random random = new Random(seed);
        LongBuffer values = Bulk.column(ACCOUNTS * HOURS);
        for (int i = 0; i < values.capacity(); i++) {
            values.put(i, random.nextInt(700_000));
        }
        return values;
    }

    private static Bulk january(Tariff tariff) {
        return Bulk.of(tariff).span(JANUARY, FEBRUARY).axis(JANUARY, Duration.ofHours(1), HOURS).register("import").open();
    }

    private static BigDecimal alone(Tariff tariff, LongBuffer values, int account) {
        List<BigDecimal> hours = new ArrayList<>();
        for (int i = 0; i < HOURS; i++) {
            hours.add(BigDecimal.valueOf(values.get(account * HOURS + i), 6));
        }
        return tariff.price(Usage.between(JANUARY, FEBRUARY).intervals("import", JANUARY, Duration.ofHours(1), hours).build()).bill().total();
    }

    @Test
    void totalsAreThoseOfSingleBills() {
        LongBuffer values = random(1);
        LongBuffer totals = Bulk.column(ACCOUNTS);
        LongBuffer charges = Bulk.column(2 * ACCOUNTS);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            assertEquals(0, bulk.batch(totals).register(values).charges(charges).price());
            for (int i = 0; i < ACCOUNTS; i++) {
                assertEquals(0, alone(tariff, values, i).compareTo(BigDecimal.valueOf(totals.get(i), 6)), "account " + i);
                assertEquals(totals.get(i), charges.get(2 * i) + charges.get(2 * i + 1));
            }
        }
    }

    @Test
    void fromPositionToLimit() {
        LongBuffer values = random(2);
        LongBuffer totals = Bulk.column(ACCOUNTS);
        LongBuffer two = Bulk.column(10);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            bulk.batch(totals).register(values).price();
            two.position(4).limit(6);
            values.position(7 * HOURS).limit(9 * HOURS);
            bulk.batch(two).register(values).price();
            assertArrayEquals(new long[] {0, totals.get(7), totals.get(8), 0}, new long[] {two.get(3 - 3), two.get(4), two.get(5), two.get(0)});
        }
    }

    @Test
    void positionsGoOn() {
        LongBuffer values = random(3);
        LongBuffer totals = Bulk.column(ACCOUNTS);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            int size = (int) tariff.info().get("position_size").whole();
            ByteBuffer positions = ByteBuffer.allocateDirect(ACCOUNTS * size);
            bulk.batch(totals).register(values).positions(null, positions).price();
            refused(Status.E_POSITION, () -> bulk.batch(totals).register(values).positions(positions, positions).price());
        }
    }

    @Test
    void accountsThatAreRefused() {
        LongBuffer values = random(4);
        values.put(3 * HOURS + 5, -1_000_000_000L);
        LongBuffer totals = Bulk.column(ACCOUNTS);
        IntBuffer statuses = ByteBuffer.allocateDirect(4 * ACCOUNTS).order(ByteOrder.nativeOrder()).asIntBuffer();
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            assertEquals(1, bulk.batch(totals).register(values).statuses(statuses).price());
            assertEquals(Status.E_RANGE.number(), statuses.get(3));
            assertEquals(0, statuses.get(2));
            assertEquals(3, refused(Status.E_RANGE, () -> bulk.batch(totals).register(values).price()).index().orElse(-1));
        }
    }

    @Test
    void buffersThatDoNotFit() {
        LongBuffer values = random(5);
        LongBuffer totals = Bulk.column(ACCOUNTS);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            refused(Status.E_MISUSE, () -> bulk.batch(LongBuffer.allocate(ACCOUNTS)));
            refused(Status.E_MISUSE, () -> bulk.batch(ByteBuffer.allocateDirect(8).order(ByteOrder.BIG_ENDIAN).asLongBuffer()));
            refused(Status.E_MISUSE, () -> bulk.batch(totals.asReadOnlyBuffer()));
            refused(Status.E_MISUSE, () -> bulk.batch(totals).price());
            refused(Status.E_MISUSE, () -> bulk.batch(totals).register(values).register(values).price());
            assertThrows(NullPointerException.class, () -> bulk.batch(totals).register(null));
            values.limit(values.capacity() - 1);
            assertThrows(RuntimeException.class, () -> bulk.batch(totals).register(values).price());
            ByteBuffer odd = ByteBuffer.allocateDirect(8 * ACCOUNTS + 1).order(ByteOrder.nativeOrder());
            odd.position(1);
            LongBuffer unaligned = odd.slice().order(ByteOrder.nativeOrder()).asLongBuffer();
            values.clear();
            refused(Status.E_MISUSE, () -> bulk.batch(unaligned).register(values).price());
        }
    }

    @Test
    void aBulkOutlivesItsTariffsClosing() {
        LongBuffer values = random(6);
        LongBuffer totals = Bulk.column(ACCOUNTS);
        Tariff tariff = Tariff.compile(HOME);
        try (Bulk bulk = january(tariff)) {
            tariff.close();
            assertThrows(IllegalStateException.class, tariff::canonical);
            assertEquals(0, bulk.batch(totals).register(values).price());
        }
        assertThrows(IllegalStateException.class, () -> january(tariff));
    }

    @Test
    void eightThreadsShareOne() throws Exception {
        LongBuffer values = random(7);
        LongBuffer wanted = Bulk.column(ACCOUNTS);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            bulk.batch(wanted).register(values).price();
            List<Future<LongBuffer>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(pool.submit(() -> {
                    LongBuffer totals = Bulk.column(ACCOUNTS);
                    bulk.batch(totals).register(values).price();
                    return totals;
                }));
            }
            for (Future<LongBuffer> one : all) {
                assertEquals(wanted, one.get());
            }
        }
        pool.shutdown();
        assertEquals(Collections.emptyList(), pool.shutdownNow());
    }

    @Test
    void billsAreThoseOfSingleBillsToTheByte() {
        LongBuffer values = random(5);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            List<Billed> billed = bulk.bills(ACCOUNTS, List.of(values), null, null);
            assertEquals(ACCOUNTS, billed.size());
            for (int account : new int[] {0, 7, ACCOUNTS - 1}) {
                List<BigDecimal> hours = new ArrayList<>();
                for (int i = 0; i < HOURS; i++) {
                    hours.add(BigDecimal.valueOf(values.get(account * HOURS + i), 6));
                }
                Priced alone = tariff.price(Usage.between(JANUARY, FEBRUARY).intervals("import", JANUARY, Duration.ofHours(1), hours).build());
                assertEquals(alone.bill().toString(), billed.get(account).bill());
                assertEquals(alone.position().toString(), billed.get(account).position());
                assertEquals(0, alone.bill().total().compareTo(BigDecimal.valueOf(billed.get(account).totalMicro(), 6)));
                assertEquals(0, billed.get(account).flags());
            }
        }
    }

    @Test
    void aRefusedBillSaysSoInItsPlace() {
        LongBuffer values = random(6);
        values.put(HOURS, Long.MAX_VALUE).put(HOURS + 1, Long.MAX_VALUE);
        try (Tariff tariff = Tariff.compile(HOME); Bulk bulk = january(tariff)) {
            List<Billed> billed = bulk.bills(3, List.of(values.limit(3 * HOURS)), null, Arrays.asList(null, null, "{"));
            assertEquals(List.of(Status.OK, Status.E_OVERFLOW, Status.E_SYNTAX), billed.stream().map(Billed::status).collect(Collectors.toList()));
            assertEquals("", billed.get(1).bill() + billed.get(1).position() + billed.get(2).bill());
            assertEquals(Status.E_SYNTAX, billed.get(2).refusal(2).status());
            assertEquals(2, billed.get(2).refusal(2).index().getAsLong());
            refused(Status.E_RANGE, () -> bulk.bills(2, List.of(values), null, null));
            refused(Status.E_RANGE, () -> bulk.bills(3, List.of(values), List.of("{}"), null));
            refused(Status.E_MISUSE, () -> bulk.bills(3, List.of(LongBuffer.allocate(3 * HOURS)), null, null));
        }
    }

    @Test
    void theHashOfBillsIsThatOfPythonAndAddsUp() {
        BillsHash whole = new BillsHash();
        BillsHash other = new BillsHash();
        whole.add("A1", "{}");
        other.add("A2", "{\"é\":1}");
        whole.add(other);
        assertEquals("2:55848c37a44562f49f331ca341349484cdfe40d5ac8fc256e257b6db2daac7af", whole.toString());
        assertEquals(whole, BillsHash.parse(whole.toString()));
        assertEquals(2, whole.count());
        refused(Status.E_SYNTAX, () -> BillsHash.parse("2:00"));
    }
}
