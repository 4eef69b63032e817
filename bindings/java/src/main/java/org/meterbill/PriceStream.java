// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One billing span of one account under way: each reading is pushed once, and what it has come to can be asked at any time. One thread at a time is in it; others wait.
 *
 * <pre>{@code
 * try (PriceStream stream = PriceStream.open(tariff, from, to, 744, null, null)) {
 *     stream.push("import", start, end, new BigDecimal("0.5"));
 *     System.out.println(stream.total());
 *     Bill bill = stream.finish().bill();
 * }
 * }</pre>
 */
public final class PriceStream extends Owner {
    private final List<String> registers;

    private PriceStream(long pointer, NativeHandle tariff, List<String> registers) {
        super("PriceStream", pointer, stream -> {
            MeterbillNative.mbill_face_stream_free(stream);
            tariff.exit();
        }, true);
        this.registers = registers;
    }

    /**
     * Begins a span.
     *
     * @param tariff   the tariff; closing it waits until this is closed
     * @param from     the span's first instant, a whole second
     * @param to       its end, not included
     * @param most     readings of each register, at most
     * @param facts    a document of kind "facts"; null: none
     * @param position a document of kind "position"; null: nothing was billed before
     * @return the stream
     * @throws MeterbillException the documents, with the place; {@link Status#E_RANGE}; what pricing needs and is missing
     */
    public static PriceStream open(Tariff tariff, Instant from, Instant to, long most, String facts, String position) {
        List<String> names = tariff.info().get("registers").stream().map(one -> one.get("name").text()).collect(Collectors.toUnmodifiableList());
        long begin = Times.utcSeconds(from, "from");
        long end = Times.utcSeconds(to, "to");
        byte[] lines = Text.utf8(String.join("\n", names));
        byte[] known = Text.optional(facts);
        byte[] before = Text.optional(position);
        NativeHandle kept = tariff.handle();
        long pointer = kept.enter();
        boolean opened = false;
        try {
            PriceStream stream = new PriceStream(MeterbillNative.mbill_face_stream_open(pointer, begin, end, lines, known, before, most), kept, names);
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                kept.exit();
            }
        }
    }

    /** How sure a reading is. */
    public enum Quality {
        /** It was measured. */
        MEASURED,
        /** It was worked out. */
        ESTIMATED,
        /** Another takes its place. */
        SUBSTITUTED
    }

    /**
     * What a register measured in an interval.
     *
     * @param register its name in the tariff
     * @param start    where the interval starts; readings of a register rise in time
     * @param end      where it ends, not included
     * @param quantity how much
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such register; {@link Status#E_OVERLAP}, {@link Status#E_BOUNDARY}, {@link Status#E_LIMIT} and others
     */
    public void push(String register, Instant start, Instant end, BigDecimal quantity) {
        push(register, start, end, quantity, Quality.MEASURED);
    }

    /**
     * The same, with how sure it is.
     *
     * @param register its name in the tariff
     * @param start    where the interval starts
     * @param end      where it ends, not included
     * @param quantity how much
     * @param quality  how sure
     * @throws MeterbillException as {@link #push(String, Instant, Instant, BigDecimal)}
     */
    public void push(String register, Instant start, Instant end, BigDecimal quantity, Quality quality) {
        int place = registers.indexOf(register);
        if (place < 0) {
            throw new MeterbillException(Status.E_NOT_FOUND, "the tariff has no register \"" + register + "\", expected one of: " + String.join(", ", registers));
        }
        long from = Times.utcSeconds(start, "start");
        long to = Times.utcSeconds(end, "end");
        long micro = Decimals.micro(quantity, "quantity");
        call(stream -> MeterbillNative.mbill_face_stream_push(stream, place, from, to, micro, quality.ordinal()));
    }

    /**
     * What it has come to so far.
     *
     * @return the total of a bill of the part of the span until now
     * @throws MeterbillException as pricing
     */
    public BigDecimal total() {
        return Decimals.of(call(MeterbillNative::mbill_face_stream_total));
    }

    /**
     * The bill of the span.
     *
     * @return the bill, and the position after it
     * @throws MeterbillException as pricing; {@link Status#E_GAP}: time without readings
     */
    public Priced finish() {
        return new Priced(text(MeterbillNative::mbill_face_stream_finish));
    }
}
