// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.meterbill.Commands;
import org.meterbill.Document;
import org.meterbill.Keyset;
import org.meterbill.Signer;
import org.meterbill.Status;

/** Signed commands from Java, with the key of RFC 8032, section 7.1, and the messages of the guide. */
class CommandTest {
    private static final String SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final String PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private static final String OTHER_SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    private static final String TRIP = "{\"meterbill\": 1, \"kind\": \"command\", \"command\": \"trip\", \"target\": \"e/000000000001\","
        + " \"id\": \"000102030405060708090a0b0c0d0e0f\", \"seq\": 123456, \"made\": \"2026-01-01T00:00:00Z\", \"ends\": \"2026-01-01T00:05:00Z\"}";
    private static final String TRIP_SIGNED = "d2844da2012704487849ac3049680be1a05837a6036e652f303030303030303030303031041a6955ba2c061a6955b900"
        + "0750000102030405060708090a0b0c0d0e0f201a0001e2402101584084b47ba93a181e979ef55fdb666e5e64e2c9e646f291de0c8ac3cb8dbbcc0c6b"
        + "0d040ae0e923c6ca5fa9bc8a87eef224d125e807b4197fbf155854b238c3b702";
    private static final long NOW = Instant.parse("2026-01-01T00:01:00Z").getEpochSecond();

    private static Signer signer() {
        return Signer.open(Hex.bytes(SECRET));
    }

    @Test
    void theMessageOfTheGuide() {
        try (Signer signer = signer()) {
            assertEquals(PUBLIC, Hex.of(signer.publicKey()));
            assertEquals(TRIP_SIGNED, Hex.of(signer.signCommand("demo", TRIP)));
            signer.hold();
            assertEquals(TRIP_SIGNED, Hex.of(signer.signCommand("demo", TRIP)));
            signer.rest();
        }
    }

    @Test
    void whoChecks() {
        byte[] message = Hex.bytes(TRIP_SIGNED);
        try (Keyset relay = Keyset.trust("relay", List.of(Hex.bytes(PUBLIC))); Keyset money = Keyset.trust("money", List.of(Hex.bytes(PUBLIC)))) {
            Document opened = relay.openCommand("demo", message, NOW);
            assertEquals("trip", opened.get("command").get("command").text());
            assertEquals(Hex.of(Commands.hash(message)), opened.get("hash").text());
            assertEquals(Hex.of(Signer.nameOf(Hex.bytes(PUBLIC))), opened.get("kid").text());
            assertEquals(1, opened.get("signers").whole());
            assertFalse(opened.get("keyset_expired").truth());
            refused(Status.E_ROLE, () -> money.openCommand("demo", message, NOW));
            refused(Status.E_SIGNATURE, () -> relay.openCommand("town", message, NOW));
            refused(Status.E_EXPIRED, () -> relay.openCommand("demo", message, NOW + 86400));
            message[message.length - 1] ^= 1;
            refused(Status.E_SIGNATURE, () -> relay.openCommand("demo", message, NOW));
            refused(Status.E_TRUNCATED, () -> relay.openCommand("demo", new byte[0], NOW));
        }
        refused(Status.E_NOT_FOUND, () -> Keyset.trust("baker", List.of(Hex.bytes(PUBLIC))));
        refused(Status.E_MISUSE, () -> Keyset.trust("relay", List.of(new byte[31])));
    }

    @Test
    void aKeysetFromItsRoots() {
        try (Signer root = signer(); Signer relay = Signer.open(Hex.bytes(OTHER_SECRET)); Keyset pinned = Keyset.pin(List.of(root.publicKey()), 1)) {
            String plan = "{\"meterbill\": 1, \"kind\": \"keyset\", \"version\": 1, \"ends\": \"2027-01-01T00:00:00Z\", \"threshold\": 1, \"roots\": [\"" + PUBLIC + "\"],"
                + " \"keys\": [{\"public\": \"" + Hex.of(relay.publicKey()) + "\", \"role\": \"relay\", \"begins\": \"2026-01-01T00:00:00Z\", \"ends\": \"2027-01-01T00:00:00Z\","
                + " \"longest_s\": 600}]}";
            byte[] message = root.signKeyset("demo", Keyset.payload(plan));
            try (Keyset keyset = pinned.open(message, "demo")) {
                assertEquals(1, keyset.document().get("version").whole());
                byte[] trip = relay.signCommand("demo", TRIP);
                assertEquals("trip", keyset.openCommand("demo", trip, NOW).get("command").get("command").text());
                refused(Status.E_KEYSET_VERSION, () -> keyset.open(message, "demo"));
            }
            refused(Status.E_SIGNATURE, () -> pinned.open(message, "town"));
        }
    }

    @Test
    void aReceiverRemembers() {
        byte[] hash = Commands.hash(Hex.bytes(TRIP_SIGNED));
        Document first = Commands.admit(TRIP, hash, null, null, null);
        assertFalse(first.get("repeat").truth());
        byte[] replay = Hex.bytes(first.get("replay").text());
        assertTrue(Commands.admit(TRIP, hash, hash, replay, null).get("repeat").truth());
        refused(Status.E_REPLAY, () -> Commands.admit(TRIP, hash, null, replay, null));
        refused(Status.E_ID_REUSED, () -> Commands.admit(TRIP, hash, new byte[32], replay, null));
    }

    @Test
    void receiptsInAChain() {
        String receipt = "{\"meterbill\": 1, \"kind\": \"receipt\", \"id\": \"000102030405060708090a0b0c0d0e0f\", \"seq\": 123456, \"state\": \"received\","
            + " \"at\": \"2026-01-01T00:01:00Z\", \"command\": \"" + Hex.of(Commands.hash(Hex.bytes(TRIP_SIGNED))) + "\", \"previous\": \"" + "0".repeat(64) + "\"}";
        try (Signer signer = signer()) {
            byte[] message = signer.signReceipt("demo", receipt);
            Document opened = Commands.openReceipt(Hex.bytes(PUBLIC), "demo", message);
            assertEquals("received", opened.get("receipt").get("state").text());
            Commands.follows(receipt, null);
            refused(Status.E_CHAIN, () -> {
                Commands.follows(receipt, message);
                return null;
            });
        }
    }

    @Test
    void severalSign() {
        try (Signer one = signer(); Signer other = Signer.open(Hex.bytes(OTHER_SECRET));
            Keyset relays = Keyset.trust("relay", List.of(one.publicKey(), other.publicKey()))) {
            byte[] message = other.cosignCommand("demo", one.cosignCommand("demo", Commands.payload(TRIP)));
            assertEquals(2, relays.openCommand("demo", message, NOW).get("signers").whole());
        }
    }
}
