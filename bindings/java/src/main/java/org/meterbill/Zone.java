// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

/** A time zone as the C library has it. Immutable; any number of threads may share it. */
public final class Zone extends Owner {
    private Zone(long pointer) {
        super("Zone", pointer, MeterbillNative::mbill_zone_free, false);
    }

    /**
     * A zone of Java: its rules, as this Java knows them, are handed over as the bytes of a TZif file.
     *
     * @param id such as {@code ZoneId.of("Europe/Berlin")}
     * @return the zone
     * @throws MeterbillException {@link Status#E_ZONE}: offsets that the C library does not take
     */
    public static Zone of(ZoneId id) {
        return ofTzif(tzif(id));
    }

    /**
     * The bytes of a TZif file (RFC 8536) of a zone of Java.
     *
     * @param id the zone
     * @return the bytes, for everything that takes a zone as bytes
     */
    public static byte[] tzif(ZoneId id) {
        return TzifWriter.bytes(id.getRules());
    }

    /**
     * A zone from the bytes of a TZif file.
     *
     * @param bytes the file
     * @return the zone
     * @throws MeterbillException {@link Status#E_ZONE}, {@link Status#E_LIMIT}
     */
    public static Zone ofTzif(byte[] bytes) {
        NativeLoader.load();
        return new Zone(MeterbillNative.mbill_face_zone_tzif(Objects.requireNonNull(bytes, "bytes")));
    }

    /**
     * A zone from a POSIX rule, as tariffs name theirs.
     *
     * @param rule such as "CET-1CEST,M3.5.0,M10.5.0/3"
     * @return the zone
     * @throws MeterbillException {@link Status#E_ZONE}
     */
    public static Zone ofRule(String rule) {
        return new Zone(MeterbillNative.mbill_face_zone_rule(Text.utf8(rule)));
    }

    /**
     * The offset at an instant.
     *
     * @param at the instant; parts of a second do not count
     * @return seconds east of UTC
     */
    public ZoneOffset offset(Instant at) {
        return ZoneOffset.ofTotalSeconds((int) call(zone -> MeterbillNative.mbill_face_zone_offset(zone, at.getEpochSecond(), 0)));
    }

    /**
     * The next instant at which the offset changes.
     *
     * @param after behind this one
     * @return the instant; empty: it never does
     */
    public Optional<Instant> nextChange(Instant after) {
        long next = call(zone -> MeterbillNative.mbill_face_zone_next_change(zone, after.getEpochSecond()));
        return next == Long.MAX_VALUE ? Optional.empty() : Optional.of(Times.of(next));
    }

    /** Which instant a local time means that occurs twice. */
    public enum Fold {
        /** Neither: it is refused. */
        REFUSE,
        /** The first time the clocks show it. */
        EARLIER,
        /** The last time the clocks show it. */
        LATER
    }

    /**
     * The instant at which clocks show a time.
     *
     * @param local what they show, whole seconds
     * @param fold  which instant is meant where two are
     * @return the instant
     * @throws MeterbillException {@link Status#E_NO_SUCH_TIME}, {@link Status#E_AMBIGUOUS_TIME}, {@link Status#E_RANGE}
     */
    public Instant instantOf(LocalDateTime local, Fold fold) {
        long shown = Times.utcSeconds(local.toInstant(ZoneOffset.UTC), "local");
        return Times.of(call(zone -> MeterbillNative.mbill_face_zone_to_utc(zone, shown, fold.ordinal())));
    }

    /**
     * The first instant of a day.
     *
     * @param day the day
     * @return the instant
     * @throws MeterbillException {@link Status#E_RANGE}
     */
    public Instant dayStart(LocalDate day) {
        return Times.of(call(zone -> MeterbillNative.mbill_face_zone_day_start(zone, Math.toIntExact(day.toEpochDay()))));
    }

    /**
     * The day of an instant.
     *
     * @param at the instant
     * @return the day
     */
    public LocalDate day(Instant at) {
        return LocalDate.ofEpochDay(call(zone -> MeterbillNative.mbill_face_zone_day(zone, at.getEpochSecond())));
    }

    /**
     * A time as documents say it: a day, or a day and a clock time, with or without its offset.
     *
     * @param text such as "2026-01-31", "2026-01-31T13:00" or "2026-01-31T13:00+08:00"
     * @return the instant
     * @throws MeterbillException {@link Status#E_DATE}, {@link Status#E_NO_SUCH_TIME}, {@link Status#E_AMBIGUOUS_TIME}, {@link Status#E_RANGE}
     */
    public Instant parse(String text) {
        byte[] utf8 = Text.utf8(text);
        return Times.of(call(zone -> MeterbillNative.mbill_face_time_parse(zone, utf8)));
    }

    /**
     * An instant as documents say it.
     *
     * @param at a whole second
     * @return such as "2026-01-31T13:00:00+08:00"
     */
    public String print(Instant at) {
        long utc = Times.utcSeconds(at, "at");
        return text((zone, out) -> MeterbillNative.mbill_face_time_print(zone, utc, out));
    }
}
