// SPDX-License-Identifier: Apache-2.0

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.meterbill.Document;
import org.meterbill.Ledger;
import org.meterbill.Split;

/** One building's heat, metered once, goes to the prepaid accounts of its flats: valve open time x area as weights (JGJ 173), a fair carry from month to month, and one operation
 * a flat in the ledger. */
class SplitHeat {
    /** Area in tenths of m2 x open time in per mille. */
    private static final Map<Long, Long> FLATS = new TreeMap<>(Map.of(101L, 800L * 500, 102L, 1000L * 750, 103L, 1200L * 1000));
    private static final Instant NOVEMBER = Instant.parse("2026-11-01T00:00:00Z");

    public static void main(String[] arguments) {
        try (Ledger ledger = Ledger.open()) {
            FLATS.keySet().forEach(flat -> {
                book(ledger, 100, flat, "\"do\":\"open\"", NOVEMBER);
                book(ledger, 101, flat, "\"do\":\"top_up\",\"amount\":\"600\",\"channel\":1", NOVEMBER);
            });
            Map<Long, String> carries = new TreeMap<>();
            for (int month = 1; month <= 3; month++) {
                chargeMonth(ledger, month, carries);
            }
            FLATS.keySet().forEach(flat -> System.out.println("flat " + flat + " has " + ledger.account(flat).get("credit").decimal().setScale(2) + " left"));
        }
    }

    /** The same month and flat give the same id: a charge that is posted again is known. */
    private static String book(Ledger ledger, int month, long flat, String members, Instant at) {
        String id = String.format("01%02x%028x", month, flat);
        return ledger.take("{\"at\":\"" + at + "\",\"id\":\"" + id + "\",\"account\":" + flat + "," + members + "}", "\"DLT\"", at).get("result").text();
    }

    /** Split, post, and post once more as after a lost answer. What each flat was rounded by goes into the next month. */
    private static void chargeMonth(Ledger ledger, int month, Map<Long, String> carries) {
        String shares = FLATS.entrySet().stream().map(flat -> "{\"key\":" + flat.getKey() + ",\"weight\":" + flat.getValue()
            + (carries.containsKey(flat.getKey()) ? ",\"carry\":\"" + carries.get(flat.getKey()) + "\"" : "") + "}").collect(Collectors.joining(","));
        List<Document> parts;
        try (Split split = Split.of("{\"total\":\"333.33\",\"step\":\"0.01\",\"fair_carry\":true,\"shares\":[" + shares + "]}")) {
            parts = split.answer().get("parts").items();
        }
        Instant end = NOVEMBER.plus(Duration.ofDays(30L * month));
        for (String wanted : new String[] {"OK", "EXISTS"}) {
            for (Document part : parts) {
                String result = book(ledger, month, part.get("key").whole(), "\"do\":\"usage\",\"amount\":\"" + part.get("amount").text() + "\"", end);
                if (!result.equals(wanted)) {
                    throw new IllegalStateException(result + ", expected " + wanted);
                }
            }
        }
        parts.forEach(part -> carries.put(part.get("key").whole(), part.get("carry").text()));
        System.out.println("month " + month + ": " + parts.stream().map(part -> part.get("amount").decimal().setScale(2).toPlainString()).collect(Collectors.joining(" ")));
    }
}
