// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** A call that was refused; nothing was changed by it. */
public final class MeterbillException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The number of the status, which may be newer than {@link Status}. */
    private final int number;
    /** A JSON pointer, or empty. */
    private final String path;
    /** A record of the input, or -1. */
    private final long index;
    /** What was found and what was expected. */
    private final String reason;

    MeterbillException(int number, String reason, String path, long index) {
        super(say(number, reason, path, index));
        this.number = number;
        this.path = path;
        this.index = index;
        this.reason = reason;
    }

    MeterbillException(Status status, String reason) {
        this(status.number(), reason, "", -1);
    }

    private static String say(int number, String reason, String path, long index) {
        Status status = Status.of(number);
        StringBuilder said = new StringBuilder(status == Status.UNKNOWN ? "status " + number : "MBILL_" + status.name());
        if (!path.isEmpty()) {
            said.append(' ').append(path);
        }
        if (index >= 0) {
            said.append(" [").append(index).append(']');
        }
        return said.append(": ").append(reason).toString();
    }

    /** What the native library calls after a refusal. */
    static void raise(int status, byte[] message, byte[] path, long index) {
        throw new MeterbillException(status, new String(message, StandardCharsets.UTF_8), new String(path, StandardCharsets.UTF_8), index);
    }

    /**
     * What kind of refusal this is.
     *
     * @return the status; {@link Status#UNKNOWN} for a number that this version has no name for
     */
    public Status status() {
        return Status.of(number);
    }

    /**
     * The number of the status, the same in all languages and for ever.
     *
     * @return the number, also of a status that is newer than {@link Status}
     */
    public int statusNumber() {
        return number;
    }

    /**
     * Where in the document.
     *
     * @return a JSON pointer; empty when no place of a document is meant
     */
    public String path() {
        return path;
    }

    /**
     * Which record of the input.
     *
     * @return the record, from 0; empty when none is meant
     */
    public OptionalLong index() {
        return index >= 0 ? OptionalLong.of(index) : OptionalLong.empty();
    }

    /**
     * What was found and what was expected, without status and place.
     *
     * @return one sentence
     */
    public String reason() {
        return reason;
    }
}
