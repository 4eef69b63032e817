// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Buffers as the C library takes them: direct, of the machine's own byte order, from position to limit. */
final class Columns {
    private Columns() {}

    private static MeterbillException misuse(String what, String expected) {
        return new MeterbillException(Status.E_MISUSE, what + ": expected " + expected);
    }

    private static void check(String what, boolean direct, ByteOrder order, boolean readOnly, boolean written) {
        if (!direct) {
            throw misuse(what, "a direct buffer");
        }
        if (order != ByteOrder.nativeOrder()) {
            throw misuse(what, "the byte order of this machine, ByteOrder.nativeOrder()");
        }
        if (written && readOnly) {
            throw misuse(what, "a buffer that may be written");
        }
    }

    static LongBuffer in(LongBuffer column, String what) {
        check(what, column.isDirect(), column.order(), column.isReadOnly(), false);
        return column.slice();
    }

    static LongBuffer out(LongBuffer column, String what) {
        check(what, column.isDirect(), column.order(), column.isReadOnly(), true);
        return column.slice();
    }

    static IntBuffer out(IntBuffer column, String what) {
        check(what, column.isDirect(), column.order(), column.isReadOnly(), true);
        return column.slice();
    }

    static ByteBuffer in(ByteBuffer bytes, String what) {
        check(what, bytes.isDirect(), ByteOrder.nativeOrder(), bytes.isReadOnly(), false);
        return bytes.slice();
    }

    static ByteBuffer out(ByteBuffer bytes, String what) {
        check(what, bytes.isDirect(), ByteOrder.nativeOrder(), bytes.isReadOnly(), true);
        return bytes.slice();
    }

    /** What accounts from first to end have of a column that starts at 0; null for none. */
    static LongBuffer part(LongBuffer column, int first, int end, int accounts) {
        return column == null ? null : ((LongBuffer) cut(column.duplicate(), first, end, accounts)).slice();
    }

    static IntBuffer part(IntBuffer column, int first, int end, int accounts) {
        return column == null ? null : ((IntBuffer) cut(column.duplicate(), first, end, accounts)).slice();
    }

    static ByteBuffer part(ByteBuffer column, int first, int end, int accounts) {
        return column == null ? null : ((ByteBuffer) cut(column.duplicate(), first, end, accounts)).slice();
    }

    private static Buffer cut(Buffer column, int first, int end, int accounts) {
        if (column.capacity() % accounts != 0) {
            throw misuse("a column of " + column.capacity() + " values", "so many for each of " + accounts + " accounts");
        }
        int each = column.capacity() / accounts;
        return column.limit(end * each).position(first * each);
    }

    /** Room for so many longs. */
    static LongBuffer longs(int n) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(n, Long.BYTES)).order(ByteOrder.nativeOrder()).asLongBuffer();
    }
}
