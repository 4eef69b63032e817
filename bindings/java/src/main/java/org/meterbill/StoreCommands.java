// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Signed commands of a store: each is taken once, handed out when it may run, and settled by what came of it. */
public final class StoreCommands {
    /** A call on a store with a keyset. */
    private interface Asked {
        void on(long store, long keyset, byte[][] out);
    }

    private final Store store;

    StoreCommands(Store store) {
        this.store = store;
    }

    private static String line(String text) {
        if (text.indexOf('\n') >= 0) {
            throw new MeterbillException(Status.E_INVALID, "the name of a meter has a line feed in it");
        }
        return text + "\n";
    }

    /** Names, one a line. */
    static String lines(Collection<String> names) {
        StringBuilder lines = new StringBuilder();
        names.forEach(name -> lines.append(line(name)));
        return lines.toString();
    }

    private Document ask(Keyset keyset, Asked asked) {
        return Document.parse(store.text((pointer, out) -> keyset.call(keys -> {
            asked.on(pointer, keys, out);
            return 0;
        })));
    }

    /**
     * Checks a message as {@link Keyset#openCommand} does, and keeps it: its number, what it supersedes and the money of the account are one transaction.
     *
     * @param keyset  whom to trust
     * @param realm   as it was signed
     * @param message what {@link Signer#signCommand} gave
     * @param now     now, a whole second
     * @return a document of kind "command_take": "verdict" is "new", or "repeat" for the same command again, which changes nothing; "commands" says how it stands at each of its meters
     * @throws MeterbillException the check that refused: {@link Status#E_REPLAY}, {@link Status#E_QUOTA}, {@link Status#E_KEEP_POWER} and others of mbill_store_command_take() in outbox.h
     */
    public Document take(Keyset keyset, String realm, byte[] message, Instant now) {
        return take(keyset, realm, message, now, null, null);
    }

    /**
     * The same for money, or for a group.
     *
     * @param keyset  whom to trust
     * @param realm   as it was signed
     * @param message what {@link Signer#signCommand} gave
     * @param now     now, a whole second
     * @param account whose money; null: the command is not about money
     * @param targets all meters of the group, rising by bytes; null: it goes to one meter
     * @return as {@link #take(Keyset, String, byte[], Instant)}
     * @throws MeterbillException as {@link #take(Keyset, String, byte[], Instant)}; {@link Status#E_GROUP}, {@link Status#E_THRESHOLD}
     */
    public Document take(Keyset keyset, String realm, byte[] message, Instant now, String account, Collection<String> targets) {
        byte[] where = Text.utf8(realm);
        byte[] whose = Text.optional(account);
        byte[] meters = targets == null ? null : Text.utf8(lines(targets));
        long when = Times.utcSeconds(now, "now");
        Objects.requireNonNull(message, "message");
        return ask(keyset, (pointer, keys, out) -> MeterbillNative.mbill_face_outbox_take(pointer, keys, where, when, message, whose, meters, out));
    }

    /**
     * Hands out what may run now, as many as a minute may have.
     *
     * @param keyset whom to trust now
     * @param realm  as they were signed
     * @param now    now, a whole second
     * @return as {@link #due(Keyset, String, Instant, Map, int, long)}
     * @throws MeterbillException as {@link #due(Keyset, String, Instant, Map, int, long)}
     */
    public Document due(Keyset keyset, String realm, Instant now) {
        return due(keyset, realm, now, Map.of(), 0, 0);
    }

    /**
     * Hands out what may run now, each checked once more and durably marked as sent before it is told.
     *
     * @param keyset      whom to trust now
     * @param realm       as they were signed
     * @param now         now, a whole second
     * @param words       what meters have just said of themselves: status word 3 by meter
     * @param most        at most so many; 0: 1000
     * @param cutsAMinute of how many meters supply is taken in a minute; 0: 60
     * @return a document of kind "commands": "commands", each with its "message" in hexadecimal; "left_out", where a condition does not hold
     * @throws MeterbillException {@link Status#E_RANGE}, {@link Status#E_INVALID} and those of the file
     */
    public Document due(Keyset keyset, String realm, Instant now, Map<String, Integer> words, int most, long cutsAMinute) {
        byte[] where = Text.utf8(realm);
        StringBuilder lines = new StringBuilder();
        words.forEach((meter, word) -> lines.append(line(String.format("%s=%04x", meter, word))));
        byte[] said = Text.utf8(lines.toString());
        long when = Times.utcSeconds(now, "now");
        return ask(keyset, (pointer, keys, out) -> MeterbillNative.mbill_face_outbox_due(pointer, keys, where, when, said, most, cutsAMinute, out));
    }

    /**
     * Says what became of a command that was sent, without a proof. The same again changes nothing.
     *
     * @param id    of the command, in hexadecimal
     * @param state "accepted", "confirmed", "refused" or "unknown"
     * @param meter of a group's command; null: it went to one meter
     * @param now   now, a whole second
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_GROUP}, {@link Status#E_ORDER}, {@link Status#E_INVALID}
     */
    public void settle(String id, String state, String meter, Instant now) {
        byte[] which = Text.utf8(id);
        byte[] what = Text.utf8(state);
        byte[] target = Text.optional(meter);
        long when = Times.utcSeconds(now, "now");
        store.call(pointer -> MeterbillNative.mbill_face_outbox_settle(pointer, which, what, target, when));
    }

    /**
     * The same by a signed receipt, which must be of this very command, and is kept.
     *
     * @param publicKey who signs receipts, 32 bytes
     * @param realm     as it was signed
     * @param receipt   what {@link Signer#signReceipt} gave
     * @param meter     of a group's command; null: it went to one meter
     * @param now       now, a whole second
     * @return as {@link Commands#openReceipt}
     * @throws MeterbillException the check that refused: {@link Status#E_SIGNATURE}, {@link Status#E_CLAIMS}, {@link Status#E_ADDRESS}; and as {@link #settle}
     */
    public Document prove(byte[] publicKey, String realm, byte[] receipt, String meter, Instant now) {
        byte[] where = Text.utf8(realm);
        byte[] target = Text.optional(meter);
        long when = Times.utcSeconds(now, "now");
        Objects.requireNonNull(publicKey, "publicKey");
        Objects.requireNonNull(receipt, "receipt");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_outbox_prove(pointer, publicKey, where, target, when, receipt, out)));
    }

    /**
     * Every command, in the order in which it was taken, a group's once a meter.
     *
     * @return an object each: "id", "command", "target", "state", "at", "ends", "message" and, where the store left it out, "reason" and "why"
     * @throws MeterbillException those of the file
     */
    public Stream<Document> list() {
        return list(null);
    }

    /**
     * Every command of a state.
     *
     * @param state such as "verified" or "sent"; null: any
     * @return as {@link #list()}
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such state
     */
    public Stream<Document> list(String state) {
        byte[] what = Text.optional(state);
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_outbox_list(pointer, what, out))).get("commands").stream();
    }

    /**
     * The receipts that are kept, each checked and held against the one before it.
     *
     * @param publicKey who signs receipts, 32 bytes
     * @param realm     as they were signed
     * @return an object each: "target", "receipt"
     * @throws MeterbillException {@link Status#E_CHAIN}: one is missing; {@link Status#E_SIGNATURE} and others
     */
    public Stream<Document> receipts(byte[] publicKey, String realm) {
        byte[] where = Text.utf8(realm);
        Objects.requireNonNull(publicKey, "publicKey");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_outbox_receipts(pointer, publicKey, where, out))).get("receipts").stream();
    }

    /**
     * The last receipt that is kept: the next one has its hash as "previous".
     *
     * @return the message; no bytes: there is none
     * @throws MeterbillException those of the file
     */
    public byte[] lastReceipt() {
        return store.bytes(MeterbillNative::mbill_face_outbox_last_receipt);
    }

    /**
     * The meters whose power is kept.
     *
     * @param now a whole second
     * @return an object each: "id" of the command that says so, "target", "since"
     * @throws MeterbillException those of the file
     */
    public Stream<Document> kept(Instant now) {
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_outbox_kept(pointer, when, out))).get("kept").stream();
    }
}
