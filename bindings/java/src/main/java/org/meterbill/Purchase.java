// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;

/** What money buys: the bill of exactly that quantity, and the change that is left. Immutable. */
public final class Purchase {
    private final Document document;

    Purchase(String json) {
        this.document = Document.parse(json);
    }

    /**
     * What was given, in the tariff's currency.
     *
     * @return the money
     */
    public BigDecimal money() {
        return document.get("money").decimal();
    }

    /**
     * What it buys, in {@link #unit}.
     *
     * @return the quantity
     */
    public BigDecimal quantity() {
        return document.get("quantity").decimal();
    }

    /**
     * The unit of the quantity.
     *
     * @return such as "kWh"
     */
    public String unit() {
        return document.get("unit").text();
    }

    /**
     * What is left of the money.
     *
     * @return money less the bill's total
     */
    public BigDecimal change() {
        return document.get("change").decimal();
    }

    /**
     * The bill of the quantity.
     *
     * @return the bill
     */
    public Bill bill() {
        return new Bill(document.get("bill"));
    }

    /**
     * Where the purchase leaves off.
     *
     * @return a document of kind "position"
     */
    public Document position() {
        return document.get("position");
    }

    /** The answer as {@code meterbill buy --json} prints it. */
    @Override
    public String toString() {
        return document.toString();
    }
}
