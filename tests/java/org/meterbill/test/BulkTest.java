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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.meterbill.Bulk;
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
}
