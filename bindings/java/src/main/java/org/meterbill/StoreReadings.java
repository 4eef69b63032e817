// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** Readings of a store as columns: direct buffers of the machine's byte order ({@link Bulk#column}), taken from position to limit. */
public final class StoreReadings {
    /** Of ingest.h: MBILL_INGEST_CORRECT. */
    private static final int CORRECT = 0x1;
    private final Store store;

    StoreReadings(Store store) {
        this.store = store;
    }

    /**
     * The number of a register; it stays the same for the life of the file.
     *
     * @param meter    id of the meter
     * @param register name of the register; null: the meter's only one
     * @return the number, for {@link #ingest}
     * @throws MeterbillException {@link Status#E_NOT_FOUND}; {@link Status#E_INVALID}: it has several and none is named
     */
    public long number(String meter, String register) {
        byte[] which = Text.utf8(meter);
        byte[] name = Text.optional(register);
        return store.call(pointer -> MeterbillNative.mbill_face_store_register_number(pointer, which, name));
    }

    /**
     * Takes counts of registers, all or nothing; rows in any order, and again without harm.
     *
     * @param registers of each row, by number
     * @param times     UTC seconds
     * @param values    counts in 10^-6 of the unit
     * @param correct   another value takes the place of the one that is there
     * @return an object: "added", "same", "corrected", "behind_bill"
     * @throws MeterbillException the row, by its index; {@link Status#E_MISUSE}: columns of several lengths
     */
    public Document ingest(LongBuffer registers, LongBuffer times, LongBuffer values, boolean correct) {
        return ingest(registers, times, null, values, null, correct);
    }

    /**
     * The same, or quantities of intervals.
     *
     * @param registers of each row, by number
     * @param times     UTC seconds: of a count, or where an interval starts
     * @param ends      where intervals end; null: the rows are counts
     * @param values    10^-6 of the unit
     * @param marks     MBILL_READING_* of reading.h, a byte a row; null: none
     * @param correct   another value takes the place of the one that is there
     * @return as {@link #ingest(LongBuffer, LongBuffer, LongBuffer, boolean)}
     * @throws MeterbillException as {@link #ingest(LongBuffer, LongBuffer, LongBuffer, boolean)}
     */
    public Document ingest(LongBuffer registers, LongBuffer times, LongBuffer ends, LongBuffer values, ByteBuffer marks, boolean correct) {
        LongBuffer who = Columns.in(registers, "registers");
        LongBuffer when = Columns.in(times, "times");
        LongBuffer until = ends == null ? null : Columns.in(ends, "ends");
        LongBuffer what = Columns.in(values, "values");
        ByteBuffer how = marks == null ? null : Columns.in(marks, "marks");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_store_ingest(pointer, who, when, until, what, how, correct ? CORRECT : 0, out)));
    }
}
