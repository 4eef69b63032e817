// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Instants as whole UTC seconds and as documents write them. */
final class Times {
    private Times() {}

    static long utcSeconds(Instant at, String what) {
        if (at.getNano() != 0) {
            throw new MeterbillException(Status.E_DIGITS, what + " is not a whole second");
        }
        return at.getEpochSecond();
    }

    static Instant of(long utcSeconds) {
        return Instant.ofEpochSecond(utcSeconds);
    }

    /** An instant that a document says with its offset. */
    static Instant parse(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException other) {
            throw new IllegalStateException("no instant with an offset: " + text, other);
        }
    }

    static String text(Instant at, String what) {
        utcSeconds(at, what);
        return DateTimeFormatter.ISO_INSTANT.format(at.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS));
    }
}
