// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.meterbill.test.Samples.refused;

import java.lang.ref.WeakReference;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.meterbill.Commands;
import org.meterbill.Signer;
import org.meterbill.Signing;
import org.meterbill.Status;

/** Signers whose key is elsewhere: Java's own Ed25519 signs, in one thread and in many. */
class SigningTest {
    private static final String SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final byte[] PUBLIC = Hex.bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static final String TRIP = "{\"meterbill\": 1, \"kind\": \"command\", \"command\": \"trip\", \"target\": \"e/000000000001\","
        + " \"id\": \"000102030405060708090a0b0c0d0e0f\", \"seq\": 123456, \"made\": \"2026-01-01T00:00:00Z\", \"ends\": \"2026-01-01T00:05:00Z\"}";

    @BeforeEach
    void javaSignsToo() {
        assumeTrue(Runtime.version().feature() >= 15, "Ed25519 is in Java from 15 on");
    }

    /** The form of RFC 8410 around 32 secret bytes. */
    private static byte[] signed(byte[] message) {
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(Hex.bytes("302e020100300506032b657004220420" + SECRET)));
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] wanted() {
        try (Signer here = Signer.open(Hex.bytes(SECRET))) {
            assertFalse(here.isElsewhere());
            return here.signCommand("demo", TRIP);
        }
    }

    @Test
    void theSameBytesAsWithTheSecretHere() {
        try (Signer here = Signer.open(Hex.bytes(SECRET)); Signer there = Signer.byCallback(PUBLIC, SigningTest::signed)) {
            assertTrue(there.isElsewhere());
            assertArrayEquals(PUBLIC, there.publicKey());
            assertArrayEquals(wanted(), there.signCommand("demo", TRIP));
            assertArrayEquals(here.cosignCommand("demo", Commands.payload(TRIP)), there.cosignCommand("demo", Commands.payload(TRIP)));
            there.hold();
            there.rest();
        }
    }

    @Test
    void whatItThrowsIsThrown() {
        try (Signer failing = Signer.byCallback(PUBLIC, message -> {
            throw new UnsupportedOperationException("the module is out");
        })) {
            for (int i = 0; i < 100; i++) {
                assertEquals("the module is out", assertThrows(UnsupportedOperationException.class, () -> failing.signCommand("demo", TRIP)).getMessage());
            }
        }
        for (Signing wrong : List.<Signing>of(message -> null, message -> new byte[63], message -> new byte[64], message -> signed(Arrays.copyOf(message, message.length + 1)))) {
            try (Signer signer = Signer.byCallback(PUBLIC, wrong)) {
                refused(Status.E_SIGNATURE, () -> signer.signCommand("demo", TRIP));
            }
        }
        try (Signer deep = Signer.byCallback(PUBLIC, message -> {
            throw new StackOverflowError();
        })) {
            assertThrows(StackOverflowError.class, () -> deep.signCommand("demo", TRIP));
        }
        refused(Status.E_MISUSE, () -> Signer.byCallback(new byte[31], SigningTest::signed));
        assertThrows(NullPointerException.class, () -> Signer.byCallback(PUBLIC, null));
    }

    @Test
    void itMayAskItsOwnSignerAndCloseIt() {
        AtomicReference<Signer> own = new AtomicReference<>();
        own.set(Signer.byCallback(PUBLIC, message -> {
            assertArrayEquals(PUBLIC, own.get().publicKey());
            own.get().close();
            return signed(message);
        }));
        assertArrayEquals(wanted(), own.get().signCommand("demo", TRIP));
        assertThrows(IllegalStateException.class, () -> own.get().signCommand("demo", TRIP));
    }

    @Test
    void eightThreads() throws Exception {
        byte[] wanted = wanted();
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<Integer>> results = new ArrayList<>();
        try (Signer shared = Signer.byCallback(PUBLIC, SigningTest::signed)) {
            for (int i = 0; i < 8; i++) {
                results.add(pool.submit(() -> {
                    int same = 0;
                    try (Signer own = Signer.byCallback(PUBLIC, SigningTest::signed)) {
                        for (int n = 0; n < 50; n++) {
                            same += Arrays.equals(own.signCommand("demo", TRIP), wanted) && Arrays.equals(shared.signCommand("demo", TRIP), wanted) ? 1 : 0;
                        }
                    }
                    return same;
                }));
            }
            for (Future<Integer> result : results) {
                assertEquals(50, result.get());
            }
        }
        pool.shutdown();
    }

    /** Has a signer that has a function of this. */
    private static final class Module {
        private final Signer signer = Signer.byCallback(PUBLIC, this::sign);

        private byte[] sign(byte[] message) {
            return signed(message);
        }
    }

    @Test
    void aSignerThatItsFunctionRefersToIsLetGo() throws Exception {
        Module module = new Module();
        assertArrayEquals(wanted(), module.signer.signCommand("demo", TRIP));
        WeakReference<Module> gone = new WeakReference<>(module);
        module = null;
        for (int i = 0; i < 100 && gone.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertNull(gone.get());
    }
}
