// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Alarms with their states: lines of samples, ticks, events and actions go in, events come out. One thread at a time is in it; others wait.
 *
 * <pre>{@code
 * try (AlarmBoard board = AlarmBoard.open(configuration)) {
 *     board.take("{\"t\":0,\"key\":\"m1\",\"signal\":\"power\",\"value\":\"9.5\"}\n").forEach(System.out::println);
 * }
 * }</pre>
 */
public final class AlarmBoard extends Owner {
    private final AtomicLong lines = new AtomicLong();

    private AlarmBoard(long pointer) {
        super("AlarmBoard", pointer, MeterbillNative::mbill_face_board_free, true);
    }

    /**
     * Opens a board on a configuration, with every alarm unseen.
     *
     * @param json a document of kind "alarms"
     * @return the board
     * @throws MeterbillException the first reason against the document; {@link #reasons} says all
     */
    public static AlarmBoard open(String json) {
        return new AlarmBoard(MeterbillNative.mbill_face_board_open(Text.utf8(json)));
    }

    /**
     * Everything that is wrong with a configuration.
     *
     * @param json a document of kind "alarms"
     * @return objects of "status", "path" and "message"; none where it can be used; 100 at most
     * @throws MeterbillException {@link Status#E_NOMEM}, and others where no reasons could be looked for
     */
    public static Stream<Document> reasons(String json) {
        byte[] text = Text.utf8(json);
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_alarms_reasons(text, out))).get("reasons").stream();
    }

    /**
     * A configuration with every default said.
     *
     * @param json a document of kind "alarms"
     * @return the same, as the library writes it
     * @throws MeterbillException the first reason against it
     */
    public static Document canonical(String json) {
        byte[] text = Text.utf8(json);
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_alarms_canonical(text, out)));
    }

    /**
     * Takes lines, each a JSON object. A line that is refused changes nothing and is answered by an object with "line", its number from 1 since the board was opened, and "refused",
     * the name of the status.
     *
     * @param text lines; blank ones are passed over, the last needs no line feed
     * @return the answers in order, each a JSON object as text: events and refusals
     */
    public Stream<String> take(String text) {
        Objects.requireNonNull(text, "text");
        byte[] utf8 = Text.utf8(text);
        long count = text.chars().filter(c -> c == '\n').count() + (text.isEmpty() || text.endsWith("\n") ? 0 : 1);
        return text((board, out) -> MeterbillNative.mbill_face_board_lines(board, utf8, lines.getAndAdd(count) + 1, out)).lines();
    }

    /**
     * The states of all alarms.
     *
     * @return a document for {@link #load}
     */
    public Document save() {
        return Document.parse(text(MeterbillNative::mbill_face_board_save));
    }

    /**
     * Takes states back, into a board that no line was given yet.
     *
     * @param json what {@link #save} gave
     * @throws MeterbillException a state that was changed, or of alarms of another configuration; nothing is taken then
     */
    public void load(String json) {
        byte[] text = Text.utf8(json);
        call(board -> MeterbillNative.mbill_face_board_load(board, text));
    }
}
