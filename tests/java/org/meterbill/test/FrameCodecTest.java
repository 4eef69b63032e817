// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.meterbill.Document;
import org.meterbill.FrameCodec;
import org.meterbill.MeterbillException;
import org.meterbill.Status;

/** Frames from Java, with those of the guide. */
class FrameCodecTest {
    private static final byte[] ENERGY = Hex.bytes("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16");

    @Test
    void aReadingThereAndBack() {
        try (FrameCodec codec = FrameCodec.open("dlt645")) {
            Document frame = codec.decode(ENERGY);
            assertEquals(new BigDecimal("0.26"), frame.get("value").decimal());
            assertEquals("forward active energy", frame.get("name").text());
            assertArrayEquals(ENERGY, codec.encode(frame.toString()));
        }
        assertTrue(FrameCodec.protocols().containsAll(List.of("dlt645", "cjt188", "modbus", "mbus")));
        refused(Status.E_NOT_FOUND, () -> FrameCodec.open("telex"));
    }

    @Test
    void aRefusedFrameHasItsLayer() {
        try (FrameCodec codec = FrameCodec.open("dlt645")) {
            Document refused = codec.decode(Hex.bytes("68 18 06 36 04 00 91 68 91 08 33 33 34 33 33 33 41 33 F9 16"));
            assertEquals("MBILL_E_BCD", refused.get("status").text());
            assertEquals("value", refused.get("layer").text());
            MeterbillException refusal = refused(Status.E_POLICY, () -> codec.encode("{\"meterbill\": 1, \"kind\": \"frame\", \"protocol\": \"dlt645\","
                + " \"address\": \"AAAAAAAAAAAA\", \"control\": \"1C\", \"pa\": \"02\", \"password\": \"000000\", \"operator\": \"01000000\", \"n1\": \"1A\", \"n2\": \"00\","
                + " \"expiry\": \"2026-01-01T00:05:00\"}"));
            assertTrue(refusal.reason().startsWith("policy: "), refusal.reason());
        }
    }

    @Test
    void framesInAStreamWithNoise() {
        byte[] noisy = new byte[3 + 2 * ENERGY.length];
        Arrays.fill(noisy, (byte) 0x11);
        System.arraycopy(ENERGY, 0, noisy, 3, ENERGY.length);
        System.arraycopy(ENERGY, 0, noisy, 3 + ENERGY.length, ENERGY.length);
        try (FrameCodec codec = FrameCodec.open("dlt645")) {
            String alone = codec.decode(ENERGY).toString();
            int found = 0;
            for (byte one : noisy) {
                for (Document frame : codec.feed(new byte[] {one}).collect(Collectors.toList())) {
                    assertEquals(alone, frame.toString());
                    found++;
                }
            }
            assertEquals(2, found + codec.end().count());
        }
        try (FrameCodec codec = FrameCodec.open("dlt645")) {
            assertEquals(2, codec.feed(noisy).count() + codec.end().count());
        }
    }
}
