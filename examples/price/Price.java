// SPDX-License-Identifier: Apache-2.0

import java.math.BigDecimal;
import java.time.YearMonth;
import org.meterbill.Document;
import org.meterbill.PriceRequest;
import org.meterbill.Priced;
import org.meterbill.Tariff;
import org.meterbill.Usage;

/** Two months under a yearly ladder: compile a tariff, price each month with the position that the month before left, print the lines. */
class Price {
    private static final String TARIFF = "{\"meterbill\": 1, \"id\": \"jiangsu-residential\", \"version\": \"2012-07-01\", \"currency\": \"CNY\", \"zone\": \"CST-8\","
        + " \"valid\": {\"from\": \"2012-07-01\", \"to\": null},"
        + " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
        + " \"rounding\": {\"line\": \"none\", \"charge\": \"none\", \"bill\": {\"step\": \"0.01\", \"how\": \"half_up\"}},"
        + " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"0.5283\", \"0.5783\", \"0.8283\"],"
        + " \"tiers\": {\"over\": \"year\", \"how\": \"graduated\", \"bounds\": [\"2760\", \"4800\"]}}]}";

    public static void main(String[] arguments) {
        try (Tariff tariff = Tariff.compile(TARIFF)) {
            Document position = month(tariff, YearMonth.of(2026, 1), "2500", tariff.newPosition());
            month(tariff, YearMonth.of(2026, 2), "400", position);
        }
    }

    private static Document month(Tariff tariff, YearMonth month, String usedKwh, Document position) {
        Usage usage = Usage.between(month.atDay(1), month.plusMonths(1).atDay(1)).total("import", new BigDecimal(usedKwh)).build();
        Priced priced = tariff.price(PriceRequest.of(usage).position(position));
        System.out.println(month.atDay(1) + " to " + month.plusMonths(1).atDay(1));
        tariff.explain(priced.bill()).filter(sentence -> !sentence.startsWith("rounding")).forEach(sentence -> System.out.println("  " + sentence));
        System.out.println("  total " + priced.bill().total().setScale(2) + " " + priced.bill().currency());
        return priced.position();
    }
}
