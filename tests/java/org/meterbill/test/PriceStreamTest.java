// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.meterbill.Bulk;
import org.meterbill.PriceStream;
import org.meterbill.Priced;
import org.meterbill.Status;
import org.meterbill.Tariff;
import org.meterbill.Usage;

/** One account reading by reading comes to what it comes to at once; many accounts in parts, to what they come to in one call. */
class PriceStreamTest {
    private static final long HOURS = Duration.between(Samples.JANUARY, Samples.FEBRUARY).toHours();

    @Test
    void readingByReading() {
        try (Tariff tariff = Tariff.compile(Samples.HOME); PriceStream stream = PriceStream.open(tariff, Samples.JANUARY, Samples.FEBRUARY, HOURS, null, null)) {
            BigDecimal before = BigDecimal.ZERO;
            for (long hour = 0; hour < HOURS; hour++) {
                Instant start = Samples.JANUARY.plusSeconds(hour * 3600);
                stream.push("import", start, start.plusSeconds(3600), new BigDecimal("0.25"), hour % 2 == 0 ? PriceStream.Quality.MEASURED : PriceStream.Quality.ESTIMATED);
                BigDecimal now = stream.total();
                assertTrue(now.compareTo(before) >= 0);
                before = now;
            }
            Priced whole = tariff.price(Usage.between(Samples.JANUARY, Samples.FEBRUARY).total("import", new BigDecimal("186")).build());
            assertEquals(whole.bill().total(), before);
            assertEquals(whole.bill().total(), stream.finish().bill().total());
        }
    }

    @Test
    void whatIsRefused() {
        Tariff tariff = Tariff.compile(Samples.HOME);
        PriceStream stream = PriceStream.open(tariff, Samples.JANUARY, Samples.FEBRUARY, 2, null, null);
        tariff.close(); // the stream keeps it
        Instant next = Samples.JANUARY.plusSeconds(3600);
        stream.push("import", Samples.JANUARY, next, BigDecimal.ONE);
        refused(Status.E_NOT_FOUND, () -> {
            stream.push("export", next, next.plusSeconds(1), BigDecimal.ONE);
            return null;
        });
        refused(Status.E_OVERLAP, () -> {
            stream.push("import", Samples.JANUARY, next, BigDecimal.ONE);
            return null;
        });
        refused(Status.E_GAP, stream::finish);
        stream.close();
        assertThrows(IllegalStateException.class, stream::total);
        assertThrows(IllegalStateException.class, () -> PriceStream.open(tariff, Samples.JANUARY, Samples.FEBRUARY, 2, null, null));
        try (Tariff other = Tariff.compile(Samples.HOME)) {
            refused(Status.E_RANGE, () -> PriceStream.open(other, Samples.JANUARY, Samples.FEBRUARY, 0, null, null));
        }
    }

    @Test
    void manyAccountsInParts() {
        int accounts = 1000;
        try (Tariff tariff = Tariff.compile(Samples.HOME); Bulk bulk = Bulk.of(tariff).span(Samples.JANUARY, Samples.FEBRUARY).axis(Samples.JANUARY, Duration.ofHours(1), HOURS)
            .register("import").open()) {
            LongBuffer readings = Bulk.column((int) (accounts * HOURS));
            for (int i = 0; i < readings.capacity(); i++) {
                readings.put(i, i % 977 * 1000L);
            }
            readings.put(5, -1_000_000_000_000_000_000L);
            IntBuffer statuses = ByteBuffer.allocateDirect(4 * accounts).order(ByteOrder.nativeOrder()).asIntBuffer();
            LongBuffer whole = Bulk.column(accounts);
            LongBuffer parts = Bulk.column(accounts);
            long refused = bulk.batch(whole).register(readings).statuses(statuses).price();
            List<Long> told = new ArrayList<>();
            assertEquals(refused, bulk.batch(parts).register(readings).statuses(statuses).price(300, (done, of) -> told.add(done)));
            assertEquals(List.of(300L, 600L, 900L, 1000L), told);
            assertEquals(whole, parts);
            refused(Status.E_MISUSE, () -> bulk.batch(parts).register(readings).price(300, (done, of) -> {}));
            refused(Status.E_MISUSE, () -> bulk.batch(parts).register(Bulk.column(7)).statuses(statuses).price(300, (done, of) -> {}));
            assertThrows(UnsupportedOperationException.class, () -> bulk.batch(parts).register(readings).statuses(statuses).price(1, (done, of) -> {
                throw new UnsupportedOperationException();
            }));
        }
    }
}
