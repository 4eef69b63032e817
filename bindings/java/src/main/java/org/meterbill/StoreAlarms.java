// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.time.Instant;
import java.util.stream.Stream;

/** The alarms that a store runs: configurations under names, their states, and what happened. */
public final class StoreAlarms {
    private final Store store;

    StoreAlarms(Store store) {
        this.store = store;
    }

    /**
     * Takes a configuration; the last one under a name holds.
     *
     * @param name its name
     * @param json a document of kind "alarms"
     * @return what was added
     * @throws MeterbillException the first reason against the document
     */
    public Store.Counts put(String name, String json) {
        byte[] under = Text.utf8(name);
        byte[] text = Text.utf8(json);
        return new Store.Counts(store.text((pointer, out) -> MeterbillNative.mbill_face_store_alarm_put(pointer, under, text, out)));
    }

    /**
     * The configuration of every account that has none of its own.
     *
     * @param name its name; null: none
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public void setDefault(String name) {
        byte[] under = Text.optional(name);
        store.call(pointer -> MeterbillNative.mbill_face_store_alarm_default(pointer, under));
    }

    /**
     * The configuration of some accounts.
     *
     * @param name      its name; null: none
     * @param selection a selection document
     * @return how many accounts there are
     * @throws MeterbillException {@link Status#E_NOT_FOUND}; the selection, with the place
     */
    public long choose(String name, String selection) {
        byte[] under = Text.optional(name);
        byte[] chosen = Text.utf8(selection);
        return store.call(pointer -> MeterbillNative.mbill_face_store_alarm_choose(pointer, under, chosen));
    }

    /**
     * Gives lines to a configuration, all or nothing; lines that alarms had before do nothing.
     *
     * @param name  its name
     * @param lines as {@link AlarmBoard#take} has them
     * @return the answers, each a JSON object as text
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, and others of the file
     */
    public Stream<String> run(String name, String lines) {
        byte[] under = Text.utf8(name);
        byte[] text = Text.utf8(lines);
        return store.text((pointer, out) -> MeterbillNative.mbill_face_store_alarm_run(pointer, under, text, out)).lines();
    }

    /**
     * Time passes for alarms that watch what the store books.
     *
     * @param now a whole second
     * @throws MeterbillException {@link Status#E_LATE}
     */
    public void tick(Instant now) {
        long when = Times.utcSeconds(now, "now");
        store.call(pointer -> MeterbillNative.mbill_face_store_alarm_tick(pointer, when));
    }

    /**
     * What happened.
     *
     * @param account an account's id; null: any, and none
     * @param from    from here on
     * @param to      and before
     * @param behind  kept after the event of this number; 0: all
     * @return an object each
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such account
     */
    public Stream<Document> events(String account, Instant from, Instant to, long behind) {
        byte[] id = Text.optional(account);
        long begin = Times.utcSeconds(from, "from");
        long end = Times.utcSeconds(to, "to");
        return store.text((pointer, out) -> MeterbillNative.mbill_face_store_alarm_events(pointer, id, begin, end, behind, out)).lines().map(Document::parse);
    }
}
