// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.meterbill.Document;
import org.meterbill.Status;
import org.meterbill.Store;
import org.meterbill.StoreBilling;
import org.meterbill.StoreLedger;
import org.meterbill.StoreWork;

/** What a store runs by itself, from Java: its ledger, alarms, tasks, custom charges, payment bills. */
class KeptTest {
    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
    private static final String ACCOUNTS = "{\"meterbill\": 1, \"kind\": \"accounts\", \"accounts\": [{\"id\": \"A1\", \"facts\": {\"area\": [{\"value\": \"80\"}]}, \"contracts\": [%s]},"
        + " {\"id\": \"A2\", \"facts\": {\"area\": [{\"value\": \"100\"}]}, \"contracts\": []}]}";

    private static Store town(Path file, String contract) {
        Store store = Store.create(file);
        store.putTariff(Samples.HOME);
        store.putAccounts(String.format(ACCOUNTS, contract));
        return store;
    }

    @Test
    void theLedgerIsThereAgain(@TempDir Path folder) {
        Path file = folder.resolve("town.db");
        long account;
        String paid = "{\"do\":\"top_up\",\"id\":\"101112131415161718191a1b1c1d1e1f\",\"account\":%d,\"amount\":\"20\"}";
        try (Store store = town(file, "")) {
            account = store.accountNumber("A1");
            StoreLedger ledger = store.ledger();
            String open = "{\"do\":\"open\",\"id\":\"000102030405060708090a0b0c0d0e0f\",\"account\":" + account + "}";
            assertEquals("OK", ledger.take(open, "\"DLT\"", NEW_YEAR).get("result").text());
            assertEquals("OK", ledger.take(String.format(paid, account), null, NEW_YEAR).get("result").text());
            refused(Status.E_SYNTAX, () -> ledger.take("{", null, NEW_YEAR));
        }
        try (Store store = Store.open(file)) {
            assertEquals("EXISTS", store.ledger().take(String.format(paid, account), null, NEW_YEAR.plusSeconds(60)).get("result").text());
            assertTrue(store.ledger().account(account).toString().contains("\"20\""), store.ledger().account(account).toString());
            assertTrue(store.ledger().verify() > 0);
            refused(Status.E_NOT_FOUND, () -> store.ledger().account(99));
        }
    }

    @Test
    void alarmsWithTheirStates(@TempDir Path folder) {
        Path file = folder.resolve("town.db");
        try (Store store = town(file, "")) {
            assertEquals(1, store.alarms().put("flow", Samples.ALARMS).added());
            assertEquals(1, store.alarms().put("flow", Samples.ALARMS).same());
            assertEquals(0, store.alarms().run("flow", "{\"t\": 0, \"v\": 1999, \"alarm\": \"low_flow\", \"key\": \"M1\"}\n").count());
            refused(Status.E_NOT_FOUND, () -> store.alarms().run("heat", ""));
        }
        try (Store store = Store.open(file)) {
            List<String> answers = store.alarms().run("flow", "{\"t\": 12, \"v\": 2500, \"alarm\": \"low_flow\", \"key\": \"M1\"}\n").collect(Collectors.toList());
            assertEquals(1, answers.size());
            assertTrue(answers.get(0).contains("\"event\":\"RAISE\""), answers.toString());
            assertEquals(1, store.alarms().events(null, Instant.EPOCH, NEW_YEAR, 0).count());
            assertTrue(store.alarmConfigurations().toString().contains("flow"));
        }
    }

    @Test
    void aTaskForAll(@TempDir Path folder) {
        String task = "{\"meterbill\": 1, \"kind\": \"task\", \"id\": \"a1d00000000000000000000000000001\", \"title\": \"winter aid\", \"made_by\": \"ann\", \"dual_control\": true,"
            + " \"do\": {\"top_up\": {\"channel\": 9, \"amount\": \"10\"}}, \"start\": \"now\", \"targets\": [\"A1\", \"A2\"]}";
        UUID id = UUID.fromString("a1d00000-0000-0000-0000-000000000001");
        try (Store store = town(folder.resolve("town.db"), "")) {
            StoreWork work = store.work();
            assertTrue(work.add(task, null, NEW_YEAR).toString().contains("winter aid"));
            assertEquals(0, work.run(id, NEW_YEAR, 100).get("done").whole());
            refused(Status.E_MISUSE, () -> {
                work.step(null, StoreWork.Step.APPROVE, "bob", NEW_YEAR);
                return null;
            });
            work.step(id, StoreWork.Step.APPROVE, "bob", NEW_YEAR);
            Document done = work.run(id, NEW_YEAR, 100);
            assertEquals(2, done.get("done").whole(), done.toString());
            assertEquals(0, work.run(null, NEW_YEAR, 100).get("done").whole());
            assertEquals(1, work.tasks().count());
            assertTrue(work.task(id).toString().contains("winter aid"));
            assertEquals(0, work.due(null, NEW_YEAR, 10).count());
            String aid = task.replace("a1d00000000000000000000000000001", "a1d00000000000000000000000000002").replace(", \"targets\": [\"A1\", \"A2\"]", "");
            assertTrue(work.addChosen(aid, "{}", NEW_YEAR).toString().contains("winter aid"));
            refused(Status.E_NOT_FOUND, () -> work.addChosen(aid, "{\"under\": \"nowhere\"}", NEW_YEAR));
        }
    }

    @Test
    void aCustomCharge(@TempDir Path folder) {
        String fee = "{\"meterbill\": 1, \"kind\": \"charge\", \"id\": \"property-fee\", \"zone\": \"UTC0\", \"every\": {\"months\": 1}, \"from\": \"2026-01-01\","
            + " \"due\": {\"at\": \"start\", \"days\": 9}, \"prorate\": \"days\", \"rates\": [{\"from\": \"2026-01-01\", \"rate\": \"2.5\", \"fact\": \"area\"}],"
            + " \"round\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"to\": \"balance\", \"accounts\": [\"A1\", \"A2\"]}";
        try (Store store = town(folder.resolve("town.db"), "")) {
            StoreWork work = store.work();
            work.putCharge(fee);
            Instant late = Instant.parse("2026-01-20T00:00:00Z");
            assertEquals(new BigDecimal("450"), work.runCharges(null, late, true).get("total").decimal());
            assertEquals(new BigDecimal("450"), work.runCharges("property-fee", late, false).get("total").decimal());
            assertEquals(0, work.runCharges(null, late, false).get("charged").whole());
            work.endCharge("property-fee", LocalDate.of(2026, 2, 1));
            assertEquals(0, work.runCharges(null, Instant.parse("2026-03-20T00:00:00Z"), false).get("charged").whole());
            refused(Status.E_NOT_FOUND, () -> work.runCharges("parking", late, false));
        }
    }

    @Test
    void billsThatArePaidAfterwards(@TempDir Path folder) {
        String contract = "{\"tariff\": \"home\", \"from\": \"2026-01-01\", \"to\": null, \"payment\": \"postpaid\", \"meters\": [{\"id\": \"M1\","
            + " \"registers\": [{\"register\": \"import\", \"unit\": \"kWh\"}]}]}";
        String policy = "{\"meterbill\": 1, \"kind\": \"billing_policy\", \"zone\": \"UTC0\", \"due\": {\"days\": 15}, \"pays\": \"amount_first\", \"late_fee\": \"none\", \"review\": \"none\"}";
        try (Store store = town(folder.resolve("town.db"), contract)) {
            store.putBillingPolicy(policy);
            store.putReadings("meter,register,time,value\nM1,import,2025-12-31T23:00Z,1204.5\nM1,import,2026-01-31T23:00Z,1357.25\n", null);
            assertEquals(1, store.closeSpan(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1), FEBRUARY, false).get("billed").whole());
            StoreBilling billing = store.billing();
            assertEquals(1, billing.step("review", 0, FEBRUARY, "ann").get("done").whole());
            Document issued = billing.step("issue", 0, FEBRUARY, "ann");
            assertEquals(new BigDecimal("51.18"), issued.get("booked").decimal());
            Document bill = billing.bills(FEBRUARY, null, null).findFirst().orElseThrow();
            long number = bill.get("bill").whole();
            assertTrue(billing.document(number).toString().contains("51.18"));
            assertEquals(1, billing.arrears(Instant.parse("2026-04-01T00:00:00Z"), null).count());
            assertEquals(2, billing.billsCsv(FEBRUARY, null).lines().count());
            assertEquals(1, billing.correct(number, new BigDecimal("-1.18"), FEBRUARY, "ann", "a digit").get("done").whole());
            refused(Status.E_ORDER, () -> billing.writeOff(number, 3, FEBRUARY, "ann"));
            Instant late = Instant.parse("2026-03-01T00:00:00Z");
            billing.step("tick", 0, late, "ann");
            assertEquals(1, billing.writeOff(number, 3, late, "ann").get("done").whole());
            refused(Status.E_NOT_FOUND, () -> billing.step("burn", number, FEBRUARY, "ann"));
            refused(Status.E_NOT_FOUND, () -> billing.document(99));
        }
    }
}
