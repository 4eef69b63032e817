// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.meterbill.test.Samples.ALARMS;
import static org.meterbill.test.Samples.refused;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.meterbill.AlarmBoard;
import org.meterbill.Document;
import org.meterbill.Status;

/** Alarms from Java, with the answers of the guide. */
class AlarmBoardTest {
    private static final String RAISE = "{\"event\":\"RAISE\",\"alarm\":\"low_flow\",\"key\":\"M1\",\"effective\":5,\"observed\":12,\"episode\":1}";
    private static final String CLEAR = "{\"event\":\"CLEAR\",\"alarm\":\"low_flow\",\"key\":\"M1\",\"effective\":15,\"observed\":20,\"episode\":1}";

    @Test
    void linesInAnswersOut() {
        try (AlarmBoard board = AlarmBoard.open(ALARMS)) {
            List<String> answers = board.take("{\"t\": 0, \"v\": 1999, \"alarm\": \"low_flow\", \"key\": \"M1\"}\n\n{\"t\": 12, \"v\": 2500, \"alarm\": \"low_flow\", \"key\": \"M1\"}")
                .collect(Collectors.toList());
            assertEquals(List.of(RAISE), answers);
            assertEquals(List.of(CLEAR), board.take("{\"tick\": 20}\n").collect(Collectors.toList()));
        }
    }

    @Test
    void aRefusedLineIsAnsweredByItsNumber() {
        try (AlarmBoard board = AlarmBoard.open(ALARMS)) {
            assertEquals(0, board.take("{\"tick\": 20}\n").count());
            Document refusal = Document.parse(board.take("{\"tick\": 30}\n{\"tick\": 10}\n").findFirst().orElseThrow());
            assertEquals(3, refusal.get("line").whole());
            assertEquals("MBILL_E_LATE", refusal.get("refused").text());
        }
    }

    @Test
    void theStateGoesOn() {
        String state;
        try (AlarmBoard board = AlarmBoard.open(ALARMS)) {
            board.take("{\"t\": 0, \"v\": 1999, \"alarm\": \"low_flow\", \"key\": \"M1\"}");
            state = board.save().toString();
        }
        try (AlarmBoard board = AlarmBoard.open(ALARMS)) {
            board.load(state);
            assertEquals(List.of(RAISE), board.take("{\"t\": 12, \"v\": 2500, \"alarm\": \"low_flow\", \"key\": \"M1\"}").collect(Collectors.toList()));
        }
        try (AlarmBoard board = AlarmBoard.open(ALARMS)) {
            refused(Status.E_SYNTAX, () -> {
                board.load("{");
                return null;
            });
        }
    }

    @Test
    void everyReasonIsNamed() {
        assertEquals(0, AlarmBoard.reasons(ALARMS).count());
        String twice = ALARMS.replace("\"on_s\": 5, \"off_s\": 3", "\"on_s\": -5, \"off_s\": -3");
        assertEquals(List.of("/alarms/low_flow/on_s", "/alarms/low_flow/off_s"),
            AlarmBoard.reasons(twice).map(reason -> reason.get("path").text()).collect(Collectors.toList()));
        refused(Status.E_INVALID, () -> AlarmBoard.open(twice));
        String canonical = AlarmBoard.canonical(ALARMS).toString();
        assertEquals(canonical, AlarmBoard.canonical(canonical).toString());
    }

    @Test
    void aClosedBoardSaysSo() {
        AlarmBoard board = AlarmBoard.open(ALARMS);
        board.close();
        assertThrows(IllegalStateException.class, () -> board.take(""));
    }
}
