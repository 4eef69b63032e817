// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.meterbill.AlarmBoard;
import org.meterbill.Bulk;
import org.meterbill.FrameCodec;
import org.meterbill.Keyset;
import org.meterbill.Ledger;
import org.meterbill.MeterbillException;
import org.meterbill.PriceStream;
import org.meterbill.Signer;
import org.meterbill.Split;
import org.meterbill.Status;
import org.meterbill.Store;
import org.meterbill.Tariff;
import org.meterbill.TokenKeys;
import org.meterbill.Translator;
import org.meterbill.Zone;

/**
 * Threads against close, and loops that must not grow. -Dcampaign=N is how long loops are. By hand a million of each kind of handle but stores and closes grew by 3 MiB at most, in a heap of a fixed
 * size.
 */
class LifetimeTest {
    private static final int THREADS = 16;
    private static final byte[] SECRET = Hex.bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    /** Handles that cost a microsecond or so: many are made. */
    private static final Set<String> CHEAP = Set.of("FrameCodec", "Ledger", "Split", "Translator", "Zone");
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

    /** Every kind of handle, and of how many of the campaign's loops one is made: what a store costs is the opening of its file. */
    private static Map<String, Supplier<AutoCloseable>> everyHandle(Path folder, Tariff tariff, Store store, Signer signer) {
        byte[] keys = Samples.TOKEN_KEYS.getBytes(StandardCharsets.UTF_8);
        Map<String, Supplier<AutoCloseable>> makers = new LinkedHashMap<>();
        makers.put("AlarmBoard", () -> AlarmBoard.open(Samples.ALARMS));
        makers.put("Bulk", () -> Bulk.of(tariff).span(Samples.JANUARY, Samples.FEBRUARY).axis(Samples.JANUARY, Duration.ofHours(1), 744).register("import").open());
        makers.put("FrameCodec", () -> FrameCodec.open("dlt645"));
        makers.put("Keyset", () -> Keyset.trust("relay", List.of(signer.publicKey())));
        makers.put("Ledger", Ledger::open);
        makers.put("PriceStream", () -> PriceStream.open(tariff, Samples.JANUARY, Samples.FEBRUARY, 31, null, null));
        makers.put("Signer", () -> Signer.open(SECRET));
        makers.put("Signer elsewhere", () -> Signer.byCallback(signer.publicKey(), message -> message));
        makers.put("Split", () -> Split.of("{\"meterbill\": 1, \"kind\": \"split\", \"total\": \"1\", \"step\": \"0.01\", \"shares\": [{\"key\": 1, \"weight\": 1}]}"));
        makers.put("TokenKeys", () -> TokenKeys.open(keys.clone()));
        makers.put("Translator", () -> Translator.open("dlt645", null, null));
        makers.put("Zone", () -> Zone.ofRule("CET-1CEST,M3.5.0,M10.5.0/3"));
        makers.put("MonthClose", () -> store.close(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 2), Samples.FEBRUARY, false));
        makers.put("Store", () -> Store.openReadOnly(folder.resolve("kept.db")));
        return makers;
    }

    @Test
    void everyHandleComesAndGoes(@TempDir Path folder) throws IOException {
        Store.create(folder.resolve("kept.db")).close();
        try (Tariff tariff = Tariff.compile(Samples.HOME); Store store = Store.create(folder.resolve("town.db")); Signer signer = Signer.open(SECRET)) {
            for (Map.Entry<String, Supplier<AutoCloseable>> one : everyHandle(folder, tariff, store, signer).entrySet()) {
                loop(CHEAP.contains(one.getKey()) ? CAMPAIGN * 5 : CAMPAIGN / (one.getKey().equals("Store") ? 100 : 4), () -> {
                    try {
                        one.getValue().get().close();
                    } catch (Exception failed) {
                        throw new IllegalStateException(one.getKey(), failed);
                    }
                });
            }
        }
    }
}
