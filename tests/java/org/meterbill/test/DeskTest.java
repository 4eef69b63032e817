// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.meterbill.Bulk;
import org.meterbill.Commands;
import org.meterbill.Document;
import org.meterbill.Gateway;
import org.meterbill.Keyset;
import org.meterbill.MonthClose;
import org.meterbill.Signer;
import org.meterbill.Status;
import org.meterbill.Store;
import org.meterbill.StoreLedger;

/** Cashiers' days, the journal of a store, a close step by step, readings as columns, and the limits of a gateway. */
class DeskTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
    private static final LocalDate END = LocalDate.of(2026, 2, 1);
    private static final Instant BOOKED = Instant.parse("2026-02-01T06:00:00Z");
    private static final String CONTRACT = "{\"id\": \"A%1$d\", \"facts\": {}, \"contracts\": [{\"tariff\": \"home\", \"from\": \"2026-01-01\", \"to\": null, \"payment\": \"postpaid\","
        + " \"meters\": [{\"id\": \"M%1$d\", \"registers\": [{\"register\": \"import\", \"unit\": \"kWh\"}]}]}]}";
    private static final String POLICY = "{\"meterbill\": 1, \"kind\": \"billing_policy\", \"zone\": \"UTC0\", \"due\": {\"days\": 15}, \"pays\": \"amount_first\", \"late_fee\": \"none\", \"review\": \"none\"}";

    private static Store town(Path file) {
        Store store = Store.create(file);
        store.putTariff(Samples.HOME);
        store.putBillingPolicy(POLICY);
        store.putAccounts("{\"meterbill\": 1, \"kind\": \"accounts\", \"accounts\": [" + String.format(CONTRACT, 1) + "," + String.format(CONTRACT, 2) + "," + String.format(CONTRACT, 3) + "]}");
        return store;
    }

    private static LongBuffer column(long... values) {
        LongBuffer column = Bulk.column(values.length);
        column.put(values).flip();
        return column;
    }

    private static void readings(Store store, int meters) {
        for (int i = 1; i <= meters; i++) {
            long number = store.readings().number("M" + i, i % 2 == 0 ? "import" : null);
            LongBuffer registers = column(number, number);
            LongBuffer times = column(Samples.JANUARY.getEpochSecond(), Samples.FEBRUARY.getEpochSecond());
            assertEquals(2, store.readings().ingest(registers, times, column(0, 100_000_000), false).get("added").whole());
        }
    }

    @Test
    void readingsAsColumns(@TempDir Path folder) {
        try (Store store = town(folder.resolve("town.db"))) {
            readings(store, 3);
            long number = store.readings().number("M1", null);
            LongBuffer registers = column(number);
            LongBuffer times = column(Samples.FEBRUARY.getEpochSecond());
            assertEquals(1, store.readings().ingest(registers, times, null, column(100_000_000), ByteBuffer.allocateDirect(1), false).get("same").whole());
            assertEquals(0, refused(Status.E_EXISTS_DIFFERENT, () -> store.readings().ingest(registers, times, column(1), false)).index().orElse(-1));
            assertEquals(1, store.readings().ingest(registers, times, column(101_000_000), true).get("corrected").whole());
            refused(Status.E_MISUSE, () -> store.readings().ingest(registers, times, column(1, 2), false));
            refused(Status.E_MISUSE, () -> store.readings().ingest(registers, LongBuffer.allocate(1), column(1), false));
            refused(Status.E_NOT_FOUND, () -> store.readings().number("M9", null));
        }
    }

    @Test
    void aCloseStepByStep(@TempDir Path folder) {
        Store store = town(folder.resolve("town.db"));
        readings(store, 2);
        try (MonthClose close = store.close(FIRST, END, BOOKED, false)) {
            assertEquals(3, close.contracts());
            long steps = 1;
            while (close.step(1)) {
                assertEquals(steps++, close.done());
                store.ledger().tick(BOOKED); // between two steps the store may be used
            }
            assertEquals(2, close.sums().get("billed").whole());
            assertEquals(new BigDecimal("68.6"), close.sums().get("total").decimal());
            assertEquals("A3", close.sums().get("refusals").stream().findFirst().orElseThrow().get("account").text());
        }
        List<Long> told = new ArrayList<>();
        try (MonthClose close = store.close(FIRST, END, BOOKED, false)) {
            assertEquals(2, close.run((done, of) -> told.add(done * 10 + of)).get("already").whole());
        }
        assertEquals(List.of(33L), told);
        try (MonthClose close = store.close(FIRST, END, BOOKED, false)) {
            assertThrows(UnsupportedOperationException.class, () -> close.run((done, of) -> {
                throw new UnsupportedOperationException();
            }));
            refused(Status.E_RANGE, () -> close.step(0));
        }
        refused(Status.E_RANGE, () -> store.close(END, FIRST, BOOKED, false));
        MonthClose left = store.close(FIRST, END, BOOKED, false);
        store.close(); // it waits: the close is in it
        assertThrows(IllegalStateException.class, () -> left.step(1));
        left.close();
        assertThrows(IllegalStateException.class, () -> store.close(FIRST, END, BOOKED, false));
        assertThrows(IllegalStateException.class, left::sums);
    }

    @Test
    void closesThatAreForgotten(@TempDir Path folder) throws Exception {
        try (Store store = town(folder.resolve("town.db"))) {
            readings(store, 3);
            for (int i = 0; i < 200; i++) {
                store.close(FIRST, END, BOOKED, false).step(1);
            }
            System.gc();
            Thread.sleep(50);
            assertEquals(1, store.closeSpan(FIRST, END, BOOKED, false).get("already").whole());
        }
    }

    @Test
    void eightThreadsOnStoresOfTheirOwn(@TempDir Path folder) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<BigDecimal>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Path file = folder.resolve(i + ".db");
            results.add(pool.submit(() -> {
                try (Store store = town(file)) {
                    readings(store, 3);
                    try (MonthClose close = store.close(FIRST, END, BOOKED, false)) {
                        while (close.step(1)) {
                            store.ledger().verify();
                        }
                        return close.sums().get("total").decimal();
                    }
                }
            }));
        }
        for (Future<BigDecimal> result : results) {
            assertEquals(new BigDecimal("102.9"), result.get());
        }
        pool.shutdown();
    }

    @Test
    void cashiers(@TempDir Path folder) {
        LocalDate day = LocalDate.of(2026, 2, 11);
        try (Store store = town(folder.resolve("town.db"))) {
            readings(store, 3);
            store.closeSpan(FIRST, END, BOOKED, false);
            store.billing().step("issue", 0, BOOKED, "ann");
            store.putPayments("id,account,amount,time,channel,receipt,operator,bill\n00000000000000000000000000000001,A1,30,2026-02-11T09:30Z,1,1001,chen,\n", null);
            assertEquals("open", store.cashiers().days().findFirst().orElseThrow().get("state").text());
            Document compared = store.cashiers().compare(1, day, "receipt,amount\n1001,31\n7,5\n");
            assertEquals(2, compared.get("differences").stream().count());
            assertEquals("30", compared.get("ledger").text());
            Document closed = store.cashiers().close("chen", 1, day, new BigDecimal("29.5"), BOOKED.plusSeconds(864000), "till");
            assertEquals(new BigDecimal("-0.5"), closed.get("difference").decimal());
            assertEquals(closed.toString(), store.cashiers().close("chen", 1, day, new BigDecimal("29.5"), BOOKED.plusSeconds(864000), null).toString());
            refused(Status.E_EXISTS_DIFFERENT, () -> store.cashiers().close("chen", 1, day, BigDecimal.TEN, BOOKED, null));
            refused(Status.E_RANGE, () -> store.cashiers().compare(1, day, "receipt,amount\n0,1\n"));
        }
    }

    @Test
    void theJournalOfAStore(@TempDir Path folder) {
        try (Store store = town(folder.resolve("town.db")); Store other = Store.create(folder.resolve("other.db"))) {
            StoreLedger ledger = store.ledger();
            long account = store.accountNumber("A1");
            ledger.take("{\"do\":\"open\",\"id\":\"000102030405060708090a0b0c0d0e0f\",\"account\":" + account + "}", "\"DLT\"", BOOKED);
            ledger.take("{\"do\":\"top_up\",\"id\":\"101112131415161718191a1b1c1d1e1f\",\"account\":" + account + ",\"amount\":\"20\"}", null, BOOKED);
            assertEquals(ledger.verify(), ledger.rebuild());
            byte[] journal = ledger.journal();
            refused(Status.E_CORRUPT, () -> {
                other.ledger().replay(new byte[100]);
                return null;
            });
            other.ledger().replay(journal);
            assertArrayEquals(journal, other.ledger().journal());
            assertEquals(ledger.account(account).toString(), other.ledger().account(account).toString());
        }
    }

    private static String command(int number, String kind, String target, String more) {
        return String.format("{\"meterbill\": 1, \"kind\": \"command\", \"command\": \"%s\", \"target\": \"%s\", \"id\": \"%032x\", \"seq\": %d,"
            + " \"made\": \"2026-01-01T00:00:00Z\", \"ends\": \"2026-01-01T00:05:00Z\"%s}", kind, target, number, number, more);
    }

    @Test
    void aGateway() {
        Instant now = Instant.parse("2026-01-01T00:01:00Z");
        byte[] secret = new byte[32];
        secret[0] = 1;
        try (Signer signer = Signer.open(secret); Keyset keyset = Keyset.trust("relay", List.of(signer.publicKey()))) {
            String meter = "e/000000000001";
            List<String> meters = List.of(meter, "e/000000000002");
            String group = ", \"group\": {\"hash\": \"" + Hex.of(Commands.targetsHash(meters)) + "\", \"targets\": 2}";
            byte[] alarm = signer.signCommand("demo", command(1, "alarm_on", "grp/east", group));
            byte[] cut = signer.signCommand("demo", command(2, "trip", "grp/east", group));
            assertArrayEquals(Signer.nameOf(signer.publicKey()), Gateway.signer(alarm, 0));
            refused(Status.E_NOT_FOUND, () -> Gateway.signer(alarm, 1));
            Gateway.checkTargets(keyset, "demo", alarm, meters, now);
            refused(Status.E_THRESHOLD, () -> {
                Gateway.checkTargets(keyset, "demo", cut, meters, now);
                return null;
            });
            byte[] state = Gateway.countQuota(keyset, "demo", alarm, 0, null, now);
            assertTrue(Gateway.countQuota(keyset, "demo", alarm, 0, state, now).length > 0);
            byte[] pace = Gateway.countPace(command(3, "trip", meter, ""), 1, null, now);
            refused(Status.E_PACE, () -> Gateway.countPace(command(4, "trip", meter, ""), 1, pace, now));
            String poor = command(5, "trip", meter, ", \"if\": {\"balance_below\": \"0\"}");
            Gateway.mayRun(poor, now, new BigDecimal("-0.01"), null, false);
            refused(Status.E_PRECONDITION, () -> {
                Gateway.mayRun(poor, now, null, null, false);
                return null;
            });
            refused(Status.E_KEEP_POWER, () -> {
                Gateway.mayRun(poor, now, BigDecimal.ONE.negate(), 0x50, true);
                return null;
            });
            assertEquals("confirmed", Gateway.judge("trip", "none", 0x50, null, false));
            assertEquals("confirmed", Gateway.judge("valve_close", "accepted", null, Gateway.Valve.CLOSED, false));
            assertEquals("accepted", Gateway.judge("clock", "accepted", null, null, false));
            assertFalse(Gateway.judge("clock", "none", null, null, true).equals("unknown"));
            refused(Status.E_NOT_FOUND, () -> Gateway.judge("burn", "none", null, null, false));
            String receipt = "{\"meterbill\": 1, \"kind\": \"receipt\", \"state\": \"accepted\", \"at\": \"2026-01-01T00:01:02Z\", \"id\": \"" + "1".repeat(32) + "\", \"seq\": 1, \"command\": \""
                + "aa".repeat(32) + "\", \"reply\": \"68010000000000689c006d16\"}";
            Gateway.isFrom(receipt, meter);
            refused(Status.E_ADDRESS, () -> {
                Gateway.isFrom(receipt, meters.get(1));
                return null;
            });
        }
    }
}
