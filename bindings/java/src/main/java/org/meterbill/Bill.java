// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A bill: lines that add up to the total to the last micro-unit. Immutable; keeps its document to the byte. */
public final class Bill {
    private final Document document;

    Bill(Document document) {
        this.document = document;
    }

    /**
     * A bill that was kept as text. It is not computed again; {@link Tariff#check} does that.
     *
     * @param json a document of kind "bill"
     * @return the bill
     * @throws MeterbillException {@link Status#E_SYNTAX}: no JSON
     */
    public static Bill of(String json) {
        return new Bill(Document.parse(json));
    }

    /**
     * The id of the tariff.
     *
     * @return the id
     */
    public String tariff() {
        return document.get("tariff").text();
    }

    /**
     * The currency of every amount.
     *
     * @return three letters
     */
    public String currency() {
        return document.get("currency").text();
    }

    /**
     * When the bill begins.
     *
     * @return an instant
     */
    public Instant from() {
        return Times.parse(document.get("from").text());
    }

    /**
     * When the bill ends; not included.
     *
     * @return an instant
     */
    public Instant to() {
        return Times.parse(document.get("to").text());
    }

    /**
     * What the bill comes to, in {@link #currency}.
     *
     * @return the sum of the lines
     */
    public BigDecimal total() {
        return document.get("total").decimal();
    }

    /**
     * The lines, in their order.
     *
     * @return a stream, which may be asked for again
     */
    public Stream<Line> lines() {
        return document.get("lines").stream().map(Line::new);
    }

    /**
     * What each charge comes to, in their order.
     *
     * @return amounts by the charges' ids
     */
    public Map<String, BigDecimal> charges() {
        Map<String, BigDecimal> sums = new LinkedHashMap<>();
        document.get("charges").stream().forEach(charge -> sums.put(charge.get("id").text(), charge.get("amount").decimal()));
        return Collections.unmodifiableMap(sums);
    }

    /**
     * The document as the C library wrote it.
     *
     * @return a document of kind "bill"
     */
    public Document document() {
        return document;
    }

    /** The bill's JSON, to the byte. */
    @Override
    public String toString() {
        return document.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bill && document.equals(((Bill) other).document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }
}
