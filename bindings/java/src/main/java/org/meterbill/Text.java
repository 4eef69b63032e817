// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** Text at the border to C: UTF-8 in, UTF-8 out. */
final class Text {
    static {
        NativeLoader.load();
    }

    private Text() {}

    /** Null stays null, where a document may be left out. */
    static byte[] optional(String text) {
        return text == null ? null : utf8(text);
    }

    /** Refuses half a surrogate pair, which has no UTF-8. */
    static byte[] utf8(String text) {
        try {
            java.nio.ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.arrayOffset() + bytes.remaining());
        } catch (CharacterCodingException half) {
            throw new MeterbillException(Status.E_ENCODING, "the text has half a surrogate pair");
        }
    }

    static String of(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** A call that gives text and needs no handle. */
    static String answer(Consumer<byte[][]> call) {
        return of(bytes(call));
    }

    static byte[] bytes(Consumer<byte[][]> call) {
        byte[][] out = new byte[1][];
        call.accept(out);
        return out[0];
    }

    static byte[] file(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
