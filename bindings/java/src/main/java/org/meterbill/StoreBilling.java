// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.stream.Stream;

/** Bills of a store that are paid afterwards: drafts are reviewed, issued, reminded of, paid. Payments come in by {@link Store#putPayments}. */
public final class StoreBilling {
    private static final String BILLS = "bills";
    private static final String ARREARS = "arrears";
    private static final int CSV = 1;
    private static final int LINES = 2;
    private final Store store;

    StoreBilling(Store store) {
        this.store = store;
    }

    /**
     * What a billing policy makes of bills and what happens to them; no store is needed.
     *
     * @param cycle a document of kind "cycle"
     * @return a document of kind "cycle_run"
     * @throws MeterbillException the document, with the place
     */
    public static Document tryOut(String cycle) {
        byte[] text = Text.utf8(cycle);
        return Document.parse(Text.answer(out -> MeterbillNative.mbill_face_cycle_run(text, out)));
    }

    private Document take(String what, long bill, Instant at, long amountMicro, int reason, String note, String by) {
        byte[] kind = Text.utf8(what);
        byte[] why = Text.optional(note);
        byte[] operator = Text.utf8(by);
        long when = Times.utcSeconds(at, "at");
        return Document.parse(
            store.text((pointer, out) -> MeterbillNative.mbill_face_billing_step(pointer, kind, bill, when, 0, amountMicro, reason, why, operator, out)));
    }

    /**
     * Takes a step.
     *
     * @param step its name, of mbill_cycle_kind in cycle.h: "review", "issue", "cancel", "remind", "tick", …
     * @param bill number of the bill; 0: "review", "issue", "tick" and "remind" of all
     * @param at   when it happens and is booked, a whole second
     * @param by   who does it
     * @return an object: "do", "done", "refused", "booked", "refusals" of "bill", "status", "path", "message", and the "reminders" to be sent
     * @throws MeterbillException {@link Status#E_NOT_FOUND}; a step that the bill does not take
     */
    public Document step(String step, long bill, Instant at, String by) {
        return take(step, bill, at, 0, 0, null, by);
    }

    /**
     * Corrects an issued bill.
     *
     * @param bill   its number
     * @param amount what it comes to less, or more, than before
     * @param at     a whole second
     * @param by     who does it
     * @param note   why
     * @return as {@link #step(String, long, Instant, String)}
     * @throws MeterbillException as {@link #step(String, long, Instant, String)}
     */
    public Document correct(long bill, BigDecimal amount, Instant at, String by, String note) {
        return take("correct", bill, at, Decimals.micro(amount, "the amount"), 0, note, by);
    }

    /**
     * Writes off what is open.
     *
     * @param bill   its number
     * @param reason a number that the operator gives a meaning, not 0
     * @param at     a whole second
     * @param by     who does it
     * @return as {@link #step(String, long, Instant, String)}
     * @throws MeterbillException as {@link #step(String, long, Instant, String)}
     */
    public Document writeOff(long bill, int reason, Instant at, String by) {
        return take("write_off", bill, at, 0, reason, null, by);
    }

    /**
     * A bill with where it stands.
     *
     * @param bill its number
     * @return a document
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public Document document(long bill) {
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_billing_document(pointer, bill, out)));
    }

    private String export(String what, int format, Instant at, String account, String selection) {
        byte[] kind = Text.utf8(what);
        byte[] id = Text.optional(account);
        byte[] chosen = Text.optional(selection);
        long when = Times.utcSeconds(at, "at");
        return store.text((pointer, out) -> MeterbillNative.mbill_face_billing_rows(pointer, kind, when, 0, 0, id, chosen, format, out));
    }

    /**
     * The bills as they stand at an instant.
     *
     * @param at        a whole second
     * @param account   an account's id; null: any
     * @param selection a selection document; null: any account
     * @return an object each
     * @throws MeterbillException {@link Status#E_NOT_FOUND}; the selection, with the place
     */
    public Stream<Document> bills(Instant at, String account, String selection) {
        return export(BILLS, LINES, at, account, selection).lines().map(Document::parse);
    }

    /**
     * What is owed, by how late it is.
     *
     * @param at        a whole second
     * @param selection a selection document; null: any account
     * @return an object an account
     * @throws MeterbillException the selection, with the place
     */
    public Stream<Document> arrears(Instant at, String selection) {
        return export(ARREARS, LINES, at, null, selection).lines().map(Document::parse);
    }

    /**
     * The bills as CSV, with a line of names first.
     *
     * @param at        a whole second
     * @param selection a selection document; null: any account
     * @return the text
     * @throws MeterbillException the selection, with the place
     */
    public String billsCsv(Instant at, String selection) {
        return export(BILLS, CSV, at, null, selection);
    }
}
