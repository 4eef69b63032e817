/* SPDX-License-Identifier: Apache-2.0 */
/* One total over one list of shares: published tables, every method and policy, and each refusal. */
#include "check_run.h"
#include "meterbill/apportion.h"
#include "random.h"
#include "refusal.h"

#include <check.h>

#define MOST 16

enum {
    LARGEST = MBILL_APPORTION_LARGEST_REMAINDER,
    WEBSTER = MBILL_APPORTION_WEBSTER,
    HALF_UP = MBILL_APPORTION_HALF_UP_EACH,
    FLOOR = MBILL_APPORTION_FLOOR_EACH,
    FIRST = MBILL_APPORTION_FIRST,
    ABSORB = MBILL_APPORTION_ABSORB
};

typedef struct known {
    const char *what;
    int64_t total;
    mbill_apportion_options options;
    uint64_t weights[MOST]; /* keys 1, 2, 3, …; the list ends at the first that is END */
    int64_t amounts[MOST], residual;
} known;

#define END UINT64_MAX
#define BY(method)                                                                                                               \
    {                                                                                                                            \
        sizeof(mbill_apportion_options), 0, method, 0, 0, 0, 0, NULL                                                             \
    }
#define STEP(method, step)                                                                                                       \
    {                                                                                                                            \
        sizeof(mbill_apportion_options), 0, method, 0, 0, 0, step, NULL                                                          \
    }
#define SALT(salt)                                                                                                               \
    {                                                                                                                            \
        sizeof(mbill_apportion_options), 0, LARGEST, 0, salt, 0, 0, NULL                                                         \
    }
#define POLICY(policy, fallback)                                                                                                 \
    {                                                                                                                            \
        sizeof(mbill_apportion_options), 0, LARGEST, policy, 0, 0, 0, fallback                                                   \
    }

#define CENSUS_1790                                                                                                              \
    {                                                                                                                            \
        236841, 55540, 70835, 68705, 278514, 475327, 141822, 179570, 331589, 353523, 432879, 68446, 206236, 85533, 630560, END   \
    }
static const uint64_t two_to_one[] = {2, 1};

static const known cases[] = {
    {"Balinski and Young 2001: census of 1790, 120 seats", 120, BY(LARGEST), CENSUS_1790,
        {8, 2, 2, 2, 9, 16, 5, 6, 11, 12, 14, 2, 7, 3, 21}, 0},
    {"the same, 105 seats", 105, BY(LARGEST), CENSUS_1790, {7, 2, 2, 2, 8, 14, 4, 5, 10, 10, 13, 2, 6, 2, 18}, 0},
    {"the same by Webster", 105, BY(WEBSTER), CENSUS_1790, {7, 2, 2, 2, 8, 14, 4, 5, 10, 10, 13, 2, 6, 2, 18}, 0},
    {"Balinski and Young 1975", 100, BY(LARGEST), {5117, 4400, 162, 161, 160, END}, {51, 44, 2, 2, 1}, 0},
    {"Balinski and Young 1975", 100, BY(WEBSTER), {5117, 4400, 162, 161, 160, END}, {51, 43, 2, 2, 2}, 0},
    {"Balinski and Young 1975", 26, BY(LARGEST), {9061, 7179, 5259, 3319, 1182, END}, {9, 7, 5, 4, 1}, 0},
    {"Balinski and Young 1975", 26, BY(WEBSTER), {9061, 7179, 5259, 3319, 1182, END}, {9, 8, 5, 3, 1}, 0},
    {"a tie at the cut and a larger remainder behind it", 6, BY(LARGEST), {15, 15, 17, 13, END}, {2, 1, 2, 1}, 0},
    {"Alabama paradox", 10, BY(LARGEST), {6, 6, 2, END}, {4, 4, 2}, 0},
    {"Alabama paradox", 11, BY(LARGEST), {6, 6, 2, END}, {5, 5, 1}, 0},
    {"and none by Webster", 10, BY(WEBSTER), {6, 6, 2, END}, {5, 4, 1}, 0},
    {"and none by Webster", 11, BY(WEBSTER), {6, 6, 2, END}, {5, 5, 1}, 0},
    {"mirrored", -5, BY(LARGEST), {7, 3, END}, {-4, -1}, 0},
    {"a seventh of the largest word", INT64_MAX, BY(LARGEST), {1, 2, 4, END},
        {1317624576693539401, 2635249153387078802, 5270498306774157604}, 0},
    {"the smallest word", INT64_MIN, BY(LARGEST), {1, END}, {INT64_MIN}, 0},
    {"the smallest word", INT64_MIN, BY(WEBSTER), {END - 1, END}, {INT64_MIN}, 0},
    {"each alone", 100, BY(FLOOR), {1, 1, 1, END}, {33, 33, 33}, 1},
    {"each alone", 100, BY(HALF_UP), {1, 1, 1, END}, {33, 33, 33}, 1},
    {"each alone", 200, BY(HALF_UP), {1, 1, 1, END}, {67, 67, 67}, -1},
    {"a half is rounded away from zero", -3, BY(HALF_UP), {1, 1, END}, {-2, -2}, 1},
    {"listed first", 7, BY(FIRST), {0, 1, 1, END}, {0, 4, 3}, 0},
    {"step", 1253, STEP(LARGEST, 5), {1, 1, 1, END}, {420, 415, 415}, 3},
    {"step", 1253, STEP(HALF_UP, 5), {1, 1, 1, END}, {415, 415, 415}, 8},
    {"step", 1253, STEP(FLOOR, 5), {1, 1, 1, END}, {415, 415, 415}, 8},
    {"step", -1253, STEP(LARGEST, 5), {1, 1, 1, END}, {-420, -415, -415}, -3},
    {"step", -1253, STEP(FLOOR, 5), {1, 1, 1, END}, {-415, -415, -415}, -8},
    {"a step above the total", 4, STEP(LARGEST, 5), {1, 1, END}, {0, 0}, 4},
    {"ties in rotation", 100, SALT(0), {1, 1, 1, END}, {34, 33, 33}, 0},
    {"ties in rotation", 100, SALT(7), {1, 1, 1, END}, {33, 34, 33}, 0},
    {"ties in rotation", 100, SALT(8), {1, 1, 1, END}, {33, 34, 33}, 0},
    {"ties in rotation", 100, SALT(9), {1, 1, 1, END}, {33, 33, 34}, 0},
    {"ties in rotation", -100, SALT(8), {1, 1, 1, END}, {-33, -34, -33}, 0},
    {"nobody used anything", 900, POLICY(MBILL_ZERO_EQUAL, NULL), {0, 0, END}, {450, 450}, 0},
    {"nobody used anything", 900, POLICY(MBILL_ZERO_FALLBACK, two_to_one), {0, 0, END}, {600, 300}, 0},
    {"nobody used anything", 900, POLICY(MBILL_ZERO_OWNER, NULL), {0, 0, END}, {0, 0}, 900},
    {"nothing to share", 0, POLICY(MBILL_ZERO_ERROR, NULL), {0, 0, 0, END}, {0, 0, 0}, 0},
    {"nobody is there", 900, POLICY(MBILL_ZERO_OWNER, NULL), {END}, {0}, 900},
    {"weights to the last word", 10, BY(LARGEST), {END - 2, 1, END}, {10, 0}, 0},
};

static size_t fill(const uint64_t *weights, mbill_share *shares)
{
    size_t n = 0;
    for (; weights[n] != END; n++) shares[n] = (mbill_share){n + 1, weights[n]};
    return n;
}

START_TEST(cases_are_known)
{
    const known *one = &cases[_i];
    mbill_share shares[MOST] = {{0, 0}};
    uint64_t scratch[2 * MOST];
    int64_t amounts[MOST], residual = 77;
    mbill_error err;
    mbill_error_init(&err);
    size_t n = fill(one->weights, shares);
    ck_assert_msg(mbill_apportion(one->total, shares, n, &one->options, scratch, amounts, &residual, &err) == MBILL_OK, "%s: %s",
        one->what, err.message);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(amounts[i] == one->amounts[i], "%s: share %zu is %lld, expected %lld", one->what, i, (long long)amounts[i],
            (long long)one->amounts[i]);
    ck_assert_msg(residual == one->residual, "%s: residual %lld", one->what, (long long)residual);
}
END_TEST

START_TEST(absorber_takes_the_rest)
{
    const mbill_share shares[] = {{1, 1}, {2, 1}, {3, 1}, {4, 0}};
    uint64_t scratch[8];
    int64_t amounts[4], residual;
    mbill_apportion_options options = BY(ABSORB);
    options.absorb_key = 3;
    ck_assert_int_eq(mbill_apportion(100, shares, 4, &options, scratch, amounts, &residual, NULL), MBILL_OK);
    ck_assert(amounts[0] == 33 && amounts[1] == 33 && amounts[2] == 34 && amounts[3] == 0 && residual == 0);
    options.absorb_key = 4; /* without a weight of its own */
    ck_assert_int_eq(mbill_apportion(-100, shares, 4, &options, scratch, amounts, &residual, NULL), MBILL_OK);
    ck_assert(amounts[0] == -33 && amounts[2] == -33 && amounts[3] == -1 && residual == 0);
}
END_TEST

START_TEST(order_of_ties)
{
    ck_assert_uint_eq(mbill_tie_order(1, 0), 1);
    ck_assert_uint_eq(mbill_tie_order(1 ^ 7, 7), UINT64_C(0x5692161d100b05e5)); /* mix64(1) */
    ck_assert_uint_eq(mbill_tie_order(2 ^ 7, 7), UINT64_C(0xdbd238973a2b148a)); /* mix64(2) */
    ck_assert_uint_eq(mbill_tie_order(3 ^ 7, 7), UINT64_C(0x1e535eede31428f0)); /* mix64(3) */
    ck_assert_uint_eq(mbill_tie_order(1, 7), UINT64_C(0xd17707977078336c));
    ck_assert_uint_eq(mbill_tie_order(2, 7), UINT64_C(0xb6bf613dbebb45dc));
    ck_assert_uint_eq(mbill_tie_order(3, 7), UINT64_C(0xb7a4712c74562914));
}
END_TEST

/* --- refusals: nothing is written --- */

static mbill_status refused(const mbill_share *shares, size_t n, const mbill_apportion_options *options, mbill_error *err)
{
    uint64_t scratch[2 * MOST];
    int64_t amounts[MOST] = {77, 78}, residual = 79;
    mbill_error_init(err);
    mbill_status status = mbill_apportion(100, shares, n, options, scratch, amounts, &residual, err);
    ck_assert(amounts[0] == 77 && amounts[1] == 78 && residual == 79);
    return status;
}

START_TEST(refused_input)
{
    const mbill_share wide[] = {{1, UINT64_MAX}, {2, 1}}, twice[] = {{1, 1}, {2, 1}, {1, 1}}, zeros[] = {{1, 0}, {2, 0}};
    const mbill_share apart[] = {{1, 5}, {1, 1}, {2, 94}};
    const uint64_t none[] = {0, 0}, many[] = {UINT64_MAX, 1};
    mbill_apportion_options options = BY(LARGEST);
    mbill_error err;
    assert_refusal_index(&err, refused(wide, 2, NULL, &err), MBILL_E_RANGE, 1, "weight 1 of share 1");
    assert_refusal_index(&err, refused(twice, 3, NULL, &err), MBILL_E_DUPLICATE_KEY, 2,
        "key 1 stands twice and would decide a tie");
    ck_assert_int_eq(mbill_apportion(0, twice, 3, NULL, (uint64_t[6]){0}, (int64_t[3]){0}, &(int64_t){0}, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_apportion(100, apart, 3, NULL, (uint64_t[6]){0}, (int64_t[3]){0}, &(int64_t){0}, NULL), MBILL_OK);
    options.flags = MBILL_APPORTION_CHECK_KEYS;
    assert_refusal_index(&err, refused(apart, 3, &options, &err), MBILL_E_DUPLICATE_KEY, 1, "key 1 stands twice; expected");
    options.flags = 2;
    assert_refusal(&err, refused(apart, 3, &options, &err), MBILL_E_UNKNOWN_OPTION, "0x2");
    options.flags = 0;
    options.method = WEBSTER;
    assert_refusal_index(&err, refused(twice, 3, &options, &err), MBILL_E_DUPLICATE_KEY, 2, "decide a tie");
    options.method = 6;
    assert_refusal(&err, refused(apart, 3, &options, &err), MBILL_E_INVALID, "method is 6");
    options = (mbill_apportion_options)STEP(LARGEST, -1);
    assert_refusal(&err, refused(apart, 3, &options, &err), MBILL_E_INVALID, "step is -1");
    options = (mbill_apportion_options)POLICY(9, NULL);
    assert_refusal(&err, refused(apart, 3, &options, &err), MBILL_E_INVALID, "zero_policy is 9");
    assert_refusal(&err, refused(zeros, 2, NULL, &err), MBILL_E_ZERO_WEIGHT, "all 2 weights are 0");
    assert_refusal(&err, refused(NULL, 0, NULL, &err), MBILL_E_ZERO_WEIGHT, "nobody");
    options = (mbill_apportion_options)POLICY(MBILL_ZERO_EQUAL, NULL);
    assert_refusal(&err, refused(NULL, 0, &options, &err), MBILL_E_ZERO_WEIGHT, "nobody");
    options = (mbill_apportion_options)POLICY(MBILL_ZERO_FALLBACK, none);
    assert_refusal(&err, refused(zeros, 2, &options, &err), MBILL_E_ZERO_WEIGHT, "fallback weights are 0");
    options.fallback_weights = many;
    assert_refusal_index(&err, refused(zeros, 2, &options, &err), MBILL_E_RANGE, 1, "2^64");
    options.fallback_weights = NULL;
    assert_refusal(&err, refused(zeros, 2, &options, &err), MBILL_E_MISUSE, "fallback_weights is NULL");
    options = (mbill_apportion_options)BY(ABSORB);
    options.absorb_key = 9;
    assert_refusal(&err, refused(apart, 3, &options, &err), MBILL_E_NOT_FOUND, "absorb_key 9");
    options.absorb_key = 1;
    assert_refusal_index(&err, refused(apart, 3, &options, &err), MBILL_E_DUPLICATE_KEY, 1, "key 1");
    options = (mbill_apportion_options)BY(LARGEST);
    options.struct_size = 0;
    assert_refusal(&err, refused(apart, 3, &options, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

START_TEST(refused_pointers)
{
    const mbill_share shares[] = {{1, 1}, {2, 1}};
    uint64_t scratch[5];
    int64_t amounts[2] = {77, 78}, residual = 79;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_apportion(1, NULL, 2, NULL, scratch, amounts, &residual, &err), MBILL_E_MISUSE, "shares is NULL");
    assert_refusal(&err, mbill_apportion(1, shares, 2, NULL, NULL, amounts, &residual, &err), MBILL_E_MISUSE, "scratch is NULL");
    assert_refusal(&err, mbill_apportion(1, shares, 2, NULL, (char *)scratch + 1, amounts, &residual, &err), MBILL_E_MISUSE,
        "aligned");
    assert_refusal(&err, mbill_apportion(1, shares, 2, NULL, scratch, NULL, &residual, &err), MBILL_E_MISUSE,
        "out_amounts is NULL");
    assert_refusal(&err, mbill_apportion(1, shares, 2, NULL, scratch, amounts, NULL, &err), MBILL_E_MISUSE,
        "out_residual is NULL");
    ck_assert_uint_eq(mbill_apportion_scratch_size(3), 48);
    ck_assert_uint_eq(mbill_apportion_scratch_size(SIZE_MAX / 16 + 1), SIZE_MAX);
}
END_TEST

START_TEST(residual_past_the_word)
{
    const mbill_share shares[] = {{1, 1}, {2, 1}, {3, 1}, {4, 1}};
    uint64_t scratch[8];
    int64_t amounts[4] = {77}, residual = 79;
    mbill_apportion_options options = STEP(HALF_UP, INT64_C(1) << 62);
    mbill_error err;
    mbill_error_init(&err);
    /* two steps over four: half of one each, rounded up to one: four steps are given, two too many, +2^63 */
    assert_refusal(&err, mbill_apportion(INT64_MIN, shares, 4, &options, scratch, amounts, &residual, &err), MBILL_E_OVERFLOW,
        "2^63");
    ck_assert(amounts[0] == 77 && residual == 79);
    /* one step over two: again half of one each, and what is no step joins the residual: 2^63 - 1 - 2 x 2^62 */
    ck_assert_int_eq(mbill_apportion(INT64_MAX, shares, 2, &options, scratch, amounts, &residual, NULL), MBILL_OK);
    ck_assert(amounts[0] == INT64_C(1) << 62 && amounts[1] == amounts[0] && residual == -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("apportion");
    TCase *ok = tcase_create("ok"), *refusals = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_loop_test(ok, cases_are_known, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(ok, absorber_takes_the_rest);
    tcase_add_test(ok, order_of_ties);
    tcase_add_test(refusals, refused_input);
    tcase_add_test(refusals, refused_pointers);
    tcase_add_test(edges, residual_past_the_word);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refusals);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
