// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.charset.StandardCharsets;

/** One account's bill of {@link Bulk#bills}, or why it was refused. Immutable. */
public final class Billed {
    private static final char FIELD = 0x1f;
    private final int number;
    private final long totalMicro;
    private final int flags;
    private final String bill;
    private final String position;
    private final String path;
    private final String message;

    /** A record of glue_bulk.h: status, total, flags, bill, position, path, message. */
    Billed(byte[] record, int from, int to) {
        String[] fields = new String[7];
        int at = from;
        for (int i = 0; i < fields.length; i++) {
            int end = at;
            while (end < to && record[end] != FIELD) {
                end++;
            }
            fields[i] = new String(record, at, end - at, StandardCharsets.UTF_8);
            at = end + 1;
        }
        number = Integer.parseInt(fields[0]);
        totalMicro = Long.parseLong(fields[1]);
        flags = Integer.parseInt(fields[2]);
        bill = fields[3];
        position = fields[4];
        path = fields[5];
        message = fields[6];
    }

    /**
     * Whether there is a bill.
     *
     * @return {@link Status#OK}, or why it was refused
     */
    public Status status() {
        return Status.of(number);
    }

    /**
     * The total.
     *
     * @return 10^-6 of the tariff's currency; 0 where it was refused
     */
    public long totalMicro() {
        return totalMicro;
    }

    /**
     * The marks of its lines, put together.
     *
     * @return bits of MBILL_LINE_… in bill.h
     */
    public int flags() {
        return flags;
    }

    /**
     * The bill, to the byte what {@link Tariff#price} and a store give.
     *
     * @return a document of kind "bill"; empty where it was refused
     */
    public String bill() {
        return bill;
    }

    /**
     * Where it leaves off.
     *
     * @return a document of kind "position"; empty where it was refused
     */
    public String position() {
        return position;
    }

    /**
     * The refusal as an exception.
     *
     * @param account its number, for {@link MeterbillException#index}; -1: none
     * @return the exception, with status, path and reason
     */
    public MeterbillException refusal(long account) {
        return new MeterbillException(number, message, path, account);
    }
}
