// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A prepaid ledger of two-sided entries, in memory. Whatever changes money carries an id made by the caller: a retry gives the first result. One thread at a time is in it; others wait.
 */
public final class Ledger extends Owner {
    private Ledger(long pointer) {
        super("Ledger", pointer, MeterbillNative::mbill_book_free, true);
    }

    /**
     * Opens an empty ledger.
     *
     * @return the ledger
     * @throws MeterbillException {@link Status#E_NOMEM}
     */
    public static Ledger open() {
        NativeLoader.load();
        return new Ledger(MeterbillNative.mbill_face_book_open());
    }

    /**
     * Refuses a policy that contradicts itself.
     *
     * @param json a policy document, or the name of a preset in quotes
     * @throws MeterbillException what contradicts what
     */
    public static void checkPolicy(String json) {
        MeterbillNative.mbill_face_policy_check(Text.utf8(json));
    }

    /**
     * Books batches of operations: all of it, or nothing.
     *
     * @param json a document of kind "operations"
     * @return the answer as {@code meterbill ledger apply --json} prints it
     * @throws MeterbillException the document, with the place
     */
    public Document apply(String json) {
        byte[] text = Text.utf8(json);
        return Document.parse(text((book, out) -> MeterbillNative.mbill_face_book_apply(book, text, out)));
    }

    /**
     * Books one operation.
     *
     * @param operation one operation as an object
     * @param policy    of an "open" without one: a policy document, or the name of a preset in quotes; null: none
     * @param now       where the operation does not say when, a whole second
     * @return an object: "result", "record" and the numbers of the account
     * @throws MeterbillException the operation, with the place. What the rules of money refuse is no exception but a result
     */
    public Document take(String operation, String policy, Instant now) {
        byte[] text = Text.utf8(operation);
        byte[] chosen = Text.optional(policy);
        long when = Times.utcSeconds(now, "now");
        return Document.parse(text((book, out) -> MeterbillNative.mbill_face_book_do(book, text, chosen, when, out)));
    }

    /**
     * Lets time pass: what expires, expires.
     *
     * @param now a whole second
     * @throws MeterbillException {@link Status#E_LATE} and others of mbill_book_tick() in ledger.h
     */
    public void tick(Instant now) {
        long when = Times.utcSeconds(now, "now");
        call(book -> MeterbillNative.mbill_face_book_tick(book, when));
    }

    /**
     * An account's numbers.
     *
     * @param number the account
     * @return as {@code meterbill ledger} says them
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public Document account(long number) {
        return Document.parse(text((book, out) -> MeterbillNative.mbill_face_book_account(book, number, out)));
    }

    /**
     * A record.
     *
     * @param number from 0
     * @return operation, result, legs
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_RANGE}
     */
    public Document record(long number) {
        return Document.parse(text((book, out) -> MeterbillNative.mbill_face_book_record(book, number, out)));
    }

    /**
     * How many records there are.
     *
     * @return the number that the next one will have
     */
    public long records() {
        return call(MeterbillNative::mbill_face_book_n_records);
    }

    /**
     * The record of an id.
     *
     * @param id of an operation
     * @return its number; empty: there is none
     */
    public OptionalLong find(UUID id) {
        byte[] bytes = ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
        long record = call(book -> MeterbillNative.mbill_face_book_find(book, bytes));
        return record < 0 ? OptionalLong.empty() : OptionalLong.of(record);
    }

    /**
     * Records as bytes, the same on every machine.
     *
     * @param first the first record
     * @param n     how many
     * @return the bytes, for {@link #replay}
     * @throws MeterbillException {@link Status#E_RANGE}
     */
    public byte[] journal(long first, long n) {
        return bytes((book, out) -> MeterbillNative.mbill_face_book_journal(book, first, n, out));
    }

    /**
     * Takes records that another ledger wrote.
     *
     * @param journal the bytes, of records that follow those that are here
     * @throws MeterbillException {@link Status#E_CORRUPT} and others: bytes that are no journal, or another's
     */
    public void replay(byte[] journal) {
        Objects.requireNonNull(journal, "journal");
        call(book -> MeterbillNative.mbill_face_book_replay(book, journal));
    }
}
