// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.Collection;
import java.util.Objects;

/** Signed commands and receipts, as far as no key of one's own is needed. */
public final class Commands {
    private static final byte[] NONE = new byte[0];

    private Commands() {}

    /**
     * A command document as the payload that is signed.
     *
     * @param json a document of kind "command"
     * @return the payload, for {@link Signer#cosignCommand}
     * @throws MeterbillException the document, with the place
     */
    public static byte[] payload(String json) {
        byte[] text = Text.utf8(json);
        return Text.bytes(out -> MeterbillNative.mbill_face_command_payload(text, out));
    }

    /**
     * The hash of a whole message, by which receipts name it.
     *
     * @param message the message
     * @return BLAKE2b-256, 32 bytes
     */
    public static byte[] hash(byte[] message) {
        NativeLoader.load();
        Objects.requireNonNull(message, "message");
        return Text.bytes(out -> MeterbillNative.mbill_face_command_hash(message, out));
    }

    /**
     * The hash of the targets of a group.
     *
     * @param targets names of meters that rise by bytes
     * @return 32 bytes
     * @throws MeterbillException {@link Status#E_ORDER}: they do not rise; and others of mbill_targets_hash() in command.h
     */
    public static byte[] targetsHash(Collection<String> targets) {
        byte[] lines = Text.utf8(StoreCommands.lines(targets));
        return Text.bytes(out -> MeterbillNative.mbill_face_targets_hash(lines, out));
    }

    /**
     * Is an opened command new to its receiver? What the receiver remembers goes in and comes out; keep it before anything is done.
     *
     * @param command   the document that {@link Keyset#openCommand} gave
     * @param hash      the hash of the message
     * @param known     the hash of the message that was taken under this command's id before; null: none was
     * @param replay    what is remembered of this key's numbers; null: nothing yet
     * @param purchases what is remembered of this target's purchases; null: nothing yet
     * @return an object: "repeat", "replay" and "purchases" in hexadecimal
     * @throws MeterbillException {@link Status#E_REPLAY}, {@link Status#E_ID_REUSED}, {@link Status#E_COUNT}
     */
    public static Document admit(String command, byte[] hash, byte[] known, byte[] replay, byte[] purchases) {
        byte[] text = Text.utf8(command);
        Objects.requireNonNull(hash, "hash");
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_command_admit(text, hash, known, replay, purchases, out)));
    }

    /**
     * Checks a signed receipt.
     *
     * @param publicKey who signs receipts, 32 bytes
     * @param realm     the realm
     * @param message   the message
     * @return an object: "receipt", a document of kind "receipt"; "hash" of the message; "kid"
     * @throws MeterbillException {@link Status#E_SIGNATURE} and others: the check that refused
     */
    public static Document openReceipt(byte[] publicKey, String realm, byte[] message) {
        byte[] where = Text.utf8(realm);
        Objects.requireNonNull(publicKey, "publicKey");
        Objects.requireNonNull(message, "message");
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_receipt_open(publicKey, where, message, out)));
    }

    /**
     * Does a receipt follow the message of the one before it?
     *
     * @param receipt  a document of kind "receipt"
     * @param previous the message before it; null: it is the first
     * @throws MeterbillException {@link Status#E_CHAIN}: one is missing, or a state went back
     */
    public static void follows(String receipt, byte[] previous) {
        MeterbillNative.mbill_face_receipt_follows(Text.utf8(receipt), previous == null ? NONE : previous);
    }
}
