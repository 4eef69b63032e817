// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.Objects;

/** Who may sign which commands to whom. Immutable; any number of threads may share it. */
public final class Keyset extends Owner {
    private Keyset(long pointer) {
        super("Keyset", pointer, MeterbillNative::mbill_keyset_free, false);
    }

    private static byte[] joined(Collection<byte[]> keys) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        keys.forEach(key -> {
            if (key.length != 32) {
                throw new MeterbillException(Status.E_MISUSE, "a public key has " + key.length + " bytes, expected 32");
            }
            all.write(key, 0, key.length);
        });
        return all.toByteArray();
    }

    /**
     * A keyset document as the payload that roots sign.
     *
     * @param json a document of kind "keyset"
     * @return the payload, for {@link Signer#signKeyset}
     * @throws MeterbillException the document, with the place
     */
    public static byte[] payload(String json) {
        byte[] text = Text.utf8(json);
        return Text.bytes(out -> MeterbillNative.mbill_face_keyset_payload(text, out));
    }

    /**
     * Roots that are trusted from the start; they sign keysets and no commands.
     *
     * @param roots     public keys
     * @param threshold how many of them must sign
     * @return a keyset to open the first one with
     * @throws MeterbillException {@link Status#E_RANGE}: a threshold that cannot be met; {@link Status#E_MISUSE}: no keys of 32 bytes
     */
    public static Keyset pin(Collection<byte[]> roots, int threshold) {
        NativeLoader.load();
        return new Keyset(MeterbillNative.mbill_face_keyset_pin(joined(roots), threshold, 0));
    }

    /**
     * Keys of one role, trusted without a keyset.
     *
     * @param role a role's name, such as "relay" or "money"
     * @param keys public keys
     * @return a keyset of them alone, for any target and without quotas
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no role of that name
     */
    public static Keyset trust(String role, Collection<byte[]> keys) {
        return new Keyset(MeterbillNative.mbill_face_keyset_trust(Text.utf8(role), joined(keys)));
    }

    /**
     * A keyset that follows this one, because this one's roots signed it.
     *
     * @param message what {@link Signer#signKeyset} gave
     * @param realm   the realm
     * @return the new keyset
     * @throws MeterbillException {@link Status#E_THRESHOLD}, {@link Status#E_SIGNATURE}, {@link Status#E_KEYSET_VERSION} and others
     */
    public Keyset open(byte[] message, String realm) {
        byte[] where = Text.utf8(realm);
        Objects.requireNonNull(message, "message");
        return new Keyset(call(previous -> MeterbillNative.mbill_face_keyset_open(message, where, previous)));
    }

    /**
     * Checks a signed command: form, signatures, who may sign what, times.
     *
     * @param realm   the realm
     * @param message the message
     * @param nowUtcS the receiver's clock, UTC seconds
     * @return an object: "command", a document of kind "command"; "hash" of the message; "kid", who signed; "signers"; "keyset_expired"
     * @throws MeterbillException {@link Status#E_SIGNATURE}, {@link Status#E_ROLE}, {@link Status#E_EXPIRED} and others: the check that refused
     */
    public Document openCommand(String realm, byte[] message, long nowUtcS) {
        byte[] where = Text.utf8(realm);
        Objects.requireNonNull(message, "message");
        return Document.parse(text((keyset, out) -> MeterbillNative.mbill_face_command_open(keyset, where, nowUtcS, message, out)));
    }

    /**
     * The keyset as a document.
     *
     * @return a document of kind "keyset"
     */
    public Document document() {
        return Document.parse(text(MeterbillNative::mbill_face_keyset_show));
    }
}
