// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.meterbill.AlarmBoard;
import org.meterbill.FrameCodec;
import org.meterbill.MeterbillException;
import org.meterbill.Status;
import org.meterbill.Tariff;

/** Threads against close, and loops that must not grow. */
class LifetimeTest {
    private static final int THREADS = 16;
    private static final int CAMPAIGN = Integer.getInteger("meterbill.campaign", 20000);

    @Test
    void sixteenThreadsAgainstClose() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        long wanted;
        try (Tariff tariff = Tariff.compile(Samples.HOME)) {
            wanted = total(tariff);
        }
        for (int round = 0; round < 200; round++) {
            AtomicReference<Tariff> shared = new AtomicReference<>(Tariff.compile(Samples.HOME));
            CountDownLatch start = new CountDownLatch(1);
            List<Callable<Long>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                boolean closes = i % 4 == 3;
                calls.add(() -> {
                    start.await();
                    if (closes) {
                        shared.get().close();
                        return wanted;
                    }
                    try {
                        long last = wanted;
                        for (int n = 0; n < 50 && last == wanted; n++) {
                            last = total(shared.get());
                        }
                        return last;
                    } catch (IllegalStateException closed) {
                        return wanted;
                    }
                });
            }
            List<Future<Long>> results = new ArrayList<>();
            for (Callable<Long> call : calls) {
                results.add(pool.submit(call));
            }
            start.countDown();
            for (Future<Long> result : results) {
                assertEquals(wanted, result.get());
            }
        }
        pool.shutdown();
        assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
    }

    @Test
    void oneCodecTakesThreadsInTurn() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (FrameCodec codec = FrameCodec.open("dlt645")) {
            byte[] noise = new byte[256];
            String wanted = codec.decode(noise).toString();
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                results.add(pool.submit(() -> {
                    int same = 0;
                    for (int n = 0; n < 50; n++) {
                        same += codec.decode(noise).toString().equals(wanted) ? 1 : 0;
                        codec.feed(noise).count();
                    }
                    return same;
                }));
            }
            for (Future<Integer> result : results) {
                assertEquals(50, result.get());
            }
        }
        pool.shutdown();
    }

    private static long total(Tariff tariff) {
        return tariff.totalMicro(152_750_000L, Samples.JANUARY.getEpochSecond(), Samples.FEBRUARY.getEpochSecond());
    }

    /** Resident memory in KiB; -1 where the system does not say. */
    private static long residentKib() throws IOException {
        if (!Files.exists(Paths.get("/proc/self/status"))) {
            return -1;
        }
        return Files.readAllLines(Paths.get("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).findFirst().orElse(-1);
    }

    private static void loop(int n, Runnable once) throws IOException {
        for (int i = 0; i < n / 4; i++) {
            once.run();
        }
        System.gc();
        long before = residentKib();
        for (int i = 0; i < n; i++) {
            once.run();
        }
        System.gc();
        long grown = residentKib() - before;
        assertTrue(grown < 24 * 1024, grown + " KiB more after " + n);
    }

    @Test
    void createAndFree() throws IOException {
        loop(CAMPAIGN, () -> Tariff.compile(Samples.HOME).close());
    }

    @Test
    void createAndForget() throws Exception {
        long settled = 0;
        for (int round = 0; round < 24; round++) {
            for (int i = 0; i < CAMPAIGN / 40; i++) {
                Tariff.compile(Samples.HOME);
            }
            System.gc();
            Thread.sleep(20); // the Cleaner has a thread of its own
            settled = round == 7 ? residentKib() : settled;
        }
        long grown = residentKib() - settled;
        assertTrue(grown < 24 * 1024, grown + " KiB more after " + CAMPAIGN / 40 * 16);
    }

    @Test
    void refusalsGiveEverythingBack() throws IOException {
        String large = "{\"meterbill\": 1, \"x\": \"" + "x".repeat(10_000) + "\"}";
        loop(CAMPAIGN, () -> {
            try {
                Tariff.compile(large);
            } catch (MeterbillException refusal) {
                assertEquals(Status.E_UNKNOWN_KEY, refusal.status());
            }
        });
    }

    @Test
    void answersGiveEverythingBack() throws IOException {
        try (Tariff tariff = Tariff.compile(Samples.HOME); FrameCodec codec = FrameCodec.open("mbus")) {
            loop(CAMPAIGN, () -> {
                assertTrue(tariff.canonical().length() > 100);
                assertTrue(codec.decode(new byte[] {(byte) 0xE5}).toString().length() > 10);
            });
        }
    }

    @Test
    void boardsComeAndGo() throws IOException {
        loop(CAMPAIGN / 4, () -> AlarmBoard.open(Samples.ALARMS).close());
    }
}
