// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.Optional;

/** What pricing gives: the bill, and the position that goes into the next one. Immutable. */
public final class Priced {
    private final Document document;

    Priced(String json) {
        this.document = Document.parse(json);
    }

    /**
     * The bill.
     *
     * @return the bill
     */
    public Bill bill() {
        return new Bill(document.get("bill"));
    }

    /**
     * Where this bill leaves off.
     *
     * @return a document of kind "position", for {@link PriceRequest#position}
     */
    public Document position() {
        return document.get("position");
    }

    /**
     * What this bill comes to less the one that {@link PriceRequest#correcting} named.
     *
     * @return a bill of difference lines; empty where none was named
     */
    public Optional<Bill> correction() {
        return document.has("correction") ? Optional.of(new Bill(document.get("correction"))) : Optional.empty();
    }

    /** The answer as {@code meterbill price --json} prints it. */
    @Override
    public String toString() {
        return document.toString();
    }
}
