// SPDX-License-Identifier: Apache-2.0

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import org.meterbill.Document;
import org.meterbill.Ledger;

/** Prepayment in both of its ways: the platform deducts and decides about supply; or the meter deducts, and the platform follows and compares. */
class Prepaid {
    private static final Instant MORNING = Instant.parse("2026-01-05T10:00:00Z");

    private final Ledger ledger;
    private Instant now = MORNING;
    /** A real platform draws 128 bits before its first attempt and keeps them. */
    private int ids;

    private Prepaid(Ledger ledger) {
        this.ledger = ledger;
    }

    public static void main(String[] arguments) {
        try (Ledger ledger = Ledger.open()) {
            Prepaid day = new Prepaid(ledger);
            System.out.println("the platform deducts");
            day.platformDeducts();
            System.out.println("the meter deducts");
            day.meterDeducts();
        }
    }

    private String nextId() {
        return String.format("%032x", ++ids);
    }

    private Document take(String what, String id, String members) {
        Document answer = ledger.take("{\"at\":\"" + now + "\",\"id\":\"" + id + "\"," + members + "}", "\"DLT\"", now);
        System.out.printf("%-34s %s%n", what, answer.get("result").text());
        return answer;
    }

    private static String money(Document amount) {
        return amount.decimal().setScale(2).toPlainString();
    }

    private void askSupply(Document answer) {
        String supply = answer.get("supply").items().get(0).get("supply").text().toLowerCase(Locale.ROOT);
        System.out.println("  credit " + money(ledger.account(7).get("credit")) + ": " + supply);
    }

    /** Use comes in by the hour, the platform charges it and commands the switch. */
    private void platformDeducts() {
        String closed = "\"supply\":[{\"account\":7,\"contactor\":\"closed\"}]";
        take("open account 7", nextId(), "\"do\":\"open\",\"account\":7");
        String paid = nextId();
        for (String what : new String[] {"10.00 paid", "the same payment sent again"}) {
            take(what, paid, "\"do\":\"top_up\",\"account\":7,\"amount\":\"10\",\"receipt\":501");
        }
        for (int i = 0; i < 2; i++) {
            now = now.plusSeconds(3600);
            askSupply(take("an hour's use, 6.25", nextId(), "\"do\":\"usage\",\"account\":7,\"amount\":\"6.25\"," + closed));
        }
        String tripped = "\"supply\":[{\"account\":7,\"contactor\":\"tripped\",\"tripped\":\"" + now.minusSeconds(3600) + "\"}]";
        askSupply(take("20.00 paid", nextId(), "\"do\":\"top_up\",\"account\":7,\"amount\":\"20\"," + tripped));
    }

    /** What the meter shows is compared with the book: nothing moves until somebody accepts what nothing explains. */
    private String observe(String shown, int count, String unposted) {
        String id = nextId();
        Document answer = take("the meter is read", id,
            "\"do\":\"observe\",\"account\":8,\"amount\":\"" + shown + "\",\"sequence\":" + count + ",\"unposted\":\"" + unposted + "\"");
        Document record = answer.get("record");
        String moved = record.has("moved") ? money(record.get("moved")) : "0.00";
        System.out.println("  it shows " + new BigDecimal(shown).setScale(2) + " after " + count + " purchases, unexplained " + moved);
        return id;
    }

    /** A payment is on its way to the meter until its count shows that it has arrived. */
    private void meterDeducts() {
        take("open account 8", nextId(), "\"do\":\"open\",\"account\":8");
        String sent = nextId();
        take("50.00 sent to the meter", sent, "\"do\":\"hold\",\"account\":8,\"amount\":\"50\",\"hold\":\"top_up\",\"sequence\":1");
        observe("0", 0, "0");
        now = now.plusSeconds(3600);
        observe("48.80", 1, "1.20");
        take("it has arrived", nextId(), "\"do\":\"post\",\"target\":\"" + sent + "\",\"amount\":\"all\"");
        take("what the meter deducted, 1.20", nextId(), "\"do\":\"usage\",\"account\":8,\"amount\":\"1.20\"");
        String seen = observe("48.30", 1, "0");
        take("the difference is accepted", nextId(), "\"do\":\"accept\",\"target\":\"" + seen + "\"");
        observe("48.30", 1, "0");
    }
}
