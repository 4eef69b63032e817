// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;
import org.meterbill.MeterbillException;
import org.meterbill.Status;

/** The documents that several tests use. */
final class Samples {
    /** README's tariff: 0.25 for 100 kWh, then 0.32; 0.3 a day. */
    static final String HOME = "{\"meterbill\": 1, \"id\": \"home\", \"version\": \"2026\", \"currency\": \"EUR\", \"zone\": \"CET-1CEST,M3.5.0,M10.5.0/3\","
        + " \"valid\": {\"from\": \"2026-01-01\", \"to\": null},"
        + " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
        + " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"},"
        + " \"charges\": ["
        + "  {\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"0.25\", \"0.32\"],"
        + "   \"tiers\": {\"over\": \"bill\", \"how\": \"graduated\", \"bounds\": [\"100\"]}},"
        + "  {\"id\": \"standing\", \"quantity\": \"days\", \"rate\": \"0.3\"}]}";
    /** The guide's prepaid tariff, whose blocks count purchases. */
    static final String PREPAID = "{\"meterbill\": 1, \"id\": \"prepaid\", \"version\": \"2026-01\", \"currency\": \"ZAR\", \"zone\": \"SAST-2\","
        + " \"valid\": {\"from\": \"2026-01-01\", \"to\": null}, \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
        + " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"}, \"buy\": {\"step\": \"0.1\", \"how\": \"down\"},"
        + " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"2.10\", \"2.80\", \"3.30\"],"
        + " \"tiers\": {\"over\": \"purchases\", \"how\": \"graduated\", \"bounds\": [\"100\", \"400\"]}},"
        + " {\"id\": \"levy\", \"quantity\": \"energy\", \"rate\": \"0.05\"}, {\"id\": \"vat\", \"quantity\": {\"money\": [\"energy\", \"levy\"]}, \"rate\": \"0.15\"}]}";
    /** The guide's alarms. */
    static final String ALARMS = "{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {\"low_flow\": {\"when\": \"below\", \"limit\": 2000, \"on_s\": 5, \"off_s\": 3}}}";
    /** Keys of a meter that takes digits, from the published cases. */
    static final String TOKEN_KEYS = "{\"meterbill\": 1, \"kind\": \"token_keys\", \"keys\": [{\"name\": \"meter\", \"protocol\": \"sts\", \"cipher\": \"EA07\", \"base\": 1993, \"key\": \"e653341f9d5bf36f\"}]}";
    static final Instant JANUARY = LocalDate.of(2026, 1, 1).atStartOfDay(ZoneId.of("Europe/Berlin")).toInstant();
    static final Instant FEBRUARY = LocalDate.of(2026, 2, 1).atStartOfDay(ZoneId.of("Europe/Berlin")).toInstant();

    private Samples() {}

    /** The refusal of a call that must be refused. */
    static MeterbillException refused(Status status, Supplier<?> call) {
        MeterbillException refusal = Assertions.assertThrows(MeterbillException.class, call::get);
        Assertions.assertEquals(status, refusal.status(), refusal.getMessage());
        Assertions.assertFalse(refusal.reason().isEmpty());
        return refusal;
    }
}
