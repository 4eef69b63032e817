// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.Objects;

/**
 * A secret key that signs commands, receipts and keysets (Ed25519). The secret is kept in guarded memory and no call gives it back. One thread at a time is in it; others wait.
 *
 * <p>A realm is a name that is signed along: what is signed in one realm is worth nothing in another.
 */
public final class Signer extends Owner {
    /** Who signs; null: a secret in guarded memory. */
    private final Signing signing;

    private Signer(long pointer) {
        super("Signer", pointer, MeterbillNative::mbill_signer_free, true);
        this.signing = null;
    }

    private Signer(long pointer, Signing signing, long number) {
        super("Signer", pointer, freed -> {
            MeterbillNative.mbill_signer_free(freed);
            Signings.forget(number);
        }, true);
        this.signing = signing;
    }

    /**
     * Of a secret.
     *
     * @param secret 32 bytes that nobody else knows; overwrite them after the call
     * @return the signer
     * @throws MeterbillException {@link Status#E_INVALID}: all bytes are the same; {@link Status#E_MISUSE}: not 32 bytes
     */
    public static Signer open(byte[] secret) {
        NativeLoader.load();
        return new Signer(MeterbillNative.mbill_face_signer_open(Objects.requireNonNull(secret, "secret")));
    }

    /**
     * Of a key that is elsewhere, such as in a security module. What the function throws is thrown by the call that wanted the signature.
     *
     * @param publicKey its public key, 32 bytes
     * @param signing   who signs; kept as long as the signer
     * @return the signer
     * @throws MeterbillException {@link Status#E_INVALID}: the public key is no point of the curve; {@link Status#E_MISUSE}: not 32 bytes
     */
    public static Signer byCallback(byte[] publicKey, Signing signing) {
        NativeLoader.load();
        Objects.requireNonNull(publicKey, "publicKey");
        long number = Signings.keep(Objects.requireNonNull(signing, "signing"));
        try {
            return new Signer(MeterbillNative.mbill_face_signer_open_callback(publicKey, number), signing, number);
        } catch (MeterbillException refused) {
            Signings.forget(number);
            throw refused;
        }
    }

    /**
     * Does somebody sign elsewhere?
     *
     * @return whether it was made by {@link #byCallback}
     */
    public boolean isElsewhere() {
        return signing != null;
    }

    /**
     * The public key.
     *
     * @return 32 bytes
     */
    public byte[] publicKey() {
        return bytes(MeterbillNative::mbill_face_signer_public);
    }

    /**
     * The name of a public key, by which messages say who signed.
     *
     * @param publicKey 32 bytes
     * @return 8 bytes
     * @throws MeterbillException {@link Status#E_MISUSE}: not 32 bytes
     */
    public static byte[] nameOf(byte[] publicKey) {
        NativeLoader.load();
        Objects.requireNonNull(publicKey, "publicKey");
        return Text.bytes(out -> MeterbillNative.mbill_face_kid(publicKey, out));
    }

    /**
     * Signs a command.
     *
     * @param realm the realm
     * @param json  a document of kind "command"
     * @return the message
     * @throws MeterbillException the document, with the place
     */
    public byte[] signCommand(String realm, String json) {
        byte[] where = Text.utf8(realm);
        byte[] text = Text.utf8(json);
        return bytes((signer, out) -> MeterbillNative.mbill_face_command_sign(signer, where, text, out));
    }

    /**
     * Adds a signature to a command that several sign.
     *
     * @param realm   the realm
     * @param message what {@link Commands#payload} gave, or a message that others signed
     * @return the message with one signature more
     * @throws MeterbillException the message; a second signature of the same key
     */
    public byte[] cosignCommand(String realm, byte[] message) {
        byte[] where = Text.utf8(realm);
        Objects.requireNonNull(message, "message");
        return bytes((signer, out) -> MeterbillNative.mbill_face_command_cosign(signer, where, message, out));
    }

    /**
     * Signs a receipt.
     *
     * @param realm the realm
     * @param json  a document of kind "receipt"
     * @return the message
     * @throws MeterbillException the document, with the place
     */
    public byte[] signReceipt(String realm, String json) {
        byte[] where = Text.utf8(realm);
        byte[] text = Text.utf8(json);
        return bytes((signer, out) -> MeterbillNative.mbill_face_receipt_sign(signer, where, text, out));
    }

    /**
     * Adds a root's signature to a keyset.
     *
     * @param realm   the realm
     * @param message what {@link Keyset#payload} gave, or a message that others signed
     * @return the message with one signature more
     * @throws MeterbillException the message; a second signature of the same key
     */
    public byte[] signKeyset(String realm, byte[] message) {
        byte[] where = Text.utf8(realm);
        Objects.requireNonNull(message, "message");
        return bytes((signer, out) -> MeterbillNative.mbill_face_keyset_sign(signer, where, message, out));
    }

    /**
     * Leaves the secret readable until {@link #rest}, so that many signatures cost less each.
     *
     * @throws MeterbillException {@link Status#E_INTERNAL}: the page protection could not be changed
     */
    public void hold() {
        call(MeterbillNative::mbill_signer_hold);
    }

    /** The opposite of {@link #hold}. */
    public void rest() {
        call(signer -> {
            MeterbillNative.mbill_signer_rest(signer);
            return 0;
        });
    }
}
