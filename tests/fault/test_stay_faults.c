/* SPDX-License-Identifier: Apache-2.0 */
/* Places, an opening, a leaving and a forgetting with each write, sync and allocation failing in turn: each call is done whole or not at all, what was
 * answered as done is there, and the same calls repeated without faults end in the very same file. */
#include "answered.h"

#include "every.h"

#include "meterbill/account.h"
#include "meterbill/report.h"

#include <stdbool.h>

static char path[300], pristine[300];
static const char *folder;
static uint64_t expected;

static const char TOWN[] =
    "{\"meterbill\":1,\"kind\":\"places\",\"places\":[{\"id\":\"t\",\"kind\":\"town\"},{\"id\":\"h\",\"kind\":\"house\","
    "\"in\":\"t\",\"tags\":[\"old\"]}],\"accounts\":[{\"id\":\"A0001\",\"at\":\"h\",\"tags\":[\"x\",\"y\"]}]}";
static const char PEOPLE[] =
    "{\"meterbill\":1,\"kind\":\"people\",\"people\":[{\"account\":\"A0001\",\"fields\":{\"name\":\"SomeSecretName\"}}]}";
static const char OPENING[] = "{\"meterbill\":1,\"kind\":\"opening\",\"id\":\"00000000000000000000000000000077\",\"at\":\"2026-"
                              "02-02T10:00:00+08:00\",\"account\":{\"id\":\"B0001\","
                              "\"facts\":{\"area\":\"50\"},\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-02-02\","
                              "\"meters\":[{\"id\":\"N0001\",\"registers\":[{\"register\":"
                              "\"import\",\"unit\":\"kWh\"}]}]}]},\"person\":{\"name\":\"AnotherName\"},\"readings\":[{\"meter\":"
                              "\"N0001\",\"register\":\"import\",\"value\":\"10\","
                              "\"time\":\"2026-02-02T00:00:00+08:00\"}],\"top_up\":{\"amount\":\"100\",\"channel\":3}}";
static const char LEAVING[] = "{\"meterbill\":1,\"kind\":\"leaving\",\"id\":\"00000000000000000000000000000078\",\"at\":\"2026-"
                              "03-02T10:00:00+08:00\",\"account\":\"B0001\","
                              "\"to\":\"2026-03-02\",\"readings\":[{\"meter\":\"N0001\",\"register\":\"import\",\"value\":\"60\","
                              "\"time\":\"2026-03-02T00:00:00+08:00\"}]}";

/* What each call answered. */
typedef struct answers {
    mbill_status open, places, people, opening, leaving, forgetting, event;
} answers;

static mbill_status judge(mbill_status status, const mbill_error *err)
{
    check_answer(status, err, status == MBILL_E_NOT_FOUND);
    return status;
}

static answers work(void)
{
    static const mbill_alarm_note EVENT = {"e1", "A0001", NULL, "leak", "raise", RECORDED_UTC_S, 1, 0};
    mbill_store *store = NULL;
    mbill_error err;
    answers out;
    memset(&out, 0xff, sizeof out);
    mbill_error_init(&err);
    out.open = judge(mbill_store_open(path, NULL, faulty_allocator(), &store, &err), &err);
    if (out.open != MBILL_OK) return out;
    out.places = judge(mbill_store_put_places(store, TOWN, sizeof TOWN - 1, NULL, &err), &err);
    out.people = judge(mbill_store_put_people(store, PEOPLE, sizeof PEOPLE - 1, NULL, &err), &err);
    out.opening = judge(mbill_store_open_account(store, OPENING, sizeof OPENING - 1, NULL, &err), &err);
    if (out.opening == MBILL_OK)
        out.leaving = judge(mbill_store_leave_account(store, LEAVING, sizeof LEAVING - 1, NULL, &err), &err);
    if (out.opening == MBILL_OK)
        out.forgetting = judge(mbill_store_forget(store, "B0001", RECORDED_UTC_S, "left", NULL, &err), &err);
    out.event = judge(mbill_store_put_alarm_events(store, &EVENT, 1, NULL, &err), &err);
    mbill_store_free(store);
    return out;
}

/* Exactly that many rows: or, when the call was not answered as done, also none. */
static void check_call(mbill_status status, const char *sql, int64_t done)
{
    int64_t n = ask_file(path, sql);
    ck_assert_msg(n == done || (n == 0 && status != MBILL_OK), "%s: %lld where %lld are expected and the call answered %s", sql,
        (long long)n, (long long)done, mbill_status_name((int32_t)status));
}

static void check_file(const answers *got)
{
    check_call(got->places,
        "SELECT (SELECT count(*) FROM mbill_place) + (SELECT count(*) FROM mbill_account_tag) + count(*) FROM mbill_account_at",
        5);
    check_call(got->people, "SELECT count(*) FROM mbill_person WHERE value = 'SomeSecretName'", 1);
    check_call(got->opening,
        "SELECT (SELECT count(*) FROM mbill_account WHERE id = 'B0001') + (SELECT count(*) FROM mbill_contract c JOIN "
        "mbill_account a"
        " USING(account_no) WHERE a.id = 'B0001') + (SELECT count(*) FROM mbill_record WHERE kind = 'top_up') + count(*) FROM "
        "mbill_stay",
        4);
    check_call(got->leaving,
        "SELECT (SELECT count(*) FROM mbill_bill) + (SELECT count(*) FROM mbill_record WHERE kind = 'usage') + (SELECT count(*) "
        "FROM mbill_contract"
        " WHERE to_day < 2147483647) + count(*) FROM mbill_stay WHERE leaving_id IS NOT NULL",
        4);
    check_call(got->forgetting, "SELECT count(*) FROM mbill_forgotten", 1);
    check_call(got->event, "SELECT count(*) FROM mbill_alarm_event", 1);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_forgotten JOIN mbill_person USING(account_no)"), 0);
}

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store_free(make_district(pristine, 2));
    copy_file(pristine, path);
    answers got = work();
    ck_assert(got.open == MBILL_OK && got.places == MBILL_OK && got.people == MBILL_OK && got.opening == MBILL_OK &&
        got.leaving == MBILL_OK && got.forgetting == MBILL_OK && got.event == MBILL_OK);
    check_file(&got);
    expected = digest_file(path);
}

static void teardown(void)
{
    remove_folder(folder);
}

static void every_fault(fault_kind kind, bool for_ever)
{
    bool struck = true;
    int64_t nth = 1;
    for (; struck; nth += fault_step(kind == FAULT_MEMORY ? 211 : 1)) {
        copy_file(pristine, path);
        fault_arm(kind, nth, for_ever);
        answers got = work();
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        check_file(&got);
        bool in_order = got.people == MBILL_OK || got.opening != MBILL_OK; /* rows are numbered as they come */
        got = work();
        ck_assert(got.open == MBILL_OK && got.places == MBILL_OK && got.people == MBILL_OK && got.event == MBILL_OK);
        ck_assert(got.opening == MBILL_OK && got.leaving == MBILL_OK && got.forgetting == MBILL_OK);
        check_file(&got);
        if (in_order)
            ck_assert_msg(digest_file(path) == expected, "kind %d, number %lld: another file", (int)kind, (long long)nth);
    }
    ck_assert_int_gt(nth, kind == FAULT_TRUNCATE ? 1 : 2);
}

int main(void)
{
    return run_every_fault("stay_faults", setup, teardown, NULL);
}
