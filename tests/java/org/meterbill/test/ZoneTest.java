// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.meterbill.Status;
import org.meterbill.Zone;

/** Java's zones in C, held against Java's own answers. */
class ZoneTest {
    private static final long FIRST = Instant.parse("1905-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("2390-01-01T00:00:00Z").getEpochSecond();

    private static List<Instant> moments(ZoneRules rules, Random random) {
        List<Instant> moments = new ArrayList<>();
        for (ZoneOffsetTransition one : rules.getTransitions()) {
            if (one.toEpochSecond() > FIRST) {
                moments.add(one.getInstant().minusSeconds(1));
                moments.add(one.getInstant());
            }
        }
        Instant at = Instant.parse("2030-01-01T00:00:00Z");
        for (ZoneOffsetTransition next = rules.nextTransition(at); next != null && moments.size() < 600 && next.toEpochSecond() < LAST;
            next = rules.nextTransition(next.getInstant())) {
            moments.add(next.getInstant().minusSeconds(1));
            moments.add(next.getInstant());
        }
        for (int i = 0; i < 20; i++) {
            moments.add(Instant.ofEpochSecond(FIRST + (long) (random.nextDouble() * (LAST - FIRST))));
        }
        return moments;
    }

    @Test
    void everyZoneOfJava() {
        Random random = new Random(1);
        List<String> wrong = new ArrayList<>();
        for (String id : ZoneId.getAvailableZoneIds()) {
            ZoneRules rules = ZoneId.of(id).getRules();
            try (Zone zone = Zone.of(ZoneId.of(id))) {
                for (Instant at : moments(rules, random)) {
                    if (!rules.getOffset(at).equals(zone.offset(at))) {
                        wrong.add(id + " " + at + ": " + rules.getOffset(at) + ", in C " + zone.offset(at));
                        break;
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void localTimes() {
        try (Zone berlin = Zone.of(ZoneId.of("Europe/Berlin")); Zone rule = Zone.ofRule("CET-1CEST,M3.5.0,M10.5.0/3")) {
            for (Zone zone : List.of(berlin, rule)) {
                LocalDateTime twice = LocalDateTime.parse("2026-10-25T02:30:00");
                assertEquals(Instant.parse("2026-10-25T00:30:00Z"), zone.instantOf(twice, Zone.Fold.EARLIER));
                assertEquals(Instant.parse("2026-10-25T01:30:00Z"), zone.instantOf(twice, Zone.Fold.LATER));
                refused(Status.E_AMBIGUOUS_TIME, () -> zone.instantOf(twice, Zone.Fold.REFUSE));
                refused(Status.E_NO_SUCH_TIME, () -> zone.instantOf(LocalDateTime.parse("2026-03-29T02:30:00"), Zone.Fold.LATER));
                assertEquals(Instant.parse("2026-03-28T23:00:00Z"), zone.dayStart(LocalDate.of(2026, 3, 29)));
                assertEquals(LocalDate.of(2026, 3, 29), zone.day(Instant.parse("2026-03-28T23:00:00Z")));
                assertEquals(Instant.parse("2026-03-29T01:00:00Z"), zone.nextChange(Instant.parse("2026-01-01T00:00:00Z")).orElseThrow());
                assertEquals("2026-07-01T14:00:00+02:00", zone.print(Instant.parse("2026-07-01T12:00:00Z")));
                assertEquals(Instant.parse("2026-07-01T12:00:00Z"), zone.parse("2026-07-01T14:00"));
                assertEquals(ZoneOffset.ofHours(2), zone.offset(Instant.parse("2026-07-01T12:00:00Z")));
            }
        }
        try (Zone fixed = Zone.of(ZoneOffset.ofHoursMinutesSeconds(-5, -30, -15))) {
            assertEquals(ZoneOffset.ofHoursMinutesSeconds(-5, -30, -15), fixed.offset(Instant.EPOCH));
            assertTrue(fixed.nextChange(Instant.EPOCH).isEmpty());
        }
    }

    @Test
    void whatIsNoZone() {
        refused(Status.E_ZONE, () -> Zone.ofRule("Europe/Berlin"));
        refused(Status.E_ZONE, () -> Zone.ofTzif(new byte[0]));
        refused(Status.E_ZONE, () -> Zone.ofTzif(new byte[100]));
    }
}
