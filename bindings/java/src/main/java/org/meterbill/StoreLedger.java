// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.util.Objects;

/** The ledger that a store keeps: what it answers is durable. As {@link Ledger}, which is in memory alone. */
public final class StoreLedger {
    private final Store store;

    StoreLedger(Store store) {
        this.store = store;
    }

    /**
     * Books one operation.
     *
     * @param operation one operation as an object
     * @param policy    of an "open" without one: a policy document, or the name of a preset in quotes; null: none
     * @param now       where the operation does not say when, a whole second
     * @return an object: "result", "record" and the numbers of the account
     * @throws MeterbillException the operation, with the place; {@link Status#E_BUSY}, {@link Status#E_FULL}, {@link Status#E_IO}, {@link Status#E_OUTCOME_UNKNOWN}: then the same
     *         operation is to be sent again
     */
    public Document take(String operation, String policy, Instant now) {
        byte[] text = Text.utf8(operation);
        byte[] chosen = Text.optional(policy);
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_store_do(pointer, text, chosen, when, out)));
    }

    /**
     * Books a document of operations, each batch durable before the next.
     *
     * @param operations a document of kind "operations"
     * @return what {@code meterbill ledger apply --store} prints
     * @throws MeterbillException the document, with the place: nothing was booked; and as {@link #take}: of the batches before, what was booked stays
     */
    public Document apply(String operations) {
        byte[] text = Text.utf8(operations);
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_store_ledger_apply(pointer, text, out)));
    }

    /**
     * An account's numbers.
     *
     * @param number of the account: {@link Store#accountNumber}
     * @return as {@code meterbill ledger} says them
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public Document account(long number) {
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_store_ledger_account(pointer, number, out)));
    }

    /**
     * Gives back the holds that have expired by now.
     *
     * @param now a whole second
     * @throws MeterbillException those of the file
     */
    public void tick(Instant now) {
        long when = Times.utcSeconds(now, "now");
        store.call(pointer -> MeterbillNative.mbill_face_store_ledger_tick(pointer, when));
    }

    /**
     * Makes anew from the file all that follows from the records.
     *
     * @return how many records there are
     * @throws MeterbillException {@link Status#E_CORRUPT}
     */
    public long rebuild() {
        return store.call(MeterbillNative::mbill_face_store_ledger_rebuild);
    }

    /**
     * The whole journal.
     *
     * @return its bytes, as {@code meterbill ledger export} writes them
     * @throws MeterbillException those of the file
     */
    public byte[] journal() {
        return store.bytes(MeterbillNative::mbill_face_store_ledger_export);
    }

    /**
     * Takes in what {@link #journal} gave, all of it or nothing; what is here already must be its beginning.
     *
     * @param journal its bytes
     * @throws MeterbillException {@link Status#E_CORRUPT}; {@link Status#E_EXISTS_DIFFERENT}: there is something else here
     */
    public void replay(byte[] journal) {
        Objects.requireNonNull(journal, "journal");
        store.call(pointer -> MeterbillNative.mbill_face_store_ledger_import(pointer, journal));
    }

    /**
     * Checks the chain of records from the first to the last.
     *
     * @return how many there are
     * @throws MeterbillException {@link Status#E_CORRUPT}: a record that is not what was written
     */
    public long verify() {
        return store.call(MeterbillNative::mbill_face_store_verify);
    }
}
