// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** One line of a bill: quantity x rate (/ divideBy) = amount, rounded by the tariff's rule. Immutable. */
public final class Line {
    private final Document document;

    Line(Document document) {
        this.document = document;
    }

    private Optional<String> textOf(String key) {
        return document.has(key) ? Optional.of(document.get(key).text()) : Optional.empty();
    }

    private Optional<BigDecimal> decimalOf(String key) {
        return document.has(key) ? Optional.of(document.get(key).decimal()) : Optional.empty();
    }

    /**
     * How the line came about, such as "graduated", "rounding" or "charged_before".
     *
     * @return the rule's name, of mbill_line_rule in bill.h
     */
    public String rule() {
        return document.get("rule").text();
    }

    /**
     * The charge of the tariff.
     *
     * @return its id; empty for a line that belongs to the whole bill
     */
    public Optional<String> charge() {
        return textOf("charge");
    }

    /**
     * The period of the tariff's calendar.
     *
     * @return its name; empty where the charge has no periods
     */
    public Optional<String> period() {
        return textOf("period");
    }

    /**
     * The tier of a ladder.
     *
     * @return the tier, from 1; empty where the charge has no tiers
     */
    public OptionalInt tier() {
        return document.has("tier") ? OptionalInt.of((int) document.get("tier").whole()) : OptionalInt.empty();
    }

    /**
     * When what is charged begins.
     *
     * @return the instant; empty where it is that of the bill
     */
    public Optional<Instant> from() {
        return textOf("from").map(Times::parse);
    }

    /**
     * When what is charged ends.
     *
     * @return the instant; empty where it is that of the bill
     */
    public Optional<Instant> to() {
        return textOf("to").map(Times::parse);
    }

    /**
     * What is charged for, in {@link #unit}.
     *
     * @return the quantity; empty for a line of money alone
     */
    public Optional<BigDecimal> quantity() {
        return decimalOf("quantity");
    }

    /**
     * The unit of the quantity.
     *
     * @return such as "kWh"; empty where there is none
     */
    public Optional<String> unit() {
        return textOf("unit");
    }

    /**
     * Currency for each unit.
     *
     * @return the rate; empty for a line of money alone
     */
    public Optional<BigDecimal> rate() {
        return decimalOf("rate");
    }

    /**
     * What quantity x rate is divided by, such as the days of a month.
     *
     * @return 1 where nothing is divided
     */
    public BigDecimal divideBy() {
        return decimalOf("divide_by").orElse(BigDecimal.ONE);
    }

    /**
     * What the line comes to, in the bill's currency.
     *
     * @return the amount
     */
    public BigDecimal amount() {
        return document.get("amount").decimal();
    }

    /**
     * What is to be known of the line, such as "estimated" or "provisional".
     *
     * @return names, of MBILL_LINE_… in bill.h
     */
    public List<String> flags() {
        return document.has("flags") ? document.get("flags").stream().map(Document::text).collect(Collectors.toUnmodifiableList()) : List.of();
    }

    /**
     * The line as the bill has it.
     *
     * @return the document
     */
    public Document document() {
        return document;
    }

    /** The line's JSON, to the byte. */
    @Override
    public String toString() {
        return document.toString();
    }
}
