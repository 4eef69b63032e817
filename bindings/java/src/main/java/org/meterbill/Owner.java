// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.function.LongConsumer;

/** What owns a handle of C: freed by {@link #close}, or by the Cleaner when it is forgotten. */
abstract class Owner implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    /** A call that gives a number or a new handle. */
    interface Call {
        long on(long pointer);
    }

    /** A call that gives text or bytes into element 0. */
    interface Answer {
        void on(long pointer, byte[][] out);
    }

    /** One thread at a time in C. */
    private final boolean alone;
    private final NativeHandle handle;
    private final Cleaner.Cleanable cleanable;

    Owner(String what, long pointer, LongConsumer free, boolean alone) {
        this.alone = alone;
        this.handle = new NativeHandle(what, pointer, free);
        this.cleanable = CLEANER.register(this, handle);
    }

    /** Frees what C holds, when the last call that is under way ends. Any number of times. */
    @Override
    public void close() {
        cleanable.clean();
    }

    /** For what must outlive the handle of another object. */
    final NativeHandle handle() {
        return handle;
    }

    /** The pointer for a call, and the promise to call {@link #exit}. */
    final long enter() {
        return handle.enter();
    }

    final void exit() {
        handle.exit();
        Reference.reachabilityFence(this);
    }

    final long call(Call call) {
        long pointer = enter();
        try {
            if (alone) {
                synchronized (handle) {
                    return call.on(pointer);
                }
            }
            return call.on(pointer);
        } finally {
            exit();
        }
    }

    final byte[] bytes(Answer answer) {
        byte[][] out = new byte[1][];
        call(pointer -> {
            answer.on(pointer, out);
            return 0;
        });
        return out[0];
    }

    final String text(Answer answer) {
        return Text.of(bytes(answer));
    }
}
