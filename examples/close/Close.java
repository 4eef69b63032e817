// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.meterbill.Document;
import org.meterbill.Store;

/** A month in one SQLite file: a tariff, four flats and their readings go in, the month is closed, and closing it again changes nothing. */
class Close {
    private static final String TARIFF = "{\"meterbill\": 1, \"id\": \"home\", \"version\": \"2026\", \"currency\": \"EUR\", \"zone\": \"UTC0\", \"valid\": {\"from\": \"2026-01-01\", \"to\": null},"
        + " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
        + " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"},"
        + " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"0.25\", \"0.32\"],"
        + " \"tiers\": {\"over\": \"bill\", \"how\": \"graduated\", \"bounds\": [\"100\"]}}, {\"id\": \"standing\", \"quantity\": \"days\", \"rate\": \"0.3\"}]}";

    private static String accounts() {
        return IntStream.rangeClosed(1, 4).mapToObj(flat -> "{\"id\": \"flat-" + flat + "\", \"contracts\": [{\"tariff\": \"home\", \"from\": \"2026-01-01\", \"to\": null, \"meters\": ["
            + "{\"id\": \"M-" + flat + "\", \"registers\": [{\"register\": \"import\", \"unit\": \"kWh\"}]}]}]}")
            .collect(Collectors.joining(",", "{\"meterbill\": 1, \"kind\": \"accounts\", \"accounts\": [", "]}"));
    }

    private static String readings() {
        return IntStream.rangeClosed(1, 4).mapToObj(flat -> "M-" + flat + ",2026-01-01," + 1000 * flat + "\nM-" + flat + ",2026-02-01," + 1045 * flat + ".5\n")
            .collect(Collectors.joining("", "meter,time,value\n", ""));
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("meterbill-example-");
        Path file = folder.resolve("town.db");
        try (Store store = Store.create(file)) {
            store.putTariff(TARIFF);
            store.putAccounts(accounts());
            Store.Counts counts = store.putReadings(readings(), "UTC0");
            System.out.println("readings: " + counts.added() + " added, " + counts.same() + " there already");
            for (int i = 0; i < 2; i++) {
                Document closed = store.closeSpan(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1), Instant.parse("2026-02-01T06:00:00Z"), false);
                System.out.println("closed: " + closed.get("billed") + " billed, " + closed.get("already") + " before, " + closed.get("refused") + " refused, total "
                    + closed.get("total").decimal().setScale(2));
            }
            for (int flat = 1; flat <= 4; flat++) {
                System.out.println("flat-" + flat + " " + store.bills("flat-" + flat).findFirst().orElseThrow().total());
            }
        }
        for (String name : new String[] {"town.db", "town.db-wal", "town.db-shm"}) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }
}
