// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Commands as frames of a meter's protocol, and what its replies prove. Immutable; any number of threads may share it.
 *
 * <pre>{@code
 * Document frames = translator.frames(opened, now);
 * byte[] reply = line.exchange(frames.get("frame").bytes());
 * byte[] told = line.exchange(frames.get("read_back").bytes());
 * translator.answer(frames, reply, told, now).get("state").text();   // "confirmed"
 * }</pre>
 */
public final class Translator extends Owner {
    private Translator(long pointer) {
        super("Translator", pointer, MeterbillNative::mbill_translator_free, false);
    }

    /**
     * The protocols that commands are translated into.
     *
     * @return such as "dlt645", "cjt188"
     */
    public static List<String> protocols() {
        NativeLoader.load();
        return Document.parse(Text.answer(MeterbillNative::mbill_face_translator_protocols)).stream().map(Document::text).collect(Collectors.toUnmodifiableList());
    }

    /**
     * Opens a translator, and overwrites the means that were given.
     *
     * @param protocol one of {@link #protocols}
     * @param profile  a document of kind "frame_profile"; null: none
     * @param means    a document of kind "meter_means" in UTF-8, with the passwords and keys that the meter wants; all zero bytes afterwards; null: none
     * @return the translator
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: a protocol that is not known; a document, with the place
     */
    public static Translator open(String protocol, String profile, byte[] means) {
        try {
            return new Translator(MeterbillNative.mbill_face_translator_open(Text.utf8(protocol), Text.optional(profile), means));
        } finally {
            if (means != null) {
                Arrays.fill(means, (byte) 0);
            }
        }
    }

    /**
     * The frames of a command that was opened.
     *
     * @param opened what {@link Keyset#openCommand} gave
     * @param now    now, a whole second
     * @return a document of kind "command_frames": "frame" orders it, "read_back" asks what became of it; both in hexadecimal
     * @throws MeterbillException the meter cannot do it, or the command may not run now
     */
    public Document frames(Document opened, Instant now) {
        byte[] text = Text.utf8(opened.get("command").toString());
        byte[] hash = opened.get("hash").bytes();
        return make(text, hash, now);
    }

    /**
     * The frames of a command that nobody signed, and of which no receipt will be.
     *
     * @param command a document of kind "command"
     * @param now     now, a whole second
     * @return as {@link #frames(Document, Instant)}
     * @throws MeterbillException as {@link #frames(Document, Instant)}; the document, with the place
     */
    public Document frames(String command, Instant now) {
        return make(Text.utf8(command), null, now);
    }

    private Document make(byte[] text, byte[] hash, Instant now) {
        long when = Times.utcSeconds(now, "now");
        return Document.parse(text((translator, out) -> MeterbillNative.mbill_face_translator_frames(translator, text, hash, when, out)));
    }

    /**
     * What replies prove.
     *
     * @param frames what {@link #frames(Document, Instant)} gave
     * @param reply  what came to "frame", one frame; null: nothing in time
     * @param told   what came to "read_back", one frame; null: nothing in time
     * @param now    now, a whole second
     * @return a document of kind "command_answer": "answer", "state" and, of a signed command, the "receipt" that is still to be chained and signed
     * @throws MeterbillException the document is of another protocol, or none
     */
    public Document answer(Document frames, byte[] reply, byte[] told, Instant now) {
        byte[] text = Text.utf8(Objects.requireNonNull(frames, "frames").toString());
        long when = Times.utcSeconds(now, "now");
        return Document.parse(text((translator, out) -> MeterbillNative.mbill_face_translator_answer(translator, text, reply, told, when, out)));
    }
}
