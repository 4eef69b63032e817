// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * A pointer of C with the count of calls that are in it: closing frees it at once, or when the last of them ends. The Cleaner's half of an object: it never refers to the object.
 */
final class NativeHandle implements Runnable {
    /** Set in {@link #users} once the handle is closed; what is below it are calls in flight. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final String what;
    private final LongConsumer free;
    private final long pointer;
    private final AtomicInteger users = new AtomicInteger();

    NativeHandle(String what, long pointer, LongConsumer free) {
        this.what = what;
        this.pointer = pointer;
        this.free = free;
    }

    /** The pointer, until {@link #exit}. */
    long enter() {
        for (;;) {
            int now = users.get();
            if (now < 0) {
                throw new IllegalStateException(what + " is closed");
            }
            if (users.compareAndSet(now, now + 1)) {
                return pointer;
            }
        }
    }

    void exit() {
        if (users.decrementAndGet() == CLOSED) {
            free.accept(pointer);
        }
    }

    /** Closes; a second time does nothing. */
    @Override
    public void run() {
        for (;;) {
            int now = users.get();
            if (now < 0) {
                return;
            }
            if (users.compareAndSet(now, now | CLOSED)) {
                if (now == 0) {
                    free.accept(pointer);
                }
                return;
            }
        }
    }
}
