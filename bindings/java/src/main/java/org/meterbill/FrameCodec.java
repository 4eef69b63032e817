// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bytes on a meter's wire and what they say, in one protocol. One thread at a time is in it; others wait. */
public final class FrameCodec extends Owner {
    private static final byte[] END = new byte[0];

    private FrameCodec(long pointer) {
        super("FrameCodec", pointer, MeterbillNative::mbill_frame_codec_free, true);
    }

    /**
     * The protocols that are spoken.
     *
     * @return such as "dlt645", "cjt188", "modbus", "mbus"
     */
    public static List<String> protocols() {
        NativeLoader.load();
        return Document.parse(Text.answer(MeterbillNative::mbill_face_frame_protocols)).stream().map(Document::text).collect(Collectors.toUnmodifiableList());
    }

    /**
     * Opens a codec.
     *
     * @param protocol one of {@link #protocols}
     * @return the codec
     * @throws MeterbillException {@link Status#E_NOT_FOUND} and others: a protocol that is not known
     */
    public static FrameCodec open(String protocol) {
        return open(protocol, null);
    }

    /**
     * Opens a codec for a meter whose habits are known.
     *
     * @param protocol one of {@link #protocols}
     * @param profile  a document of kind "frame_profile"; null: none
     * @return the codec
     * @throws MeterbillException the document, or the protocol
     */
    public static FrameCodec open(String protocol, String profile) {
        return new FrameCodec(MeterbillNative.mbill_face_frame_open(Text.utf8(protocol), Text.optional(profile)));
    }

    /**
     * What a frame says.
     *
     * @param frame its bytes
     * @return a document of kind "frame"; where the frame is refused its verdict says by which layer and why
     * @throws MeterbillException {@link Status#E_NOMEM}
     */
    public Document decode(byte[] frame) {
        return decode(frame, null);
    }

    /**
     * What a reply says, held against its request.
     *
     * @param frame   the reply
     * @param request what it answers; null: not known
     * @return as {@link #decode(byte[])}
     * @throws MeterbillException {@link Status#E_NOMEM}
     */
    public Document decode(byte[] frame, byte[] request) {
        Objects.requireNonNull(frame, "frame");
        return Document.parse(text((codec, out) -> MeterbillNative.mbill_face_frame_decode(codec, frame, request, out)));
    }

    /**
     * The frame of a document: that which {@link #decode} gave makes the same bytes again.
     *
     * @param json a document of kind "frame"
     * @return the bytes to send
     * @throws MeterbillException the document is at fault, with its place; or the frame must not be built, with the layer first
     */
    public byte[] encode(String json) {
        byte[] text = Text.utf8(json);
        return bytes((codec, out) -> MeterbillNative.mbill_face_frame_encode(codec, text, out));
    }

    /**
     * Takes the next bytes of a stream, noise and all.
     *
     * @param bytes what came
     * @return the frames that are whole now, as {@link #decode} gives them
     * @throws MeterbillException {@link Status#E_NOMEM}
     */
    public Stream<Document> feed(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        return bytes.length == 0 ? Stream.empty() : fed(bytes);
    }

    /**
     * Ends the stream.
     *
     * @return the frames that were still held back
     * @throws MeterbillException {@link Status#E_NOMEM}
     */
    public Stream<Document> end() {
        return fed(END);
    }

    private Stream<Document> fed(byte[] bytes) {
        return text((codec, out) -> MeterbillNative.mbill_face_frame_feed(codec, bytes, out)).lines().map(Document::parse);
    }
}
