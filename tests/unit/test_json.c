/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON in: what is taken, what is refused and where, the canonical form, and running out of memory. */
#include "check_run.h"
#include "counting_allocator.h"
#include "document/json.h"
#include "refusal.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct refused_text {
    const char *text;
    size_t len; /* 0: strlen */
    mbill_status status;
    const char *path, *part; /* pointer, and what the message must hold */
} refused_text;

static mbill__json *read_text(const char *text)
{
    mbill__json *document = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill__json_read(text, strlen(text), NULL, &document, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s %s", text, err.path, err.message);
    ck_assert_ptr_nonnull(document);
    return document;
}

static void assert_refused(const refused_text *bad)
{
    mbill__json *document = (mbill__json *)(void *)&document; /* must become NULL */
    mbill_error err;
    mbill_error_init(&err);
    size_t len = bad->len != 0 ? bad->len : strlen(bad->text);
    char *text = malloc(len > 0 ? len : 1); /* a block of its own, so that a read past the end is seen */
    ck_assert_ptr_nonnull(text);
    memcpy(text, bad->text, len);
    mbill_status status = mbill__json_read(text, len, NULL, &document, &err);
    assert_refusal_path(&err, status, bad->status, bad->path, bad->part);
    ck_assert_ptr_null(document);
    ck_assert_int_eq(mbill__json_read(text, len, NULL, &document, NULL), bad->status);
    free(text);
}

static const refused_text bad_grammar[] = {
    {"", 0, MBILL_E_SYNTAX, "", "line 1: the text ends early, expected a value"},
    {" \n\t ", 0, MBILL_E_SYNTAX, "", "line 2"},
    {"{", 0, MBILL_E_SYNTAX, "", "expected a key"},
    {"[", 0, MBILL_E_SYNTAX, "/0", "ends early"},
    {"[1", 0, MBILL_E_SYNTAX, "", "expected \",\" or \"]\""},
    {"[1,", 0, MBILL_E_SYNTAX, "/1", "ends early"},
    {"[1,]", 0, MBILL_E_SYNTAX, "", "a comma before \"]\""},
    {"[,1]", 0, MBILL_E_SYNTAX, "/0", "\",\", expected a value"},
    {"[1,,2]", 0, MBILL_E_SYNTAX, "/1", "\",\", expected a value"},
    {"[1 2]", 0, MBILL_E_SYNTAX, "", "\"2\", expected \",\""},
    {"[1}", 0, MBILL_E_SYNTAX, "", "\"}\""},
    {"{\"a\":1]", 0, MBILL_E_SYNTAX, "", "\"]\""},
    {"]", 0, MBILL_E_SYNTAX, "", "\"]\""},
    {"{\"a\"}", 0, MBILL_E_SYNTAX, "/a", "expected \":\""},
    {"{\"a\":}", 0, MBILL_E_SYNTAX, "/a", "\"}\", expected a value"},
    {"{\"a\":1,}", 0, MBILL_E_SYNTAX, "", "a comma before \"}\""},
    {"{\"a\" 1}", 0, MBILL_E_SYNTAX, "/a", "expected \":\""},
    {"{\"a\":1 \"b\":2}", 0, MBILL_E_SYNTAX, "", "expected \",\""},
    {"{a:1}", 0, MBILL_E_SYNTAX, "", "expected a key in double quotes"},
    {"{1:1}", 0, MBILL_E_SYNTAX, "", "expected a key"},
    {"{'a':1}", 0, MBILL_E_SYNTAX, "", "single quote"},
    {"['a']", 0, MBILL_E_SYNTAX, "/0", "single quote"},
    {"{} {}", 0, MBILL_E_SYNTAX, "", "nothing more behind the document"},
    {"1 2", 0, MBILL_E_SYNTAX, "", "nothing more"},
    {"{}\n\n,", 0, MBILL_E_SYNTAX, "", "line 3"},
    {"// note\n{}", 0, MBILL_E_SYNTAX, "", "comment"},
    {"[1, /* two */ 2]", 0, MBILL_E_SYNTAX, "/1", "comment"},
    {"{} # end", 0, MBILL_E_SYNTAX, "", "\"#\""},
    {"[True]", 0, MBILL_E_SYNTAX, "/0", "\"True\""},
    {"nul", 0, MBILL_E_SYNTAX, "", "\"nul\""},
    {"nullx", 0, MBILL_E_SYNTAX, "", "\"nullx\""},
    {"[NaN]", 0, MBILL_E_SYNTAX, "/0", "\"NaN\""},
    {"[Infinity]", 0, MBILL_E_SYNTAX, "/0", "\"Infinity\""},
    {"\v1", 0, MBILL_E_SYNTAX, "", "0x0b"},
    {"\xC2\xA0{}", 0, MBILL_E_SYNTAX, "", "0xc2"},
    {"\"abc", 0, MBILL_E_SYNTAX, "", "closing"},
    {"\"abc\\", 0, MBILL_E_SYNTAX, "", "closing"},
    {"[\"a\nb\"]", 0, MBILL_E_SYNTAX, "/0", "control byte 0x0a"},
    {"[\"a\tb\"]", 0, MBILL_E_SYNTAX, "/0", "control byte 0x09"},
    {"[\"\\x41\"]", 0, MBILL_E_SYNTAX, "/0", "\"\\x\""},
    {"[\"\\'\"]", 0, MBILL_E_SYNTAX, "/0", "not an escape"},
    {"[\"\\\n\"]", 0, MBILL_E_SYNTAX, "/0", "0x0a"},
    {"[\"\\u12\"]", 0, MBILL_E_SYNTAX, "/0", "four hex digits"},
    {"[\"\\u12g4\"]", 0, MBILL_E_SYNTAX, "/0", "four hex digits"},
    {"{\"charges\":[{},{\"ra~te/x\":[0,{\"\\u00e9\\t\":x}]}]}", 0, MBILL_E_SYNTAX, "/charges/1/ra~0te~1x/1/\xC3\xA9?",
        "\"x\" is not a value"},
};

static const refused_text bad_number[] = {
    {"[01]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[+1]", 0, MBILL_E_SYNTAX, "/0", "\"+1\""},
    {"[.5]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[1.]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[-]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[--1]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[1e]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[1e+]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"[0x10]", 0, MBILL_E_SYNTAX, "/0", "\"0x10\""},
    {"[1_000]", 0, MBILL_E_SYNTAX, "/0", "\"1_000\""},
    {"[-Infinity]", 0, MBILL_E_SYNTAX, "/0", "write it as text"},
    {"{\"rate\":0.15}", 0, MBILL_E_NUMBER, "/rate", "number 0.15 is not a whole count below 2147483648: write it as text"},
    {"[1.0]", 0, MBILL_E_NUMBER, "/0", "write it as text"},
    {"[1e2]", 0, MBILL_E_NUMBER, "/0", "write it as text"},
    {"[1E-2]", 0, MBILL_E_NUMBER, "/0", "write it as text"},
    {"[-0]", 0, MBILL_E_NUMBER, "/0", "number -0 "},
    {"[2147483648]", 0, MBILL_E_NUMBER, "/0", "write it as text"},
    {"[-2147483648]", 0, MBILL_E_NUMBER, "/0", "write it as text"},
    {"[9007199254740993]", 0, MBILL_E_NUMBER, "/0", "write it as text"},
    {"[1000000000000000000000000000000000000000000000000000000000000000000000000000000]", 0, MBILL_E_NUMBER, "/0",
        "write it as text"},
};

static const refused_text bad_encoding[] = {
    {"\xEF\xBB\xBF{}", 0, MBILL_E_ENCODING, "", "byte-order mark"},
    {"\xFF\xFE{\0}\0", 6, MBILL_E_ENCODING, "", "UTF-16"},
    {"\xFE\xFF\0{\0}", 6, MBILL_E_ENCODING, "", "UTF-16"},
    {"{\0}\0", 4, MBILL_E_ENCODING, "", "NUL"},
    {"[\"a\0b\"]", 7, MBILL_E_ENCODING, "/0", "NUL"},
    {"{}\0", 3, MBILL_E_ENCODING, "", "NUL"},
    {"[\"\\u0000\"]", 0, MBILL_E_ENCODING, "/0", "makes a NUL"},
    {"{\"a\\u0000b\":1}", 0, MBILL_E_ENCODING, "", "makes a NUL"},
    {"[\"\\ud800\"]", 0, MBILL_E_ENCODING, "/0", "\"\\ud800\" in text is half"},
    {"[\"\\ud800x\"]", 0, MBILL_E_ENCODING, "/0", "half a surrogate"},
    {"[\"\\ud800\\n\"]", 0, MBILL_E_ENCODING, "/0", "half a surrogate"},
    {"[\"\\ud800\\ud800\"]", 0, MBILL_E_ENCODING, "/0", "second half"},
    {"[\"\\udc00\"]", 0, MBILL_E_ENCODING, "/0", "first half"},
    {"[\"\\udc00\\ud800\"]", 0, MBILL_E_ENCODING, "/0", "first half"},
    {"[\"\\ud800\\u", 0, MBILL_E_ENCODING, "/0", "second half"},
    {"[\"\x80\"]", 0, MBILL_E_ENCODING, "/0", "0x80"},
    {"[\"\xC0\xAF\"]", 0, MBILL_E_ENCODING, "/0", "0xc0"},
    {"[\"\xE0\x80\xAF\"]", 0, MBILL_E_ENCODING, "/0", "0xe0"},
    {"[\"\xF0\x80\x80\xAF\"]", 0, MBILL_E_ENCODING, "/0", "0xf0"},
    {"[\"\xED\xA0\x80\"]", 0, MBILL_E_ENCODING, "/0", "0xed"},
    {"[\"\xF4\x90\x80\x80\"]", 0, MBILL_E_ENCODING, "/0", "0xf4"},
    {"[\"\xF5\x80\x80\x80\"]", 0, MBILL_E_ENCODING, "/0", "0xf5"},
    {"[\"\xE4\xBD", 0, MBILL_E_ENCODING, "/0", "0xe4"},
    {"[\xFF]", 0, MBILL_E_ENCODING, "/0", "0xff"},
};

static const refused_text bad_keys[] = {
    {"{\"a\":1,\"a\":2}", 0, MBILL_E_DUPLICATE_KEY, "/a", "key \"a\" stands twice"},
    {"{\"x\":[0,{\"k/y\":1,\"b\":2,\"k\\/y\":3}]}", 0, MBILL_E_DUPLICATE_KEY, "/x/1/k~1y", "stands twice"},
    {"{\"\":1,\"\":2}", 0, MBILL_E_DUPLICATE_KEY, "/", "stands twice"},
    {"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13,\"n\":14,"
     "\"o\":15,\"p\":16,\"\\u0062\":17}",
        0, MBILL_E_DUPLICATE_KEY, "/b", "key \"b\" stands twice"},
};

#define REFUSED_TEST(name, table)                                                                                                \
    START_TEST(name)                                                                                                             \
    {                                                                                                                            \
        for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) assert_refused(&table[i]);                                   \
    }                                                                                                                            \
    END_TEST
REFUSED_TEST(refuses_grammar, bad_grammar)
REFUSED_TEST(refuses_numbers, bad_number)
REFUSED_TEST(refuses_encoding, bad_encoding)
REFUSED_TEST(refuses_duplicate_keys, bad_keys)

static void nest(char *out, int depth)
{
    memset(out, '[', (size_t)depth);
    memset(out + depth, ']', (size_t)depth);
    out[2 * depth] = '\0';
}

START_TEST(limits)
{
    char text[2 * MBILL__JSON_DEPTH_MAX + 3], path[2 * MBILL__JSON_DEPTH_MAX + 1] = "";
    nest(text, MBILL__JSON_DEPTH_MAX);
    mbill__json_free(read_text(text));
    nest(text, MBILL__JSON_DEPTH_MAX + 1);
    for (int i = 0; i < MBILL__JSON_DEPTH_MAX; i++) strcat(path, "/0");
    assert_refused(&(refused_text){text, 0, MBILL_E_LIMIT, path, "deeper than 32"});

    size_t len = MBILL__JSON_SIZE_MAX + 1;
    char *big = calloc(len, 1);
    ck_assert_ptr_nonnull(big);
    mbill__json *document = NULL;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill__json_read(big, len, NULL, &document, &err), MBILL_E_LIMIT, "", "67108865 bytes");
    ck_assert_ptr_null(document);
    free(big);
}
END_TEST

START_TEST(misuse)
{
    mbill__json *document = NULL;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill__json_read(NULL, 0, NULL, &document, &err), MBILL_E_MISUSE, "", "text is NULL");
    assert_refusal_path(&err, mbill__json_read("1", 1, NULL, NULL, &err), MBILL_E_MISUSE, "", "out is NULL");
    mbill__json_free(NULL);
}
END_TEST

START_TEST(path_is_cut_at_its_head)
{
    char text[700], expected[sizeof((mbill_error *)0)->path];
    char key[201];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    snprintf(text, sizeof text, "{\"head\":{\"%s\":{\"tail\":x}}}", key);
    memcpy(expected, "/head/", 6);
    memset(expected + 6, 'k', sizeof expected - 7);
    expected[sizeof expected - 1] = '\0';
    assert_refused(&(refused_text){text, 0, MBILL_E_SYNTAX, expected, "not a value"});

    mbill__json *document = NULL; /* the same through the tree, and cut between characters: 125 bytes, then one of three */
    mbill_error err;
    mbill_error_init(&err);
    key[125] = '\0';
    snprintf(text, sizeof text, "{\"%s\xE4\xBD\xA0\":{\"a\":1,\"a\":2}}", key);
    ck_assert_int_eq(mbill__json_read(text, strlen(text), NULL, &document, &err), MBILL_E_DUPLICATE_KEY);
    ck_assert_uint_eq(strlen(err.path), 126);
    snprintf(text, sizeof text, "{\"%s\xE4\xBD\xA0\":x}", key);
    ck_assert_int_eq(mbill__json_read(text, strlen(text), NULL, &document, &err), MBILL_E_SYNTAX);
    ck_assert_uint_eq(strlen(err.path), 126);
}
END_TEST

START_TEST(walks_in_order)
{
    mbill__json *document = read_text(" {\"b\": [true, null, \"x\"], \"a\": {}, \"A\": -5, \"\\ud83d\\ude00\": 2147483647}\r\n");
    mbill__node root = mbill__json_root(document), child, entry, found;
    static const mbill__json_kind kinds[] = {MBILL__JSON_LIST, MBILL__JSON_OBJECT, MBILL__JSON_WHOLE, MBILL__JSON_WHOLE};
    static const char *const keys[] = {"b", "a", "A", "\xF0\x9F\x98\x80"};
    size_t n = 0;
    ck_assert_int_eq(mbill__node_kind(&root), MBILL__JSON_OBJECT);
    ck_assert_uint_eq(mbill__node_count(&root), 4);
    for (bool more = mbill__node_first(&root, &child); more; more = mbill__node_next(&child), n++) {
        ck_assert_str_eq(child.key, keys[n]);
        ck_assert_uint_eq(child.index, n);
        ck_assert_int_eq(mbill__node_kind(&child), kinds[n]);
    }
    ck_assert_uint_eq(n, 4);
    ck_assert(mbill__node_get(&root, "b", &child));
    ck_assert(mbill__node_first(&child, &entry));
    ck_assert_ptr_null(entry.key);
    ck_assert_int_eq(mbill__node_kind(&entry), MBILL__JSON_BOOL);
    ck_assert(!mbill__node_first(&entry, &found));
    ck_assert(mbill__node_next(&entry));
    ck_assert_int_eq(mbill__node_kind(&entry), MBILL__JSON_NULL);
    ck_assert(mbill__node_next(&entry));
    ck_assert(!mbill__node_next(&entry));
    ck_assert_uint_eq(entry.index, 2);
    ck_assert(!mbill__node_get(&root, "B", &found));
    ck_assert(!mbill__node_get(&child, "b", &found));
    ck_assert(mbill__node_get(&root, "A", &found));
    ck_assert_uint_eq(found.index, 2);
    mbill__json_free(document);
}
END_TEST

/* The canonical form of text; members of the root whose keys begin with 'd' are read as decimals of that scale first. */
static void assert_canonical(const char *text, int32_t scale, const char *expected)
{
    mbill__json *document = read_text(text);
    mbill__node root = mbill__json_root(document), n;
    mbill_allocator libc;
    mbill__buffer out;
    int64_t value;
    ck_assert_int_eq(mbill__allocator_read(&libc, NULL, NULL), MBILL_OK);
    mbill__buffer_start(&out, &libc);
    for (bool more = mbill__node_first(&root, &n); more; more = mbill__node_next(&n))
        if (n.key != NULL && n.key[0] == 'd') ck_assert_int_eq(mbill__node_decimal(&n, scale, &value, NULL), MBILL_OK);
    mbill__json_canonical(&root, &out);
    ck_assert_int_eq(mbill__buffer_check(&out, NULL), MBILL_OK);
    ck_assert_str_eq(out.data, expected);
    mbill__buffer_free(&out);
    mbill__json_free(document);
}

START_TEST(canonical)
{
    assert_canonical(" null ", 6, "null");
    assert_canonical("\"7.50\"", 6, "\"7.50\"");
    assert_canonical("{ \"b\" : [ 1 , true , false , null ] , \"a\" : { } , \"B\" : [ ] , \"\" : -3 }", 6,
        "{\"\":-3,\"B\":[],\"a\":{},\"b\":[1,true,false,null]}");
    assert_canonical("{\"\\u0061\":\"\\u4f60\\/\\u0001\\n\\\"\"}", 6, "{\"a\":\"\xE4\xBD\xA0/\\u0001\\n\\\"\"}");
    assert_canonical("{\"\xC3\xA9\":1,\"z\":2,\"\\ud83d\\ude00\":3,\"\xEF\xBF\xBD\":4}", 6,
        "{\"z\":2,\"\xC3\xA9\":1,\"\xEF\xBF\xBD\":4,\"\xF0\x9F\x98\x80\":3}");
    assert_canonical("{\"d1\":\"7.50\",\"d2\":7,\"d3\":\"7\",\"d4\":\"-0.000\",\"d5\":\"700\",\"d6\":\"-3.20\",\"d7\":\"0\","
                     "\"x\":7}",
        6, "{\"d1\":\"7.5\",\"d2\":\"7\",\"d3\":\"7\",\"d4\":\"0\",\"d5\":\"700\",\"d6\":\"-3.2\",\"d7\":\"0\",\"x\":7}");
    assert_canonical("{\"d\":\"0.123456789\",\"d2\":\"9223372036.854775807\"}", 9,
        "{\"d\":\"0.123456789\",\"d2\":\"9223372036.854775807\"}");
    assert_canonical("{\"d\":\"9223372036854.775807\",\"d2\":\"10.0000000000\"}", 6,
        "{\"d\":\"9223372036854.775807\",\"d2\":\"10\"}");
}
END_TEST

/* 40 keys: sorted, and the order of the document kept for walks. */
START_TEST(many_keys)
{
    char text[1024] = "{", expected[1024] = "{", part[32];
    for (int i = 0; i < 40; i++) {
        snprintf(part, sizeof part, "%s\"k%02d\":%d", i == 0 ? "" : ",", (i * 17) % 40, i);
        strcat(text, part);
        snprintf(part, sizeof part, "%s\"k%02d\":%d", i == 0 ? "" : ",", i, (i * 33) % 40); /* 17 x 33 = 1 (mod 40) */
        strcat(expected, part);
    }
    strcat(text, "}");
    strcat(expected, "}");
    assert_canonical(text, 6, expected);
}
END_TEST

#define LARGE                                                                                                                    \
    "{\"q\":{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13,\"n\":" \
    "14,\"o\":15,\"p\":16,\"q\":[\"x\"]}}"

START_TEST(allocator_runs_out)
{
    for (size_t n = 1;; n++) {
        counting_allocator counter;
        mbill__json *document = NULL;
        mbill_error err;
        mbill_error_init(&err);
        counting_start(&counter, n);
        mbill_status status = mbill__json_read(LARGE, strlen(LARGE), &counter.allocator, &document, &err);
        if (status == MBILL_OK) {
            ck_assert_uint_gt(n, 2);
            mbill__json_free(document);
            ck_assert(counting_is_even(&counter));
            return;
        }
        assert_refusal_path(&err, status, MBILL_E_NOMEM, n == 1 ? "" : "/q", "no memory");
        ck_assert_ptr_null(document);
        ck_assert(counting_is_even(&counter));
    }
}
END_TEST

START_TEST(canonical_runs_out)
{
    mbill__json *document = read_text(LARGE);
    mbill__node root = mbill__json_root(document);
    bool done = false;
    for (size_t n = 1; !done; n++) {
        counting_allocator counter;
        mbill__buffer out;
        counting_start(&counter, n);
        mbill__buffer_start(&out, &counter.allocator);
        mbill__json_canonical(&root, &out);
        mbill_status status = mbill__buffer_check(&out, NULL);
        done = status == MBILL_OK;
        if (!done) ck_assert_int_eq(status, MBILL_E_NOMEM);
        mbill__buffer_free(&out);
        ck_assert(counting_is_even(&counter));
        ck_assert_uint_lt(n, 1000);
    }
    mbill__json_free(document);
}
END_TEST

static long cjson_left, cjson_live;

static void *cjson_alloc(size_t size)
{
    if (cjson_left-- <= 0) return NULL;
    cjson_live++;
    return malloc(size);
}

static void cjson_free(void *block)
{
    if (block != NULL) cjson_live--;
    free(block);
}

START_TEST(cjson_runs_out)
{
    cJSON_Hooks hooks = {cjson_alloc, cjson_free};
    bool done = false;
    cJSON_InitHooks(&hooks);
    for (long n = 0; !done; n++) {
        mbill__json *document = NULL;
        mbill_error err;
        mbill_error_init(&err);
        cjson_left = n;
        mbill_status status = mbill__json_read(LARGE, strlen(LARGE), NULL, &document, &err);
        done = status == MBILL_OK;
        if (!done) assert_refusal_path(&err, status, MBILL_E_NOMEM, "", "no memory for a document of");
        ck_assert(done == (document != NULL));
        mbill__json_free(document);
        ck_assert_int_eq(cjson_live, 0);
        ck_assert_int_lt(n, 1000);
    }
    cJSON_InitHooks(NULL);
}
END_TEST

static Suite *json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, walks_in_order);
    tcase_add_test(ok, canonical);
    tcase_add_test(ok, many_keys);
    tcase_add_test(refused, refuses_grammar);
    tcase_add_test(refused, refuses_numbers);
    tcase_add_test(refused, refuses_encoding);
    tcase_add_test(refused, refuses_duplicate_keys);
    tcase_add_test(refused, misuse);
    tcase_add_test(edges, limits);
    tcase_add_test(edges, path_is_cut_at_its_head);
    tcase_add_test(edges, allocator_runs_out);
    tcase_add_test(edges, canonical_runs_out);
    tcase_add_test(edges, cjson_runs_out);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(json_suite(), CK_NOFORK);
}
