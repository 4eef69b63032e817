// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.FEBRUARY;
import static org.meterbill.test.Samples.HOME;
import static org.meterbill.test.Samples.JANUARY;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.meterbill.Bill;
import org.meterbill.MeterbillException;
import org.meterbill.PriceRequest;
import org.meterbill.Priced;
import org.meterbill.Purchase;
import org.meterbill.Status;
import org.meterbill.Tariff;
import org.meterbill.Usage;

/** Tariffs, prices and bills from Java. */
class TariffTest {
    private static Usage january(String quantity) {
        return Usage.between(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1)).total("import", new BigDecimal(quantity)).build();
    }

    @Test
    void theBillOfReadme() {
        Map<Instant, BigDecimal> counts = new LinkedHashMap<>();
        counts.put(JANUARY, new BigDecimal("1204.5"));
        counts.put(FEBRUARY, new BigDecimal("1357.25"));
        try (Tariff tariff = Tariff.compile(HOME)) {
            Bill bill = tariff.price(Usage.between(JANUARY, FEBRUARY).counts("import", counts).build()).bill();
            assertEquals(new BigDecimal("51.18"), bill.total());
            assertEquals("EUR", bill.currency());
            assertEquals(JANUARY, bill.from());
            assertEquals(List.of("energy, tier 1: 100 kWh x 0.25 = 25", "energy, tier 2: 52.75 kWh x 0.32 = 16.88", "standing: 31 d x 0.3 = 9.3"),
                tariff.explain(bill).collect(Collectors.toList()));
            assertEquals(bill.total(), bill.lines().map(line -> line.amount()).reduce(BigDecimal.ZERO, BigDecimal::add));
            assertEquals(List.of("energy", "energy", "standing"), bill.lines().map(line -> line.charge().orElse("")).collect(Collectors.toList()));
            assertEquals(2, bill.lines().skip(1).findFirst().orElseThrow().tier().orElse(0));
            assertEquals(Map.of("energy", new BigDecimal("41.88"), "standing", new BigDecimal("9.3")), bill.charges());
            assertEquals(bill, tariff.check(bill));
            assertEquals(bill.toString(), Bill.of(bill.toString()).toString());
        }
    }

    @Test
    void aTotalWithoutDocuments() {
        try (Tariff tariff = Tariff.compile(HOME.getBytes(StandardCharsets.UTF_8))) {
            assertEquals(new BigDecimal("51.18"), tariff.total(new BigDecimal("152.75"), JANUARY, FEBRUARY));
            assertEquals(new BigDecimal("51.18"), tariff.total(new BigDecimal("1.52750000e2"), JANUARY, FEBRUARY));
            assertEquals(51_180_000L, tariff.totalMicro(152_750_000L, JANUARY.getEpochSecond(), FEBRUARY.getEpochSecond()));
            assertEquals(tariff.price(january("152.75")).bill().total(), tariff.total(new BigDecimal("152.75"), JANUARY, FEBRUARY));
        }
    }

    @Test
    void quantitiesThatDoNotFitAreRefused() {
        try (Tariff tariff = Tariff.compile(HOME)) {
            refused(Status.E_DIGITS, () -> tariff.total(new BigDecimal("0.0000001"), JANUARY, FEBRUARY));
            refused(Status.E_DIGITS, () -> tariff.total(new BigDecimal("1e-2000000000"), JANUARY, FEBRUARY));
            refused(Status.E_OVERFLOW, () -> tariff.total(new BigDecimal("9223372036854.775808"), JANUARY, FEBRUARY));
            refused(Status.E_OVERFLOW, () -> tariff.total(new BigDecimal("1e2000000000"), JANUARY, FEBRUARY));
            refused(Status.E_RANGE, () -> tariff.total(new BigDecimal("-1"), JANUARY, FEBRUARY));
            refused(Status.E_RANGE, () -> tariff.total(BigDecimal.ONE, FEBRUARY, JANUARY));
            refused(Status.E_DIGITS, () -> tariff.total(BigDecimal.ONE, JANUARY.plusNanos(1), FEBRUARY));
            assertThrows(NullPointerException.class, () -> tariff.total(null, JANUARY, FEBRUARY));
        }
    }

    @Test
    void aRefusedTariffSaysWhere() {
        MeterbillException refusal = refused(Status.E_UNKNOWN_KEY, () -> Tariff.compile(HOME.replace("\"rate\": \"0.3\"", "\"rate\": \"0.3\", \"raet\": 1")));
        assertEquals("/charges/1/raet", refusal.path());
        assertEquals(Status.E_UNKNOWN_KEY.number(), refusal.statusNumber());
        assertTrue(refusal.index().isEmpty());
        assertTrue(refusal.getMessage().startsWith("MBILL_E_UNKNOWN_KEY /charges/1/raet: "), refusal.getMessage());
        refused(Status.E_ENCODING, () -> Tariff.compile("\ud800"));
        refused(Status.E_SYNTAX, () -> Tariff.compile(""));
        refused(Status.E_SYNTAX, () -> Tariff.compile(new byte[0]));
    }

    @Test
    void namesOfAllPlanesComeBackWhole() {
        String name = "\ud83d\udca7\u6c34";
        try (Tariff tariff = Tariff.compile(HOME.replace("\"energy\"", '"' + name + '"'))) {
            assertEquals(name, tariff.price(january("1")).bill().lines().findFirst().orElseThrow().charge().orElseThrow());
        }
        MeterbillException refusal = refused(Status.E_UNKNOWN_KEY, () -> Tariff.compile(HOME.replace("\"rate\": \"0.3\"", "\"rate\": \"0.3\", \"" + name + "\": 1")));
        assertEquals("/charges/1/" + name, refusal.path());
    }

    @Test
    void aPositionGoesIntoTheNextBill() {
        String yearly = HOME.replace("\"over\": \"bill\"", "\"over\": \"year\", \"start\": \"01-01\"");
        try (Tariff tariff = Tariff.compile(yearly)) {
            Priced first = tariff.price(january("80"));
            Usage february = Usage.between(LocalDate.of(2026, 2, 1), LocalDate.of(2026, 3, 1)).total("import", new BigDecimal("40")).build();
            Bill second = tariff.price(PriceRequest.of(february).position(first.position())).bill();
            assertEquals(new BigDecimal("11.4"), second.charges().get("energy"));
            refused(Status.E_POSITION, () -> tariff.price(PriceRequest.of(january("1")).position(first.position())));
            assertEquals(first.position(), tariff.carry(first.position().toString()));
        }
    }

    @Test
    void aCorrectionIsTheDifference() {
        try (Tariff tariff = Tariff.compile(HOME)) {
            Bill old = tariff.price(january("152.75")).bill();
            Priced again = tariff.price(PriceRequest.of(january("150")).correcting(old));
            assertEquals(new BigDecimal("-0.88"), again.correction().orElseThrow().total());
            assertEquals(new BigDecimal("-0.88"), tariff.difference(old, again.bill()).total());
            assertTrue(tariff.price(january("1")).correction().isEmpty());
        }
    }

    @Test
    void moneyBuysAQuantity() {
        Instant at = Instant.parse("2026-06-03T08:00:00Z");
        try (Tariff tariff = Tariff.compile(Samples.PREPAID); Tariff unsold = Tariff.compile(HOME)) {
            Purchase first = tariff.buy(new BigDecimal("300"), at, null, null);
            assertEquals(new BigDecimal("116"), first.quantity());
            assertEquals(new BigDecimal("0.31"), first.change());
            assertEquals("kWh", first.unit());
            assertEquals(first.money().subtract(first.change()), first.bill().total());
            Purchase second = tariff.buy(new BigDecimal("300"), Instant.parse("2026-06-20T08:00:00Z"), null, first.position().toString());
            assertEquals(new BigDecimal("91.5"), second.quantity());
            assertEquals(first.toString(), tariff.buy(new BigDecimal("300.00"), at, null, null).toString());
            refused(Status.E_NOT_FOUND, () -> unsold.buy(BigDecimal.TEN, at, null, null));
        }
        String flat = HOME.replaceAll("\"rate\": \\[.*?\\]}", "\"rate\": \"0.25\"").replaceAll("\"0.25\", *\"tiers\".*?\\]}}", "\"0.25\"}");
        try (Tariff tariff = Tariff.compile(flat)) {
            assertEquals(10, tariff.daysLeft(new BigDecimal("8"), JANUARY, new BigDecimal("2"), null, null).get("days").whole());
        }
    }

    @Test
    void whatTheTariffSaysOfItself() {
        try (Tariff tariff = Tariff.compile(HOME)) {
            assertEquals("home", tariff.id());
            assertEquals("EUR", tariff.currency());
            assertEquals("import", tariff.info().get("registers").items().get(0).get("name").text());
            try (Tariff same = Tariff.compile(tariff.canonical())) {
                assertEquals(tariff.canonical(), same.canonical());
            }
            assertFalse(tariff.newPosition().get("tariff").text().isEmpty());
        }
    }

    @Test
    void aClosedTariffSaysSo() {
        Tariff tariff = Tariff.compile(HOME);
        tariff.close();
        tariff.close();
        assertEquals("Tariff is closed", assertThrows(IllegalStateException.class, tariff::canonical).getMessage());
        assertThrows(IllegalStateException.class, () -> tariff.totalMicro(1, 0, 1));
    }
}
