// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Every contract's bill for a span of days, step by step: between two steps the store may be used for anything, top-ups or readings. What a step has billed is durable; a close that ends in the
 * middle is simply begun again.
 *
 * <pre>{@code
 * try (MonthClose close = store.close(from, to, now, false)) {
 *     while (close.step(64)) {
 *         System.out.println(close.done() + " of " + close.contracts());
 *     }
 *     System.out.println(close.sums());
 * }
 * }</pre>
 */
public final class MonthClose extends Owner {
    /** Of tariff.h: MBILL_PRICE_ALLOW_GAPS. */
    private static final int ALLOW_GAPS = 0x1;
    /** Contracts of a step, where nobody says how many. */
    private static final int STEP = 500;
    private final Store store;

    private MonthClose(long pointer, Store store, NativeHandle kept) {
        super("MonthClose", pointer, close -> {
            synchronized (kept) { // nobody else is in the store meanwhile
                MeterbillNative.mbill_face_close_free(close);
            }
            kept.exit();
        }, true);
        this.store = store;
    }

    static MonthClose begin(Store store, LocalDate from, LocalDate to, Instant recorded, boolean allowGaps) {
        byte[] begin = Text.utf8(from.toString());
        byte[] end = Text.utf8(to.toString());
        long when = Times.utcSeconds(recorded, "recorded");
        NativeHandle kept = store.handle();
        kept.enter(); // closing the store waits until this is closed
        boolean begun = false;
        try {
            MonthClose close = new MonthClose(store.call(pointer -> MeterbillNative.mbill_face_close_begin(pointer, begin, end, allowGaps ? ALLOW_GAPS : 0, when)), store, kept);
            begun = true;
            return close;
        } finally {
            if (!begun) {
                kept.exit();
            }
        }
    }

    /** A call that nobody else is in the store for. */
    private long ask(Call asked) {
        return store.call(pointer -> call(asked));
    }

    /**
     * Bills the next contracts in one durable transaction.
     *
     * @param budget contracts of the step, about; 64 take some milliseconds
     * @return whether there are contracts left
     * @throws MeterbillException {@link Status#E_BUSY}, {@link Status#E_FULL}, {@link Status#E_IO}: nothing of the step is kept, and it may be taken again; {@link Status#E_RANGE}
     */
    public boolean step(long budget) {
        return ask(close -> MeterbillNative.mbill_face_close_step(close, budget)) == 1;
    }

    /**
     * Bills all that are left, step by step.
     *
     * @param progress told the contracts that were looked at, and how many there are, between two steps: it may use the store
     * @return as {@link #sums}
     * @throws MeterbillException as {@link #step}
     */
    public Document run(Progress progress) {
        boolean more = true;
        while (more) {
            more = step(STEP);
            progress.at(done(), contracts());
        }
        return sums();
    }

    /**
     * How far it is.
     *
     * @return the contracts that were looked at
     */
    public long done() {
        return ask(MeterbillNative::mbill_face_close_done);
    }

    /**
     * How far it goes.
     *
     * @return the contracts that there are
     */
    public long contracts() {
        return ask(MeterbillNative::mbill_face_close_contracts);
    }

    /**
     * What the steps did.
     *
     * @return an object: "billed", "already", "refused", "flagged", "readings", "total", "refusals" of "account", "tariff", "status", "path", "message"; "done", "contracts"
     */
    public Document sums() {
        byte[][] out = new byte[1][];
        ask(close -> {
            MeterbillNative.mbill_face_close_sums(close, out);
            return 0;
        });
        return Document.parse(Text.of(out[0]));
    }
}
