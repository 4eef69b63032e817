// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.LongBuffer;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.meterbill.Bulk;
import org.meterbill.Document;
import org.meterbill.Heat;
import org.meterbill.Ledger;
import org.meterbill.Rounding;
import org.meterbill.Split;
import org.meterbill.Status;

/** The ledger, shared costs and heat from Java. */
class MoneyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String OPEN = "{\"do\":\"open\",\"id\":\"000102030405060708090a0b0c0d0e0f\",\"account\":7,\"policy\":\"SMETS\"}";
    private static final String TOP_UP = "{\"do\":\"top_up\",\"id\":\"101112131415161718191a1b1c1d1e1f\",\"account\":7,\"amount\":\"20.00\"}";

    @Test
    void aRetryGivesTheFirstResult() {
        try (Ledger ledger = Ledger.open(); Ledger copy = Ledger.open()) {
            assertEquals("OK", ledger.take(OPEN, null, NOW).get("result").text());
            assertEquals("OK", ledger.take(TOP_UP, null, NOW.plusSeconds(60)).get("result").text());
            assertEquals("EXISTS", ledger.take(TOP_UP, null, NOW.plusSeconds(90)).get("result").text());
            assertTrue(ledger.take(TOP_UP.replace("20.00", "21.00"), null, NOW.plusSeconds(90)).get("result").text().startsWith("EXISTS_WITH_DIFFERENT"));
            assertEquals(2, ledger.records());
            assertEquals(1, ledger.find(UUID.fromString("10111213-1415-1617-1819-1a1b1c1d1e1f")).orElse(-1));
            assertTrue(ledger.find(new UUID(1, 2)).isEmpty());
            copy.replay(ledger.journal(0, 2));
            assertEquals(ledger.account(7), copy.account(7));
            assertArrayEquals(ledger.journal(0, 2), copy.journal(0, 2));
            ledger.tick(NOW.plusSeconds(3600));
        }
    }

    @Test
    void whatIsNoOperation() {
        try (Ledger ledger = Ledger.open()) {
            refused(Status.E_SYNTAX, () -> ledger.take("{", null, NOW));
            refused(Status.E_SYNTAX, () -> ledger.apply(""));
            assertEquals(0, ledger.records());
        }
        refused(Status.E_SYNTAX, () -> {
            Ledger.checkPolicy("{");
            return null;
        });
    }

    @Test
    void oneCostAmongThree() {
        String request = "{\"meterbill\": 1, \"kind\": \"split\", \"total\": \"100.00\", \"step\": \"0.01\", \"shares\": ["
            + "{\"key\": \"1\", \"weight\": \"1\"}, {\"key\": \"2\", \"weight\": \"1\"}, {\"key\": \"3\", \"weight\": \"1\"}]}";
        try (Split split = Split.of(request)) {
            Document answer = split.answer();
            BigDecimal sum = answer.get("parts").stream().map(share -> share.get("amount").decimal()).reduce(BigDecimal.ZERO, BigDecimal::add);
            assertEquals(0, sum.compareTo(new BigDecimal("100")));
            split.verify(answer.toString());
            assertEquals(3, answer.get("parts").items().size());
        }
        refused(Status.E_ZERO_WEIGHT, () -> Split.of(request.replace("\"weight\": \"1\"", "\"weight\": \"0\"")));
    }

    @Test
    void heatOfColumnsIsThatOfOne() {
        LongBuffer volumes = Bulk.column(3);
        LongBuffer flows = Bulk.column(3);
        LongBuffer returns = Bulk.column(3);
        LongBuffer energies = Bulk.column(3);
        for (int i = 0; i < 3; i++) {
            volumes.put(i, 1_000_000L);
            flows.put(i, 70_000_000L + i * 5_000_000L);
            returns.put(i, 40_000_000L);
        }
        Heat.energies(Heat.Side.RETURN, Heat.Unit.KWH, volumes, flows, returns, energies);
        for (int i = 0; i < 3; i++) {
            BigDecimal k = new BigDecimal(Heat.coefficient(BigDecimal.valueOf(70 + 5L * i), BigDecimal.valueOf(40), 1_600_000, Heat.Side.RETURN).get("kwh_pico").whole())
                .movePointLeft(12);
            BigDecimal wanted = k.multiply(BigDecimal.valueOf(30 + 5L * i));
            assertTrue(wanted.subtract(BigDecimal.valueOf(energies.get(i), 6)).abs().compareTo(new BigDecimal("0.001")) < 0, wanted + " " + energies.get(i));
        }
        refused(Status.E_RANGE, () -> Heat.water(new BigDecimal("-10"), 1_600_000));
    }

    @Test
    void unitsAndTheirFacts() {
        assertEquals(new BigDecimal("6"), Heat.convert(new BigDecimal("21.6"), "GJ", "MWh", null).get("result").decimal());
        assertEquals(new BigDecimal("0.28"), Heat.convert(BigDecimal.ONE, "MJ", "kWh", null, new BigDecimal("0.01"), Rounding.UP).get("result").decimal());
        refused(Status.E_NOT_FOUND, () -> Heat.convert(BigDecimal.ONE, "furlong", "kWh", null));
        refused(Status.E_NOT_KNOWN, () -> Heat.convert(BigDecimal.ONE, "gas_m3", "kWh", null));
    }
}
