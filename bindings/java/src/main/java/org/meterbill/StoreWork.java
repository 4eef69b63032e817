// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/** Batch tasks and custom charges of a store. */
public final class StoreWork {
    /** Of charges.h: MBILL_CHARGE_PREVIEW. */
    private static final int PREVIEW = 0x1;
    private final Store store;

    StoreWork(Store store) {
        this.store = store;
    }

    /** What an operator does with a task. */
    public enum Step {
        /** By another operator than the one who made it. */
        APPROVE,
        /** Nothing is handed out until it is resumed. */
        PAUSE,
        /** It goes on. */
        RESUME,
        /** What was not handed out is over. */
        CANCEL
    }

    private static byte[] name(UUID id) {
        return Text.optional(id == null ? null : id.toString());
    }

    /**
     * Adds a task; the same again changes nothing.
     *
     * @param json    a document of kind "task"
     * @param targets its targets as CSV; null: they stand in the document
     * @param now     a whole second
     * @return the task as the store has it
     * @throws MeterbillException the document, with the place; a target, by its index
     */
    public Document add(String json, String targets, Instant now) {
        byte[] text = Text.utf8(json);
        byte[] rows = Text.optional(targets);
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_task_add(pointer, text, rows, null, when, out)));
    }

    /**
     * Takes a task for those that a selection names now.
     *
     * @param json      a document of kind "task" without targets
     * @param selection which accounts, or for "read" and "switch" which meters
     * @param now       a whole second
     * @return the task as the store has it
     * @throws MeterbillException the document, or the selection, with the place
     */
    public Document addChosen(String json, String selection, Instant now) {
        byte[] text = Text.utf8(json);
        byte[] which = Text.utf8(selection);
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_task_add(pointer, text, null, which, when, out)));
    }

    /**
     * Every task, in the order in which they were made.
     *
     * @return the tasks
     * @throws MeterbillException those of the file
     */
    public Stream<Document> tasks() {
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_task_show(pointer, null, out))).get("tasks").stream();
    }

    /**
     * One task, with where each of its targets stands.
     *
     * @param task its id
     * @return the task
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public Document task(UUID task) {
        byte[] which = Text.utf8(task.toString());
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_task_show(pointer, which, out))).get("tasks").stream().findFirst().orElseThrow();
    }

    /**
     * Hands out what the host does (switch, read), each piece durable before it is told.
     *
     * @param task its id; null: of all
     * @param now  a whole second
     * @param most at most so many
     * @return an object each: "item", "attempt", "task", "meter", "do", "switch" or "registers", "due", "until"; for {@link #answer}
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_RANGE}
     */
    public Stream<Document> due(UUID task, Instant now, long most) {
        long when = Times.utcSeconds(now, "now");
        return store.text((pointer, out) -> MeterbillNative.mbill_face_task_due(pointer, name(task), when, most, out)).lines().map(Document::parse);
    }

    /**
     * A step of an operator's.
     *
     * @param task its id
     * @param step what is done
     * @param by   the operator
     * @param now  a whole second
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_INVALID} and others of mbill_store_task_step() in tasks.h
     */
    public void step(UUID task, Step step, String by, Instant now) {
        byte[] what = Text.utf8(step.name().toLowerCase(Locale.ROOT));
        byte[] operator = Text.utf8(by);
        long when = Times.utcSeconds(now, "now");
        store.call(pointer -> MeterbillNative.mbill_face_task_step(pointer, name(task), what, operator, when));
    }

    /**
     * Does what is due of the tasks that the store does by itself.
     *
     * @param task   its id; null: all
     * @param now    a whole second
     * @param budget at most so many items
     * @return an object: "done", "refused", "left"
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, and others of the file
     */
    public Document run(UUID task, Instant now, long budget) {
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_task_run(pointer, name(task), when, budget, out)));
    }

    /**
     * Takes a host's answer to work that was handed out.
     *
     * @param answer a document of kind "task_answer"
     * @param reason why, where it was not done; null: not said
     * @param now    a whole second
     * @return the verdict's name, of mbill_verdict_name() in task.h
     * @throws MeterbillException the document, with the place
     */
    public String answer(String answer, String reason, Instant now) {
        byte[] text = Text.utf8(answer);
        byte[] why = Text.optional(reason);
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_task_result(pointer, text, why, when, out))).get("verdict").text();
    }

    /**
     * Takes a custom charge; the same again is refused as it stands there.
     *
     * @param json a document of kind "charge"
     * @throws MeterbillException the document, with the place; {@link Status#E_EXISTS}
     */
    public void putCharge(String json) {
        byte[] text = Text.utf8(json);
        store.call(pointer -> MeterbillNative.mbill_face_charge_put(pointer, text));
    }

    /**
     * Ends a custom charge.
     *
     * @param charge its id
     * @param day    the first day without it
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_RANGE}
     */
    public void endCharge(String charge, LocalDate day) {
        byte[] id = Text.utf8(charge);
        store.call(pointer -> MeterbillNative.mbill_face_charge_end(pointer, id, Math.toIntExact(day.toEpochDay())));
    }

    /**
     * Charges the periods that are due.
     *
     * @param charge  its id; null: every charge
     * @param now     a whole second
     * @param preview nothing is booked
     * @return an object: "charged", "refused", "waiting", "total", and "periods", one by one
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, and others of the file
     */
    public Document runCharges(String charge, Instant now, boolean preview) {
        byte[] id = Text.optional(charge);
        long when = Times.utcSeconds(now, "now");
        return Document.parse(store.text((pointer, out) -> MeterbillNative.mbill_face_charge_run(pointer, id, when, preview ? PREVIEW : 0, out)));
    }
}
