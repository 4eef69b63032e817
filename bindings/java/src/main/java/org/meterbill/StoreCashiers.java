// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.stream.Stream;

/** What operators of a store took and gave, by channel and civil day, until it is counted. */
public final class StoreCashiers {
    private final Store store;

    StoreCashiers(Store store) {
        this.store = store;
    }

    /**
     * Every day that anybody took or gave money on.
     *
     * @return an object each: "operator", "channel", "day", "payments", "taken", "refunds", "given", "state" and, once it is closed, "counted" and "difference"
     * @throws MeterbillException those of the file
     */
    public Stream<Document> days() {
        return Document.parse(store.text(MeterbillNative::mbill_face_cashier_days)).get("days").stream();
    }

    /**
     * Counts a day, and lets it take no more. The same count again changes nothing.
     *
     * @param operator who took it
     * @param channel  the channel
     * @param day      the civil day
     * @param counted  what was counted
     * @param at       when, a whole second
     * @param note     kept with it; null: none
     * @return the day as it was closed, as {@link #days} has it
     * @throws MeterbillException {@link Status#E_EXISTS_DIFFERENT}: it was closed with another count
     */
    public Document close(String operator, long channel, LocalDate day, BigDecimal counted, Instant at, String note) {
        byte[] name = Text.utf8(operator);
        byte[] why = Text.optional(note);
        int number = Math.toIntExact(day.toEpochDay());
        long micro = Decimals.micro(counted, "counted");
        long when = Times.utcSeconds(at, "at");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_cashier_close(pointer, name, channel, number, micro, why, when, out))).get("day");
    }

    /**
     * A provider's file against the ledger, receipt by receipt.
     *
     * @param channel the channel
     * @param day     the civil day
     * @param csv     rows of receipt and amount
     * @return an object: "differences", each with "difference", "receipt" and what either side has; both sides' counts and sums
     * @throws MeterbillException the row, by its index
     */
    public Document compare(long channel, LocalDate day, String csv) {
        byte[] rows = Text.utf8(csv);
        int number = Math.toIntExact(day.toEpochDay());
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_cashier_compare(pointer, channel, number, rows, out)));
    }
}
