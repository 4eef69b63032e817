// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Accounts, tariffs, readings, bills and ledger in one SQLite file. One thread at a time is in it; others wait. What was answered is durable.
 *
 * <pre>{@code
 * try (Store store = Store.create(Path.of("district.db"))) {
 *     store.putTariff(tariff);
 *     store.putAccounts(accounts);
 *     store.putReadings(csv, null);
 *     System.out.println(store.closeSpan(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1), Instant.now(), false));
 * }
 * }</pre>
 */
public final class Store extends Owner {
    /** Of store.h: MBILL_STORE_CREATE. */
    private static final int CREATE = 0x1;
    /** Of store.h: MBILL_STORE_READ_ONLY. */
    private static final int READ_ONLY = 0x2;
    /** Of report.h: MBILL_REPORT_CSV. */
    private static final int CSV = 1;
    /** Of report.h: MBILL_REPORT_JSON. */
    private static final int JSON = 2;

    private Store(long pointer) {
        super("Store", pointer, MeterbillNative::mbill_store_free, true);
    }

    private static Store open(Path file, int flags, Duration patience) {
        return new Store(MeterbillNative.mbill_face_store_open(Text.utf8(file.toString()), flags, (int) Math.min(patience.toMillis(), Integer.MAX_VALUE)));
    }

    /**
     * Opens a file that is there.
     *
     * @param file the file
     * @return the store
     * @throws MeterbillException {@link Status#E_NOT_FOUND}, {@link Status#E_BUSY}, {@link Status#E_CORRUPT}, {@link Status#E_VERSION},
     *         {@link Status#E_UNSAFE_SQLITE}, {@link Status#E_IO}
     */
    public static Store open(Path file) {
        return open(file, Duration.ZERO);
    }

    /**
     * Opens a file that is there.
     *
     * @param file     the file
     * @param patience how long to wait for another connection
     * @return the store
     * @throws MeterbillException as {@link #open(Path)}
     */
    public static Store open(Path file, Duration patience) {
        return open(file, 0, patience);
    }

    /**
     * Opens a file to look at it; nothing will be written.
     *
     * @param file the file
     * @return the store
     * @throws MeterbillException as {@link #open(Path)}
     */
    public static Store openReadOnly(Path file) {
        return open(file, READ_ONLY, Duration.ZERO);
    }

    /**
     * Makes a file.
     *
     * @param file the file
     * @return the empty store
     * @throws MeterbillException {@link Status#E_EXISTS} and others: it is there and holds something; {@link Status#E_IO}
     */
    public static Store create(Path file) {
        return open(file, CREATE, Duration.ZERO);
    }

    /**
     * Copies all into another file, while it is used.
     *
     * @param file a file that is not there yet
     * @throws MeterbillException {@link Status#E_IO}, {@link Status#E_FULL}
     */
    public void backup(Path file) {
        byte[] path = Text.utf8(file.toString());
        call(store -> MeterbillNative.mbill_face_store_backup(store, path));
    }

    /** What an import came to. Immutable. */
    public static final class Counts {
        private final Document document;

        Counts(String json) {
            this.document = Document.parse(json);
        }

        /**
         * What was not there before.
         *
         * @return how many
         */
        public long added() {
            return document.get("added").whole();
        }

        /**
         * What was there already, the same.
         *
         * @return how many
         */
        public long same() {
            return document.get("same").whole();
        }

        @Override
        public String toString() {
            return document.toString();
        }
    }

    private Counts put(String what, String json) {
        byte[] kind = Text.utf8(what);
        byte[] text = Text.utf8(json);
        return new Counts(text((store, out) -> MeterbillNative.mbill_face_store_put(store, kind, text, out)));
    }

    private Counts putRows(String what, String csv, String zoneRule) {
        byte[] kind = Text.utf8(what);
        byte[] text = Text.utf8(csv);
        byte[] zone = Text.optional(zoneRule);
        return new Counts(text((store, out) -> MeterbillNative.mbill_face_store_put_rows(store, kind, text, zone, out)));
    }

    /**
     * Takes a version of a tariff.
     *
     * @param json a tariff document
     * @return what was added
     * @throws MeterbillException as {@link Tariff#compile(String)}; a version that is there with another content
     */
    public Counts putTariff(String json) {
        return put("tariff", json);
    }

    /**
     * Takes accounts with their contracts, meters and registers.
     *
     * @param json a document of kind "accounts"
     * @return what was added
     * @throws MeterbillException the document, with the place; what is there with another content
     */
    public Counts putAccounts(String json) {
        return put("accounts", json);
    }

    /**
     * Takes lists of days and instants and price series, for all accounts.
     *
     * @param json a document of kind "facts" without "facts"
     * @return what was added
     * @throws MeterbillException the document, with the place
     */
    public Counts putLists(String json) {
        return put("lists", json);
    }

    /**
     * Takes places and who is in them.
     *
     * @param json a document of kind "places"
     * @return what was added
     * @throws MeterbillException the document, with the place
     */
    public Counts putPlaces(String json) {
        return put("places", json);
    }

    /**
     * Takes names and addresses of people.
     *
     * @param json a document of kind "people"
     * @return what was added
     * @throws MeterbillException the document, with the place
     */
    public Counts putPeople(String json) {
        return put("people", json);
    }

    /**
     * Takes the policy of bills that are paid afterwards.
     *
     * @param json a document of kind "billing_policy"
     * @return what was added
     * @throws MeterbillException the document, with the place
     */
    public Counts putBillingPolicy(String json) {
        return put("billing_policy", json);
    }

    /**
     * Takes readings; a file twice changes nothing.
     *
     * @param csv      rows of a readings file, with a column "meter"
     * @param zoneRule a POSIX rule for times without an offset, such as "CST-8"; null: UTC
     * @return what was added
     * @throws MeterbillException the row, by its index
     */
    public Counts putReadings(String csv, String zoneRule) {
        return putRows("readings", csv, zoneRule);
    }

    /**
     * Takes money that was paid in: "id", "account", "amount", "time".
     *
     * @param csv      the rows
     * @param zoneRule as {@link #putReadings}
     * @return what was added
     * @throws MeterbillException the row, by its index; an id that was used with another content
     */
    public Counts putTopUps(String csv, String zoneRule) {
        return putRows("top_ups", csv, zoneRule);
    }

    /**
     * Takes payments of bills.
     *
     * @param csv      the rows
     * @param zoneRule as {@link #putReadings}
     * @return what was added
     * @throws MeterbillException the row, by its index; an id that was used with another content
     */
    public Counts putPayments(String csv, String zoneRule) {
        return putRows("payments", csv, zoneRule);
    }

    /**
     * Takes readings in the place of those of the same instants.
     *
     * @param csv      rows of a readings file
     * @param zoneRule as {@link #putReadings}
     * @return an object: "added", "same", "corrected", "behind_bill"
     * @throws MeterbillException the row, by its index
     */
    public Document correctReadings(String csv, String zoneRule) {
        byte[] text = Text.utf8(csv);
        byte[] zone = Text.optional(zoneRule);
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_correct(store, text, zone, out)));
    }

    private Document stay(String what, String json) {
        byte[] kind = Text.utf8(what);
        byte[] text = Text.utf8(json);
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_stay(store, kind, text, out)));
    }

    /**
     * Opens an account.
     *
     * @param json a document of kind "opening"
     * @return an object: "already", "number", "n_billed", "billed", "refund", "owed"
     * @throws MeterbillException the document, with the place
     */
    public Document openAccount(String json) {
        return stay("opening", json);
    }

    /**
     * Ends an account: last readings, last bill, what is paid back or owed.
     *
     * @param json a document of kind "leaving"
     * @return as {@link #openAccount}
     * @throws MeterbillException the document, with the place
     */
    public Document leaveAccount(String json) {
        return stay("leaving", json);
    }

    /**
     * Takes the names of people off an account, for good.
     *
     * @param account its id
     * @param at      when, a whole second
     * @param reason  why; it is kept
     * @return how many fields were
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public long forget(String account, Instant at, String reason) {
        byte[] id = Text.utf8(account);
        byte[] why = Text.utf8(reason);
        long when = Times.utcSeconds(at, "at");
        return call(store -> MeterbillNative.mbill_face_store_forget(store, id, when, why));
    }

    /**
     * Makes every contract's bill for a span of days. What cannot be billed is named and the rest is billed; the same call may be made again.
     *
     * @param from      the first day, in each tariff's own zone
     * @param to        the day after the last
     * @param recorded  the moment of booking, a whole second
     * @param allowGaps time without readings is billed as far as it is known
     * @return an object: "billed", "already", "refused", "flagged", "readings", "total", "refusals" of "account", "tariff", "status", "path", "message"
     * @throws MeterbillException {@link Status#E_BUSY}, {@link Status#E_FULL}, {@link Status#E_IO} and others of the file
     */
    public Document closeSpan(LocalDate from, LocalDate to, Instant recorded, boolean allowGaps) {
        try (MonthClose close = close(from, to, recorded, allowGaps)) {
            return close.run((done, of) -> {});
        }
    }

    /**
     * Begins to make every contract's bill for a span of days, step by step or with progress; nothing is billed yet.
     *
     * @param from      the first day, in each tariff's own zone
     * @param to        the day after the last
     * @param recorded  the moment of booking, a whole second
     * @param allowGaps time without readings is billed as far as it is known
     * @return the close; closing the store waits until it is closed
     * @throws MeterbillException those of the file; a span that is empty
     */
    public MonthClose close(LocalDate from, LocalDate to, Instant recorded, boolean allowGaps) {
        return MonthClose.begin(this, from, to, recorded, allowGaps);
    }

    private Document show(String what) {
        byte[] kind = Text.utf8(what);
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_show(store, kind, out)));
    }

    /**
     * What the store holds, in numbers.
     *
     * @return an object
     */
    public Document summary() {
        return show("summary");
    }

    /**
     * The places.
     *
     * @return a document of kind "places"
     */
    public Document places() {
        return show("places");
    }

    /**
     * The configurations of alarms.
     *
     * @return an object
     */
    public Document alarmConfigurations() {
        return show("alarms");
    }

    /**
     * The custom charges.
     *
     * @return an object
     */
    public Document charges() {
        return show("charges");
    }

    /**
     * The months of readings, and which are kept elsewhere.
     *
     * @return an object
     */
    public Document months() {
        return show("months");
    }

    /**
     * The tasks.
     *
     * @return an object
     */
    public Document tasks() {
        return show("tasks");
    }

    /**
     * The number by which an account is known in the ledger.
     *
     * @param account its id
     * @return the number
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public long accountNumber(String account) {
        byte[] id = Text.utf8(account);
        return call(store -> MeterbillNative.mbill_face_store_account_number(store, id));
    }

    /**
     * All that is known of an account.
     *
     * @param account its id
     * @return an object
     * @throws MeterbillException {@link Status#E_NOT_FOUND}
     */
    public Document account(String account) {
        byte[] id = Text.utf8(account);
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_account(store, id, out)));
    }

    /**
     * Accounts.
     *
     * @param selection a selection document; null: all
     * @return an object
     * @throws MeterbillException the document, with the place
     */
    public Document accounts(String selection) {
        byte[] chosen = Text.optional(selection);
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_accounts(store, chosen, out)));
    }

    /**
     * The bills of an account, oldest first.
     *
     * @param account its id
     * @return the bills
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such account
     */
    public Stream<Bill> bills(String account) {
        return bills(account, null);
    }

    /**
     * The bills of an account whose span begins on a day.
     *
     * @param account its id
     * @param from    the first day of the span, in the tariff's zone; null: any
     * @return the bills
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such account, or no such bill
     */
    public Stream<Bill> bills(String account, LocalDate from) {
        byte[] id = Text.utf8(account);
        byte[] begin = from == null ? null : Text.utf8(from.toString());
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_bills(store, id, begin, out))).get("bills").stream().map(Bill::new);
    }

    private String report(String name, Map<String, String> options, int format) {
        options.forEach((key, value) -> {
            if (key.contains("=") || key.contains("\n") || value.contains("\n")) {
                throw new MeterbillException(Status.E_UNKNOWN_OPTION, "an option has a line feed or \"=\" in it: " + key);
            }
        });
        String lines = new TreeMap<>(options).entrySet().stream().map(option -> option.getKey() + "=" + option.getValue()).collect(Collectors.joining("\n"));
        byte[] report = Text.utf8(name);
        byte[] chosen = Text.utf8(lines);
        return text((store, out) -> MeterbillNative.mbill_face_store_report(store, report, chosen, format, out));
    }

    /**
     * The rows of a report.
     *
     * @param name    its name, of report.h, such as "billing" or "balances"
     * @param options "from" and "to" as days, and as the report wants them "zone", "by", "selection", "charge", "fact", "series", "period", "tariff"
     * @return an object a row
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such report; {@link Status#E_UNKNOWN_OPTION}, and others of mbill_store_report()
     */
    public Stream<Document> report(String name, Map<String, String> options) {
        return report(name, options, JSON).lines().map(Document::parse);
    }

    /**
     * A report as CSV, with a line of names first.
     *
     * @param name    as {@link #report}
     * @param options as {@link #report}
     * @return the text
     * @throws MeterbillException as {@link #report}
     */
    public String reportCsv(String name, Map<String, String> options) {
        return report(name, options, CSV);
    }

    /**
     * The ledger that the store keeps.
     *
     * @return a view; it ends with the store
     */
    public StoreLedger ledger() {
        return new StoreLedger(this);
    }

    /**
     * Cashiers' days.
     *
     * @return a view; it ends with the store
     */
    public StoreCashiers cashiers() {
        return new StoreCashiers(this);
    }

    /**
     * Readings as columns.
     *
     * @return a view; it ends with the store
     */
    public StoreReadings readings() {
        return new StoreReadings(this);
    }

    /**
     * The signed commands that the store keeps.
     *
     * @return a view; it ends with the store
     */
    public StoreCommands commands() {
        return new StoreCommands(this);
    }

    /**
     * The alarms that the store runs.
     *
     * @return a view; it ends with the store
     */
    public StoreAlarms alarms() {
        return new StoreAlarms(this);
    }

    /**
     * Tasks and custom charges.
     *
     * @return a view; it ends with the store
     */
    public StoreWork work() {
        return new StoreWork(this);
    }

    /**
     * Bills that are paid afterwards.
     *
     * @return a view; it ends with the store
     */
    public StoreBilling billing() {
        return new StoreBilling(this);
    }

    private Document month(String what, String name, Path file) {
        byte[] kind = Text.utf8(what);
        byte[] month = Text.optional(name);
        byte[] path = file == null ? null : Text.utf8(file.toString());
        return Document.parse(text((store, out) -> MeterbillNative.mbill_face_store_month(store, kind, month, path, out)));
    }

    /**
     * Moves the readings of a month into a file of their own; {@link #purgeMonth} then takes them off.
     *
     * @param month the month
     * @param file  a file that is not there yet
     * @return an object: "month", "readings", "tiles", "digest"
     * @throws MeterbillException as mbill_store_detach_month() of months.h
     */
    public Document detachMonth(YearMonth month, Path file) {
        return month("detach", month.toString(), file);
    }

    /**
     * Takes off the readings of a month that has a file of its own.
     *
     * @param month the month
     * @return as {@link #detachMonth}
     * @throws MeterbillException as mbill_store_purge_month() of months.h
     */
    public Document purgeMonth(YearMonth month) {
        return month("purge", month.toString(), null);
    }

    /**
     * Brings the readings of a month back.
     *
     * @param file what {@link #detachMonth} wrote
     * @return as {@link #detachMonth}
     * @throws MeterbillException as mbill_store_attach_month() of months.h
     */
    public Document attachMonth(Path file) {
        return month("attach", null, file);
    }
}
