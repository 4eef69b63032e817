/* SPDX-License-Identifier: Apache-2.0 */
/* Places: the tree that a document says, every refusal with the store as it was, and the accounts that a selection means. */
#include "district.h"
#include "check_run.h"

#include "meterbill/account.h"
#include "meterbill/place.h"

static char path[300];
static const char *folder;
static mbill_store *store;

#define PLACES(lists) "{\"meterbill\":1,\"kind\":\"places\"," lists "}"

static void setup(void)
{
    growing accounts = make_accounts(5);
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_assert_int_eq(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, NULL), MBILL_OK);
    free(accounts.text);
}

static void teardown(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

/* The file, while nobody has it open. */
static int64_t ask_closed(const char *sql)
{
    mbill_store_free(store);
    int64_t out = ask_file(path, sql);
    store = open_store(path, 0);
    return out;
}

static uint64_t digest_closed(void)
{
    mbill_store_free(store);
    uint64_t out = digest_file(path);
    store = open_store(path, 0);
    return out;
}

static mbill_status put(const char *json, mbill_import_counts *out, mbill_error *err)
{
    mbill_error_init(err);
    return mbill_store_put_places(store, json, strlen(json), out, err);
}

static void put_well(const char *json, int64_t n_added, int64_t n_same)
{
    mbill_import_counts counts = {sizeof counts, 0, -1, -1};
    mbill_error err;
    ck_assert_msg(put(json, &counts, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(counts.n_added, n_added);
    ck_assert_int_eq(counts.n_same, n_same);
}

static const char TOWN[] = PLACES(
    "\"places\":[{\"id\":\"flat\",\"kind\":\"flat\",\"in\":\"house\"},{\"id\":\"house\",\"kind\":\"building\",\"in\":\"town\","
    "\"tags\":[\"old\"]},"
    "{\"id\":\"town\",\"kind\":\"district\",\"title\":\"Town\"},{\"id\":\"shop\",\"kind\":\"room\",\"in\":\"town\"}],"
    "\"accounts\":[{\"id\":\"A0001\",\"at\":\"flat\",\"tags\":[\"quiet\"]},{\"id\":\"A0002\",\"at\":\"house\"},{\"id\":\"A0003\","
    "\"at\":\"shop\","
    "\"tags\":[\"old\",\"quiet\"]},{\"id\":\"A0004\",\"tags\":[\"quiet\"]}],"
    "\"meters\":[{\"id\":\"M0002\",\"at\":\"house\"},{\"id\":\"M0001\",\"at\":\"flat\",\"behind\":\"M0002\"}],"
    "\"utilities\":[{\"tariff\":\"ladder\",\"utility\":\"electricity\"}]");

/* The accounts that a selection means, by the digits of their numbers. */
static const char *meant(const char *selection)
{
    static char out[16];
    int64_t numbers[8];
    size_t n = 0;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_store_select(store, selection, strlen(selection), numbers, 8, &n, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    for (size_t i = 0; i < n; i++) out[i] = (char)('0' + numbers[i]);
    out[n] = '\0';
    return out;
}

START_TEST(selections)
{
    put_well(TOWN, 11, 0);
    put_well(TOWN, 0, 11);
    ck_assert_str_eq(meant(""), "12345");
    ck_assert_str_eq(meant("{}"), "12345");
    ck_assert_str_eq(meant("{\"under\":\"town\"}"), "123");
    ck_assert_str_eq(meant("{\"under\":\"house\"}"), "12");
    ck_assert_str_eq(meant("{\"under\":\"flat\"}"), "1");
    ck_assert_str_eq(meant("{\"tags\":[\"old\"]}"), "123"); /* of the house above, and its own */
    ck_assert_str_eq(meant("{\"tags\":[\"quiet\"]}"), "134");
    ck_assert_str_eq(meant("{\"tags\":[\"quiet\",\"old\"]}"), "13");
    ck_assert_str_eq(meant("{\"tags\":[\"loud\"]}"), "");
    ck_assert_str_eq(meant("{\"under\":\"house\",\"tags\":[\"quiet\"]}"), "1");
    ck_assert_str_eq(meant("{\"utility\":\"electricity\"}"), "12345");
    ck_assert_str_eq(meant("{\"utility\":\"water\"}"), "");
    ck_assert_str_eq(meant("{\"utility\":\"electricity\",\"under\":\"shop\"}"), "3");
}
END_TEST

START_TEST(selections_refused)
{
    static const struct {
        const char *text;
        mbill_status status;
        const char *at, *word;
    } CASES[] = {
        {"{\"under\":\"moon\"}", MBILL_E_NOT_FOUND, "/under", "moon"},
        {"{\"above\":\"moon\"}", MBILL_E_UNKNOWN_KEY, "/above", "above"},
        {"{\"tags\":[\"a\",\"a\"]}", MBILL_E_INVALID, "/tags/1", "twice"},
        {"{\"tags\":\"a\"}", MBILL_E_TYPE, "/tags", "list"},
        {"{\"utility\":\"\"}", MBILL_E_INVALID, "/utility", ""},
        {"[]", MBILL_E_TYPE, "", "object"},
        {"{", MBILL_E_SYNTAX, "", ""},
    };
    mbill_error err;
    int64_t numbers[5];
    size_t n = 77;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        ck_refused(mbill_store_select(store, CASES[i].text, strlen(CASES[i].text), numbers, 5, &n, &err), CASES[i].status,
            CASES[i].word);
        ck_assert_str_eq(err.path, CASES[i].at);
        ck_assert_uint_eq(n, 77);
    }
    numbers[0] = -1;
    ck_refused(mbill_store_select(store, NULL, 0, numbers, 4, &n, &err), MBILL_E_ROOM, "5");
    ck_assert_uint_eq(n, 5);
    ck_assert_int_eq(numbers[0], -1);
    ck_refused(mbill_store_select(NULL, NULL, 0, numbers, 4, &n, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_select(store, NULL, 0, NULL, 4, &n, &err), MBILL_E_MISUSE, "out_numbers");
    ck_refused(mbill_store_select(store, NULL, 0, numbers, 4, NULL, &err), MBILL_E_MISUSE, "out_n");
}
END_TEST

START_TEST(what_is_said_anew_takes_its_place)
{
    put_well(TOWN, 11, 0);
    put_well(PLACES("\"places\":[{\"id\":\"flat\",\"kind\":\"flat\",\"in\":\"shop\"},{\"id\":\"house\",\"kind\":\"building\","
                    "\"tags\":[\"new\"]},"
                    "{\"id\":\"town\",\"kind\":\"district\"}],\"accounts\":[{\"id\":\"A0002\",\"at\":null}]"),
        3, 1);
    ck_assert_str_eq(meant("{\"under\":\"shop\"}"), "13");
    ck_assert_str_eq(meant("{\"under\":\"house\"}"), "");
    ck_assert_str_eq(meant("{\"tags\":[\"old\"]}"), "3");
    ck_assert_int_eq(ask_closed("SELECT count(*) FROM mbill_place WHERE title = 'Town'"), 1);
    put_well(PLACES("\"accounts\":[{\"id\":\"A0003\",\"tags\":[]}],\"meters\":[{\"id\":\"M0001\",\"behind\":null}],"
                    "\"utilities\":[{\"tariff\":\"ladder\",\"utility\":\"water\"}]"),
        3, 0);
    ck_assert_str_eq(meant("{\"tags\":[\"quiet\"]}"), "14");
    ck_assert_str_eq(meant("{\"utility\":\"water\",\"under\":\"town\"}"), "13");
    ck_assert_int_eq(ask_closed("SELECT count(*) FROM mbill_meter_at WHERE behind_no IS NULL AND place_no IS NOT NULL"), 2);
}
END_TEST

START_TEST(documents_refused)
{
    static const struct {
        const char *text;
        mbill_status status;
        const char *at, *word;
    } CASES[] = {
        {PLACES("\"places\":[{\"id\":\"a\",\"kind\":\"b\",\"in\":\"moon\"}]"), MBILL_E_NOT_FOUND, "/places/0/in", "moon"},
        {PLACES("\"places\":[{\"id\":\"new\",\"kind\":\"b\"},{\"id\":\"a\",\"kind\":\"b\",\"in\":\"c\"},{\"id\":\"c\",\"kind\":"
                "\"b\",\"in\":\"a\"}]"),
            MBILL_E_INVALID, "/places/1/in", "inside itself"},
        {PLACES("\"places\":[{\"id\":\"town\",\"kind\":\"b\",\"in\":\"flat\"}]"), MBILL_E_INVALID, "/places/0/in", "town"},
        {PLACES("\"places\":[{\"id\":\"a\",\"kind\":\"b\",\"in\":\"a\"}]"), MBILL_E_INVALID, "/places/0/in", "itself"},
        {PLACES("\"places\":[{\"id\":\"a\",\"kind\":\"b\"},{\"id\":\"a\",\"kind\":\"b\"}]"), MBILL_E_INVALID, "/places", "twice"},
        {PLACES("\"places\":[{\"id\":\"a\"}]"), MBILL_E_MISSING_KEY, "/places/0/kind", "kind"},
        {PLACES("\"places\":[{\"id\":\"a\",\"kind\":\"b\",\"tags\":[\"x\",\"x\"]}]"), MBILL_E_INVALID, "/places/0/tags/1",
            "twice"},
        {PLACES("\"accounts\":[{\"id\":\"A0001\"},{\"id\":\"Z1\"}]"), MBILL_E_NOT_FOUND, "/accounts/1/id", "Z1"},
        {PLACES("\"accounts\":[{\"id\":\"A0001\",\"at\":\"moon\"}]"), MBILL_E_NOT_FOUND, "/accounts/0/at", "moon"},
        {PLACES("\"accounts\":[{\"id\":\"A0001\",\"in\":\"town\"}]"), MBILL_E_UNKNOWN_KEY, "/accounts/0/in", "in"},
        {PLACES("\"meters\":[{\"id\":\"M9\"}]"), MBILL_E_NOT_FOUND, "/meters/0/id", "M9"},
        {PLACES("\"meters\":[{\"id\":\"M0001\",\"behind\":\"M9\"}]"), MBILL_E_NOT_FOUND, "/meters/0/behind", "M9"},
        {PLACES("\"meters\":[{\"id\":\"M0003\",\"behind\":\"M0003\"}]"), MBILL_E_INVALID, "/meters/0/behind", "itself"},
        {PLACES("\"places\":[{\"id\":\"new\",\"kind\":\"b\"}],\"meters\":[{\"id\":\"M0003\"},{\"id\":\"M0002\",\"behind\":"
                "\"M0001\"}]"),
            MBILL_E_INVALID, "/meters/1/behind", "behind itself"},
        {PLACES("\"utilities\":[{\"tariff\":\"ladder\"}]"), MBILL_E_MISSING_KEY, "/utilities/0/utility", "utility"},
        {PLACES("\"rooms\":[]"), MBILL_E_UNKNOWN_KEY, "/rooms", "rooms"},
        {"{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[]}", MBILL_E_INVALID, "/kind", "places"},
        {"{", MBILL_E_SYNTAX, "", ""},
    };
    mbill_error err;
    put_well(TOWN, 11, 0);
    uint64_t before = digest_closed();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        mbill_import_counts counts = {sizeof counts, 0, 7, 7};
        ck_refused(put(CASES[i].text, &counts, &err), CASES[i].status, CASES[i].word);
        ck_assert_str_eq(err.path, CASES[i].at);
        ck_assert(counts.n_added == 7 && counts.n_same == 7);
        ck_assert_msg(digest_closed() == before, "case %zu changed the store", i);
    }
    mbill_import_counts unset = {0};
    ck_refused(put(TOWN, &unset, &err), MBILL_E_MISUSE, "struct_size");
    ck_refused(mbill_store_put_places(NULL, TOWN, sizeof TOWN - 1, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_places_read(TOWN, sizeof TOWN - 1, NULL, NULL, &err), MBILL_E_MISUSE, "out_places");
    mbill_places *places;
    ck_refused(mbill_places_read(NULL, 1, NULL, &places, &err), MBILL_E_MISUSE, "json");
    mbill_places_free(NULL);
}
END_TEST

START_TEST(written_and_read_again)
{
    static char text[4096], again[4096], list[2048];
    size_t len = sizeof text, room = sizeof again;
    mbill_error err;
    put_well(TOWN, 11, 0);
    ck_assert_int_eq(mbill_store_places(store, text, &len, NULL), MBILL_OK);
    put_well(text, 0, 11);
    ck_assert_int_eq(mbill_store_places(store, again, &room, NULL), MBILL_OK);
    ck_assert_str_eq(text, again);
    ck_assert_ptr_nonnull(strstr(text, "{\"id\":\"house\",\"kind\":\"building\",\"in\":\"town\",\"tags\":[\"old\"]}"));
    len = sizeof list;
    ck_assert_int_eq(mbill_store_account_list(store, "{\"under\":\"shop\"}", 16, list, &len, NULL), MBILL_OK);
    ck_assert_str_eq(list,
        "{\"meterbill\":1,\"kind\":\"account_list\",\"accounts\":[{\"account\":\"A0003\",\"number\":3,\"at\":\"shop\","
        "\"tags\":[\"old\",\"quiet\"],\"utilities\":[\"electricity\"]}]}");
    len = 5;
    ck_refused(mbill_store_places(store, list, &len, &err), MBILL_E_ROOM, "");
    ck_assert_uint_eq(len, strlen(text) + 1);
    ck_refused(mbill_store_account_list(store, "{\"under\":\"x\"}", 13, list, &len, &err), MBILL_E_NOT_FOUND, "x");
    ck_refused(mbill_store_places(NULL, list, &len, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_places(store, list, NULL, &err), MBILL_E_MISUSE, "inout_len");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("places");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_checked_fixture(ok, setup, teardown);
    tcase_add_checked_fixture(refused, setup, teardown);
    tcase_set_timeout(ok, 60); /* a store in PostgreSQL is made anew for each */
    tcase_set_timeout(refused, 60);
    tcase_add_test(ok, selections);
    tcase_add_test(ok, what_is_said_anew_takes_its_place);
    tcase_add_test(ok, written_and_read_again);
    tcase_add_test(refused, selections_refused);
    tcase_add_test(refused, documents_refused);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}
