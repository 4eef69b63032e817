// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.meterbill.test.Samples.refused;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.meterbill.Commands;
import org.meterbill.Document;
import org.meterbill.Keyset;
import org.meterbill.Signer;
import org.meterbill.Status;
import org.meterbill.Store;
import org.meterbill.StoreCommands;
import org.meterbill.Translator;

/** Signed commands that a store keeps, and the road to the meter and back, with the bytes of the guide. */
class OutboxTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final String REALM = "demo";
    private static final String METER = "e/000000000001";
    private static final String OTHER = "e/000000000002";
    private static final String MEANS = "{\"meterbill\": 1, \"kind\": \"meter_means\", \"offset_s\": 28800, \"password\": \"123456\"}";

    private static String command(int number, String kind, String target, String more) {
        return String.format("{\"meterbill\": 1, \"kind\": \"command\", \"command\": \"%s\", \"target\": \"%s\", \"id\": \"%032x\", \"seq\": %d,"
            + " \"made\": \"2026-01-01T00:00:00Z\", \"ends\": \"2026-01-01T00:05:00Z\"%s}", kind, target, number, number, more);
    }

    private static Signer signer(int first) {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) (first + i);
        }
        return Signer.open(secret);
    }

    @Test
    void aTripFromTheMessageToTheReceipt(@TempDir Path folder) {
        try (Store store = Store.create(folder.resolve("town.db")); Signer relay = signer(1); Signer gateway = signer(7);
            Keyset keyset = Keyset.trust("relay", List.of(relay.publicKey()))) {
            StoreCommands commands = store.commands();
            byte[] trip = relay.signCommand(REALM, command(1, "trip", METER, ""));
            Document taken = commands.take(keyset, REALM, trip, NOW);
            assertEquals("new", taken.get("verdict").text());
            assertEquals("verified", taken.get("commands").stream().findFirst().orElseThrow().get("state").text());
            assertEquals("repeat", commands.take(keyset, REALM, trip, NOW.plusSeconds(5)).get("verdict").text());
            Document handed = commands.due(keyset, REALM, NOW.plusSeconds(10)).get("commands").stream().findFirst().orElseThrow();
            assertArrayEquals(trip, handed.get("message").bytes());
            assertEquals(List.of("sent"), commands.list().map(one -> one.get("state").text()).collect(Collectors.toList()));
            assertEquals(1, commands.list("sent").count());
            assertEquals(0, commands.lastReceipt().length);

            byte[] means = MEANS.getBytes(StandardCharsets.UTF_8);
            Document proved;
            try (Translator translator = Translator.open("dlt645", null, means)) {
                assertArrayEquals(new byte[means.length], means);
                Document frames = translator.frames(keyset.openCommand(REALM, trip, NOW.getEpochSecond()), NOW);
                assertEquals("fefefefe68010000000000681c1035456789333333334d3333383b3434591a16", frames.get("frame").text());
                proved = translator.answer(frames, null, Hex.bytes("68010000000000689106363833378333F616"), NOW.plusSeconds(2));
            }
            assertEquals("confirmed", proved.get("state").text());
            String receipt = proved.get("receipt").toString().replaceFirst("}$", ",\"previous\":\"" + "0".repeat(64) + "\"}");
            byte[] signed = gateway.signReceipt(REALM, receipt);
            assertEquals("confirmed", commands.prove(gateway.publicKey(), REALM, signed, null, NOW.plusSeconds(3)).get("receipt").get("state").text());
            assertArrayEquals(signed, commands.lastReceipt());
            assertEquals(METER, commands.receipts(gateway.publicKey(), REALM).findFirst().orElseThrow().get("target").text());
            refused(Status.E_SIGNATURE, () -> commands.receipts(gateway.publicKey(), "town"));
            refused(Status.E_ORDER, () -> {
                commands.settle(handed.get("id").text(), "refused", null, NOW.plusSeconds(4));
                return null;
            });
        }
    }

    @Test
    void groupsKeptPowerAndStatusWords(@TempDir Path folder) {
        try (Store store = Store.create(folder.resolve("town.db")); Signer relay = signer(1); Signer root = signer(3);
            Keyset keyset = Keyset.trust("relay", List.of(relay.publicKey())); Keyset roots = Keyset.trust("root", List.of(root.publicKey()))) {
            StoreCommands commands = store.commands();
            commands.take(roots, REALM, root.signCommand(REALM, command(1, "keep_on", METER, "")), NOW);
            assertEquals(METER, commands.kept(NOW.plusSeconds(1)).findFirst().orElseThrow().get("target").text());
            refused(Status.E_KEEP_POWER, () -> commands.take(keyset, REALM, relay.signCommand(REALM, command(2, "trip", METER, "")), NOW));
            List<String> meters = List.of(METER, OTHER);
            String group = ", \"group\": {\"hash\": \"" + Hex.of(Commands.targetsHash(meters)) + "\", \"targets\": 2}";
            byte[] all = relay.signCommand(REALM, command(3, "alarm_on", "grp/east", group));
            refused(Status.E_GROUP, () -> commands.take(keyset, REALM, all, NOW));
            assertEquals(2, commands.take(keyset, REALM, all, NOW, null, meters).get("commands").stream().count());
            commands.take(keyset, REALM, relay.signCommand(REALM, command(4, "alarm_off", OTHER, ", \"if\": {\"status\": {\"mask\": \"0010\", \"value\": \"0010\"}}")), NOW);
            assertEquals(2, commands.due(keyset, REALM, NOW.plusSeconds(10)).get("commands").stream().count());
            assertEquals(1, commands.due(keyset, REALM, NOW.plusSeconds(20), Map.of(OTHER, 0x10), 5, 60).get("commands").stream().count());
            commands.settle(String.format("%032x", 3), "accepted", OTHER, NOW.plusSeconds(30));
            refused(Status.E_GROUP, () -> {
                commands.settle(String.format("%032x", 3), "accepted", null, NOW.plusSeconds(30));
                return null;
            });
            refused(Status.E_INVALID, () -> commands.due(keyset, REALM, NOW, Map.of(OTHER, 70000), 0, 0));
            refused(Status.E_INVALID, () -> commands.take(keyset, REALM, all, NOW, null, List.of("a\nb")));
            refused(Status.E_NOT_FOUND, () -> commands.list("burnt"));
            refused(Status.E_ROLE, () -> commands.take(keyset, REALM, relay.signCommand(REALM, command(5, "top_up", METER, ", \"amount\": \"20\", \"count\": 1")), NOW, "A1", null));
        }
    }

    @Test
    void translatorsAreShared() throws Exception {
        assertEquals(List.of("dlt645", "cjt188"), Translator.protocols());
        refused(Status.E_NOT_FOUND, () -> Translator.open("x10", null, null));
        assertEquals("/x", refused(Status.E_UNKNOWN_KEY, () -> Translator.open("dlt645", null,
            "{\"meterbill\": 1, \"kind\": \"meter_means\", \"x\": 1}".getBytes(StandardCharsets.UTF_8))).path());
        Translator translator = Translator.open("dlt645", null, null);
        String read = command(7, "read", METER, ", \"di\": \"04000503\"");
        String wanted = translator.frames(read, NOW).toString();
        assertFalse(translator.answer(translator.frames(read, NOW), null, null, NOW).has("receipt"));
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            results.add(pool.submit(() -> {
                int same = 0;
                for (int n = 0; n < 200; n++) {
                    same += translator.frames(read, NOW).toString().equals(wanted) ? 1 : 0;
                }
                return same;
            }));
        }
        for (Future<Integer> result : results) {
            assertEquals(200, result.get());
        }
        pool.shutdown();
        translator.close();
        assertThrows(IllegalStateException.class, () -> translator.frames(read, NOW));
        assertThrows(IllegalStateException.class, () -> Document.parse("\"abc\"").bytes());
    }
}
