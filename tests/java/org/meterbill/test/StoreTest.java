// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.meterbill.Bill;
import org.meterbill.Document;
import org.meterbill.Status;
import org.meterbill.Store;

/** A store from Java, with the district of the guide. */
class StoreTest {
    private static final String WATER = "{\"meterbill\": 1, \"id\": \"water\", \"version\": \"2026-01\", \"currency\": \"CNY\", \"zone\": \"CST-8\","
        + " \"valid\": {\"from\": \"2026-01-01\", \"to\": null}, \"inputs\": {\"volume\": {\"register\": \"volume\", \"unit\": \"m3\"}},"
        + " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"},"
        + " \"charges\": [{\"id\": \"water\", \"quantity\": \"volume\", \"rate\": [\"1.92\", \"3.30\", \"4.30\"],"
        + " \"tiers\": {\"over\": \"year\", \"how\": \"graduated\", \"bounds\": [\"220\", \"300\"]}}]}";
    private static final String ACCOUNTS = "{\"meterbill\": 1, \"kind\": \"accounts\", \"accounts\": ["
        + "{\"id\": \"A-101\", \"contracts\": [{\"tariff\": \"water\", \"from\": \"2026-01-01\", \"to\": null, \"meters\": ["
        + "{\"id\": \"W-101\", \"registers\": [{\"register\": \"volume\", \"unit\": \"m3\", \"modulus\": \"100000\"}]}]}]},"
        + "{\"id\": \"A-103\", \"contracts\": [{\"tariff\": \"water\", \"from\": \"2026-01-01\", \"to\": null, \"meters\": ["
        + "{\"id\": \"W-103\", \"registers\": [{\"register\": \"volume\", \"unit\": \"m3\"}]}]}]}]}";
    private static final String READINGS = "meter,register,time,value,mark\n"
        + "W-101,volume,2026-01-01T00:00,99990,\nW-101,volume,2026-01-20T00:00,4,rollover\nW-101,volume,2026-02-01T00:00,12,\n"
        + "W-103,volume,2026-01-01T00:00,210,\nW-103,volume,2026-01-16T00:00,2188,\nW-103,volume,2026-02-01T00:00,228,\n";
    private static final String TOP_UPS = "id,account,amount,time\n8f14e45f-ceea-467f-a8d5-1c3b2a4f6071,A-101,50.00,2026-01-03T09:30+08:00\n";
    private static final LocalDate JANUARY = LocalDate.of(2026, 1, 1);
    private static final LocalDate FEBRUARY = LocalDate.of(2026, 2, 1);
    private static final Instant BOOKED = Instant.parse("2026-02-01T02:00:00Z");

    private static void fill(Store store) {
        assertEquals(1, store.putTariff(WATER).added());
        store.putAccounts(ACCOUNTS);
        assertEquals(6, store.putReadings(READINGS, "CST-8").added());
        assertEquals(1, store.putTopUps(TOP_UPS, null).added());
    }

    @Test
    void aMonthOfADistrict(@TempDir Path folder) {
        Path file = folder.resolve("district.db");
        try (Store store = Store.create(file)) {
            fill(store);
            assertEquals(6, store.putReadings(READINGS, "CST-8").same());
            refused(Status.E_EXISTS_DIFFERENT, () -> store.putTopUps(TOP_UPS.replace("50.00", "60.00"), null));
            assertEquals(2, refused(Status.E_NOT_FOUND, () -> store.putReadings(READINGS.replace("W-101", "W-109"), "CST-8")).index().orElse(-1));
            Document closed = store.closeSpan(JANUARY, FEBRUARY, BOOKED, false);
            assertEquals(1, closed.get("billed").whole());
            assertEquals(new BigDecimal("42.24"), closed.get("total").decimal());
            Document refusal = closed.get("refusals").items().get(0);
            assertEquals("A-103", refusal.get("account").text());
            assertEquals("MBILL_E_REGRESSED", refusal.get("status").text());
        }
        try (Store store = Store.openReadOnly(file)) {
            Bill bill = store.bills("A-101").findFirst().orElseThrow();
            assertEquals(new BigDecimal("42.24"), bill.total());
            assertEquals(bill, store.bills("A-101", JANUARY).findFirst().orElseThrow());
            refused(Status.E_NOT_FOUND, () -> store.bills("A-101", FEBRUARY));
            refused(Status.E_NOT_FOUND, () -> store.account("A-999"));
            refused(Status.E_READ_ONLY, () -> store.putTariff(WATER));
            assertEquals("A-101", store.account("A-101").get("account").text());
            assertTrue(store.accountNumber("A-101") >= 0);
            assertTrue(store.summary().toString().contains("bills"));
        }
    }

    @Test
    void reportsAsRowsAndAsCsv(@TempDir Path folder) {
        try (Store store = Store.create(folder.resolve("district.db"))) {
            fill(store);
            store.closeSpan(JANUARY, FEBRUARY, BOOKED, false);
            Map<String, String> options = Map.of("from", "2026-01-01", "to", "2026-03-01", "zone", "CST-8");
            List<Document> rows = store.report("billed", options).collect(Collectors.toList());
            String csv = store.reportCsv("billed", options);
            assertEquals(rows.size() + 1, csv.lines().count());
            assertEquals(csv.lines().findFirst().orElseThrow(), String.join(",", rows.get(0).members().keySet()));
            refused(Status.E_NOT_FOUND, () -> store.reportCsv("weather", options));
            refused(Status.E_UNKNOWN_OPTION, () -> store.reportCsv("billed", Map.of("colour", "red")));
        }
    }

    @Test
    void aBackupIsAStore(@TempDir Path folder) {
        try (Store store = Store.create(folder.resolve("one.db"))) {
            fill(store);
            store.backup(folder.resolve("two.db"));
            refused(Status.E_NOT_FOUND, () -> Store.open(folder.resolve("three.db")));
        }
        try (Store copy = Store.open(folder.resolve("two.db"))) {
            assertEquals(1, copy.closeSpan(JANUARY, FEBRUARY, BOOKED, false).get("billed").whole());
        }
    }

    @Test
    void eightThreadsOnStoresOfTheirOwn(@TempDir Path folder) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<BigDecimal>> totals = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Path file = folder.resolve(i + ".db");
            totals.add(pool.submit(() -> {
                try (Store store = Store.create(file)) {
                    fill(store);
                    return store.closeSpan(JANUARY, FEBRUARY, BOOKED, false).get("total").decimal();
                }
            }));
        }
        for (Future<BigDecimal> total : totals) {
            assertEquals(new BigDecimal("42.24"), total.get());
        }
        pool.shutdown();
    }
}
