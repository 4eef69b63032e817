// SPDX-License-Identifier: Apache-2.0

import java.math.BigDecimal;
import java.nio.LongBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.meterbill.Bulk;
import org.meterbill.Document;
import org.meterbill.PriceRequest;
import org.meterbill.Priced;
import org.meterbill.Tariff;
import org.meterbill.Usage;

/** A week of hourly readings of four accounts, priced at once from columns; then one of them again, day by day, to the same cent. */
class BulkWeek {
    private static final int HOURS = 168;
    private static final int ACCOUNTS = 4;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant FROM = Instant.parse("2026-03-01T16:00:00Z");
    private static final Instant TO = FROM.plus(Duration.ofDays(7));
    private static final String TARIFF = "{\"meterbill\": 1, \"id\": \"shift\", \"version\": \"2026-01\", \"currency\": \"CNY\", \"zone\": \"CST-8\", \"valid\": {\"from\": \"2026-01-01\", \"to\": null},"
        + " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
        + " \"calendar\": {\"periods\": [{\"name\": \"valley\", \"when\": [{\"at\": [\"22:00-06:00\"]}]}, {\"name\": \"day\", \"otherwise\": true}]},"
        + " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"},"
        + " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": {\"valley\": \"0.30\", \"day\": \"0.55\"}}]}";

    /** What the meters measured, 10^-6 kWh: every account has a pattern of its own over the hours of the day. */
    private static LongBuffer measure() {
        LongBuffer readings = Bulk.column(ACCOUNTS * HOURS);
        for (int i = 0; i < ACCOUNTS * HOURS; i++) {
            readings.put(i, (i / HOURS + 1) * 250_000L + i % HOURS % 24 * 12_500L);
        }
        return readings;
    }

    private static BigDecimal money(long micro) {
        return BigDecimal.valueOf(micro, 6).setScale(2);
    }

    public static void main(String[] arguments) {
        LongBuffer readings = measure();
        LongBuffer totals = Bulk.column(ACCOUNTS);
        try (Tariff tariff = Tariff.compile(TARIFF); Bulk bulk = Bulk.of(tariff).span(FROM, TO).axis(FROM, HOUR, HOURS).register("import").open()) {
            bulk.batch(totals).register(readings).price();
            for (int i = 0; i < ACCOUNTS; i++) {
                System.out.println("account " + (i + 1) + " " + money(totals.get(i)));
            }
            System.out.println("account 1, day by day");
            dayByDay(tariff, readings);
        }
    }

    /** The billing span is charged in parts: each takes off what the parts before it came to. */
    private static void dayByDay(Tariff tariff, LongBuffer readings) {
        Document position = tariff.newPosition();
        BigDecimal sum = BigDecimal.ZERO;
        for (int day = 1; day <= 7; day++) {
            List<BigDecimal> hours = IntStream.range(0, day * 24).mapToObj(hour -> BigDecimal.valueOf(readings.get(hour), 6)).collect(Collectors.toList());
            Usage usage = Usage.between(FROM, FROM.plus(Duration.ofDays(day))).spanTo(TO).intervals("import", FROM, HOUR, hours).build();
            Priced part = tariff.price(PriceRequest.of(usage).position(position));
            position = part.position();
            sum = sum.add(part.bill().total());
            System.out.println("  so far " + sum.setScale(2));
        }
        System.out.println("  bill " + sum.setScale(2));
    }
}
