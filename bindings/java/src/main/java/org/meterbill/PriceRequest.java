// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.Objects;

/** What a bill is made from, beside the tariff. Immutable: each method gives another request. */
public final class PriceRequest {
    /** MBILL_PRICE_ALLOW_GAPS of tariff.h. */
    private static final int ALLOW_GAPS = 0x1;

    final String usage;
    final String facts;
    final String position;
    final String old;
    final int flags;

    private PriceRequest(String usage, String facts, String position, String old, int flags) {
        this.usage = usage;
        this.facts = facts;
        this.position = position;
        this.old = old;
        this.flags = flags;
    }

    /**
     * Of an account's use.
     *
     * @param usage the use
     * @return a request without facts and with nothing billed yet
     */
    public static PriceRequest of(Usage usage) {
        return new PriceRequest(usage.toString(), null, null, null, 0);
    }

    /**
     * Of an account's use.
     *
     * @param usageJson a document of kind "usage"
     * @return a request without facts and with nothing billed yet
     */
    public static PriceRequest of(String usageJson) {
        return new PriceRequest(Objects.requireNonNull(usageJson, "usageJson"), null, null, null, 0);
    }

    /**
     * With what is known of the account.
     *
     * @param json a document of kind "facts"; null: nothing
     * @return another request
     */
    public PriceRequest facts(String json) {
        return new PriceRequest(usage, json, position, old, flags);
    }

    /**
     * With what was billed before.
     *
     * @param json a document of kind "position", that of the bill before; null: nothing was billed
     * @return another request
     */
    public PriceRequest position(String json) {
        return new PriceRequest(usage, facts, json, old, flags);
    }

    /**
     * With what was billed before.
     *
     * @param position the position of the bill before
     * @return another request
     */
    public PriceRequest position(Document position) {
        return position(position.toString());
    }

    /**
     * With a bill that was made out before for the same span: {@link Priced#correction} then says the difference.
     *
     * @param bill the old bill
     * @return another request
     */
    public PriceRequest correcting(Bill bill) {
        return new PriceRequest(usage, facts, position, bill.toString(), flags);
    }

    /**
     * Time without readings is billed as far as it is known, and the lines say so.
     *
     * @return another request
     */
    public PriceRequest allowGaps() {
        return new PriceRequest(usage, facts, position, old, flags | ALLOW_GAPS);
    }
}
