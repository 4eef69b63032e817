// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.Arrays;
import java.util.Objects;

/** Keys of meters that take digits: makes tokens and says what tokens mean. Immutable; any number of threads may share it. */
public final class TokenKeys extends Owner {
    private TokenKeys(long pointer) {
        super("TokenKeys", pointer, MeterbillNative::mbill_token_keys_free, false);
    }

    /**
     * Reads keys, and overwrites the copy that was given.
     *
     * @param utf8 a document of kind "token_keys"; all zero bytes afterwards
     * @return the keys
     * @throws MeterbillException the document, with the place
     */
    public static TokenKeys open(byte[] utf8) {
        NativeLoader.load();
        try {
            return new TokenKeys(MeterbillNative.mbill_face_token_keys_open(Objects.requireNonNull(utf8, "utf8")));
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    /**
     * Makes tokens.
     *
     * @param request a document of kind "token_request"
     * @return the tokens, as {@code meterbill token make --json} prints them
     * @throws MeterbillException {@link Status#E_TOKEN_VALUE}, {@link Status#E_NOT_FOUND} and others
     */
    public Document make(String request) {
        byte[] text = Text.utf8(request);
        return Document.parse(text((keys, out) -> MeterbillNative.mbill_face_token_make(keys, text, out)));
    }

    /**
     * What digits mean.
     *
     * @param request a document of kind "token_request" with the digits
     * @return the token, as {@code meterbill token read --json} prints it
     * @throws MeterbillException {@link Status#E_TOKEN_CRC}, {@link Status#E_TOKEN_USED} and others
     */
    public Document read(String request) {
        byte[] text = Text.utf8(request);
        return Document.parse(text((keys, out) -> MeterbillNative.mbill_face_token_read(keys, text, out)));
    }
}
