// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** The functions that sign, by numbers that C knows. It keeps none alive: a signer does, so that a function may refer to its signer. */
final class Signings {
    private static final int SIGNATURE_BYTES = 64;
    private static final AtomicLong LAST = new AtomicLong();
    private static final ConcurrentMap<Long, WeakReference<Signing>> KEPT = new ConcurrentHashMap<>();

    private Signings() {}

    static long keep(Signing signing) {
        long number = LAST.incrementAndGet();
        KEPT.put(number, new WeakReference<>(signing));
        return number;
    }

    static void forget(long number) {
        KEPT.remove(number);
    }

    /** Called by C. */
    static byte[] sign(long number, byte[] message) {
        WeakReference<Signing> kept = KEPT.get(number);
        Signing signing = kept == null ? null : kept.get();
        if (signing == null) {
            throw new IllegalStateException("nobody signs under the number " + number);
        }
        byte[] signature = signing.sign(message);
        if (signature == null || signature.length != SIGNATURE_BYTES) {
            throw new MeterbillException(Status.E_SIGNATURE, "the signature has " + (signature == null ? "no" : signature.length) + " bytes, expected " + SIGNATURE_BYTES);
        }
        return signature;
    }
}
