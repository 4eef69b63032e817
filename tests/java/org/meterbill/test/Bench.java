// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.nio.LongBuffer;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.meterbill.Bulk;
import org.meterbill.Tariff;

/** What bulk pricing and a total cost from Java, by the time of this thread: the same lines as tests/bench/bench_face.c prints, and `long NS TOTAL` for a total in whole numbers. */
final class Bench {
    private static final int HOURS = 744;
    private static final int CALLS = 200_000;
    private static final Instant START = Instant.parse("2025-12-31T23:00:00Z");
    private static final Instant END = START.plusSeconds(HOURS * 3600L);
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private Bench() {}

    private interface Round {
        long run();
    }

    /** The median of rounds after as many that warm up, for each of n. */
    private static void bench(String name, int rounds, double n, Round round, Round sumUp) {
        double[] times = new double[rounds];
        for (int i = -rounds; i < rounds; i++) {
            long start = CLOCK.getCurrentThreadCpuTime();
            round.run();
            if (i >= 0) {
                times[i] = (CLOCK.getCurrentThreadCpuTime() - start) / n;
            }
        }
        Arrays.sort(times);
        System.out.printf(Locale.ROOT, "%s %.4f %d%n", name, times[rounds / 2], sumUp.run());
    }

    /** Arguments: the tariff for many, the tariff for one, accounts, rounds. */
    public static void main(String[] arguments) {
        int accounts = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        LongBuffer values = Bulk.column(accounts * HOURS);
        LongBuffer totals = Bulk.column(accounts);
        long state = 1;
        for (int i = 0; i < values.capacity(); i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            values.put(i, (state >>> 33) % 700_000);
        }
        try (Tariff many = Tariff.compile(Paths.get(arguments[0])); Tariff one = Tariff.compile(Paths.get(arguments[1]));
            Bulk bulk = Bulk.of(many).span(START, END).axis(START, Duration.ofHours(1), HOURS).register("import").open()) {
            bench("bulk", rounds, (double) accounts * HOURS, () -> bulk.batch(totals).register(values).price(), () -> {
                long sum = 0;
                for (int i = 0; i < accounts; i++) {
                    sum += totals.get(i);
                }
                return sum;
            });
            BigDecimal[] quantities = new BigDecimal[CALLS];
            BigDecimal[] answers = new BigDecimal[CALLS];
            Arrays.setAll(quantities, i -> BigDecimal.valueOf(100_000_000 + i, 6));
            bench("call", rounds, CALLS, () -> {
                for (int i = 0; i < CALLS; i++) {
                    answers[i] = one.total(quantities[i], START, END);
                }
                return 0;
            }, () -> Arrays.stream(answers).mapToLong(answer -> answer.movePointRight(6).longValueExact()).sum());
            long from = START.getEpochSecond();
            long to = END.getEpochSecond();
            long[] numbers = new long[CALLS];
            bench("long", rounds, CALLS, () -> {
                for (int i = 0; i < CALLS; i++) {
                    numbers[i] = one.totalMicro(100_000_000 + i, from, to);
                }
                return 0;
            }, () -> Arrays.stream(numbers).sum());
        }
    }
}
