/* SPDX-License-Identifier: Apache-2.0 */
/* What may be taken after what: numbers, late reads, purchases, quotas, groups, pace; and what stops a command when it is about to run. */
#include "check_run.h"
#include "meterbill/replay.h"
#include "refusal.h"
#include "signed.h"

static const uint8_t hash_a[32] = {1}, hash_b[32] = {2};

static mbill_command numbered(int32_t kind, uint64_t seq, uint64_t count)
{
    mbill_command c = trip_of("e/000000000001");
    c.kind = kind;
    c.seq = seq;
    c.count = count;
    c.amount_micro = count > 0 ? 1000000 : 0;
    return c;
}

static mbill_status offer(const mbill_command *c, mbill_replay *replay, mbill_purchases *purchase, mbill_error *err)
{
    int32_t verdict = 77;
    const mbill_replay before = *replay;
    const mbill_purchases bought = *purchase;
    mbill_error_init(err);
    mbill_status status = mbill_replay_admit(c, hash_a, NULL, replay, purchase, replay, purchase, &verdict, err);
    ck_assert_int_eq(verdict, status == MBILL_OK ? MBILL_ADMIT_NEW : 77);
    if (status != MBILL_OK)
        ck_assert(memcmp(&before, replay, sizeof before) == 0 && memcmp(&bought, purchase, sizeof bought) == 0);
    return status;
}

/* From last number 1000 (taken: 1000, 999, 936): what is offered, and what comes of it. */
static const struct {
    int32_t kind;
    uint64_t seq;
    mbill_status status;
} numbers[] = {
    {MBILL_COMMAND_TRIP, 1000, MBILL_E_REPLAY},
    {MBILL_COMMAND_TRIP, 999, MBILL_E_REPLAY},
    {MBILL_COMMAND_TRIP, 998, MBILL_E_REPLAY},
    {MBILL_COMMAND_TRIP, 0, MBILL_E_REPLAY},
    {MBILL_COMMAND_TRIP, 1001, MBILL_OK},
    {MBILL_COMMAND_TRIP, 1000 + (UINT64_C(1) << 32), MBILL_OK},
    {MBILL_COMMAND_TRIP, UINT64_MAX, MBILL_OK},
    {MBILL_COMMAND_TOP_UP, 998, MBILL_E_REPLAY},
    {MBILL_COMMAND_READ, 1000, MBILL_E_REPLAY},
    {MBILL_COMMAND_READ, 999, MBILL_E_REPLAY},
    {MBILL_COMMAND_READ, 998, MBILL_OK},
    {MBILL_COMMAND_READ, 938, MBILL_OK},
    {MBILL_COMMAND_READ, 937, MBILL_OK},
    {MBILL_COMMAND_READ, 936, MBILL_E_REPLAY}, /* out of the window of 64 */
    {MBILL_COMMAND_READ, 1, MBILL_E_REPLAY},
    {MBILL_COMMAND_READ, 1001, MBILL_OK},
};

START_TEST(number_table)
{
    mbill_replay replay = {0};
    mbill_purchases purchase = {0};
    mbill_error err;
    const uint64_t taken[] = {936, 999, 1000};
    for (size_t i = 0; i < 3; i++) {
        mbill_command c = numbered(MBILL_COMMAND_TRIP, taken[i], 0);
        ck_assert_int_eq(offer(&c, &replay, &purchase, &err), MBILL_OK);
    }
    ck_assert_uint_eq(replay.window, 3); /* 936 has gone out of it */
    mbill_command c = numbered(numbers[_i].kind, numbers[_i].seq, numbers[_i].kind == MBILL_COMMAND_TOP_UP);
    mbill_status status = offer(&c, &replay, &purchase, &err);
    ck_assert_msg(status == numbers[_i].status, "case %d: %d: %s", _i, (int)status, err.message);
    if (status == MBILL_OK) assert_refusal(&err, offer(&c, &replay, &purchase, &err), MBILL_E_REPLAY, "number");
    else assert_refusal(&err, status, MBILL_E_REPLAY, "number");
}
END_TEST

/* Reads in any order within the window: each is taken once, whatever the order. */
START_TEST(late_reads)
{
    mbill_replay replay = {0};
    mbill_purchases purchase = {0};
    mbill_error err;
    uint64_t state = 12345, seen[201] = {0}, last = 0;
    for (int i = 0; i < 20000; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint64_t seq = (state >> 33) % 200 + 1;
        bool expected = seq > last || (last - seq < 64 && seen[seq] == 0);
        mbill_command c = numbered(MBILL_COMMAND_READ, seq, 0);
        ck_assert_int_eq(offer(&c, &replay, &purchase, &err), expected ? MBILL_OK : MBILL_E_REPLAY);
        if (expected) seen[seq] = 1;
        if (expected && seq > last) last = seq;
        ck_assert_uint_eq(replay.last_seq, last);
        if (i % 997 == 0) {
            memset(&replay, 0, sizeof replay);
            memset(seen, 0, sizeof seen);
            last = 0;
        }
    }
}
END_TEST

/* Another key has numbers of its own; the purchase count is the target's. */
START_TEST(rotation_and_counts)
{
    mbill_replay old_key = {0}, new_key = {0};
    mbill_purchases purchase = {0};
    mbill_error err;
    mbill_command c = numbered(MBILL_COMMAND_TOP_UP, 500, 1);
    ck_assert_int_eq(offer(&c, &old_key, &purchase, &err), MBILL_OK);
    c = numbered(MBILL_COMMAND_TOP_UP, 1, 1);
    assert_refusal(&err, offer(&c, &new_key, &purchase, &err), MBILL_E_COUNT, "purchase 1");
    c.count = 3;
    assert_refusal(&err, offer(&c, &new_key, &purchase, &err), MBILL_E_COUNT, "behind 1");
    c.count = 2;
    ck_assert_int_eq(offer(&c, &new_key, &purchase, &err), MBILL_OK);
    c = numbered(MBILL_COMMAND_REFUND, 2, 3);
    ck_assert_int_eq(offer(&c, &new_key, &purchase, &err), MBILL_OK);
    ck_assert_uint_eq(purchase.last_count, 3);
    ck_assert_uint_eq(new_key.last_seq, 2);
    ck_assert_uint_eq(old_key.last_seq, 500);
    purchase.last_count = UINT64_MAX;
    c = numbered(MBILL_COMMAND_REFUND, 3, 0);
    assert_refusal(&err, offer(&c, &new_key, &purchase, &err), MBILL_E_COUNT, "purchase 0");
}
END_TEST

START_TEST(ids)
{
    mbill_replay replay = {0}, out = {.last_seq = 9};
    mbill_error err;
    int32_t verdict = 0;
    mbill_command c = numbered(MBILL_COMMAND_TRIP, 5, 0);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_replay_admit(&c, hash_a, hash_a, &replay, NULL, &out, NULL, &verdict, &err), MBILL_OK);
    ck_assert_int_eq(verdict, MBILL_ADMIT_REPEAT);
    ck_assert_uint_eq(out.last_seq, 9);
    assert_refusal(&err, mbill_replay_admit(&c, hash_a, hash_b, &replay, NULL, &out, NULL, &verdict, &err), MBILL_E_ID_REUSED,
        "another command");
    replay.version = 2;
    assert_refusal(&err, mbill_replay_admit(&c, hash_a, NULL, &replay, NULL, &out, NULL, &verdict, &err), MBILL_E_VERSION,
        "version 2");
    replay.version = 1;
    assert_refusal(&err, mbill_replay_admit(&c, hash_a, NULL, &replay, NULL, &out, NULL, &verdict, &err), MBILL_E_MISUSE,
        "struct_size");
    assert_refusal(&err, mbill_replay_admit(&c, hash_a, NULL, NULL, NULL, &out, NULL, &verdict, &err), MBILL_E_MISUSE, "replay");
    c = numbered(MBILL_COMMAND_TOP_UP, 5, 1);
    assert_refusal(&err, mbill_replay_admit(&c, hash_a, NULL, &out, NULL, &out, NULL, &verdict, &err), MBILL_E_MISUSE,
        "purchase");
}
END_TEST

START_TEST(quotas)
{
    mbill_key key = {.quota_commands = 3, .quota_micro = 2500000};
    mbill_quota quota = {0};
    mbill_error err;
    mbill_command c = numbered(MBILL_COMMAND_TOP_UP, 1, 1);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_quota_admit(&key, &c, 86400, &quota, &quota, &err), MBILL_OK);
    ck_assert_int_eq(mbill_quota_admit(&key, &c, 86401, &quota, &quota, &err), MBILL_OK);
    assert_refusal(&err, mbill_quota_admit(&key, &c, 2 * 86400 - 1, &quota, &quota, &err), MBILL_E_QUOTA, "micro-units");
    ck_assert_int_eq(quota.commands, 2);
    c.amount_micro = 500000;
    ck_assert_int_eq(mbill_quota_admit(&key, &c, 2 * 86400 - 1, &quota, &quota, &err), MBILL_OK);
    c.amount_micro = 0;
    assert_refusal(&err, mbill_quota_admit(&key, &c, 0, &quota, &quota, &err), MBILL_E_QUOTA,
        "3 commands"); /* the clock went back */
    ck_assert_int_eq(mbill_quota_admit(&key, &c, 2 * 86400, &quota, &quota, &err), MBILL_OK);
    ck_assert_int_eq(quota.commands, 1);
    c.group_count = 3;
    assert_refusal(&err, mbill_quota_admit(&key, &c, 2 * 86400, &quota, &quota, &err), MBILL_E_QUOTA, "");
    c.group_count = 2;
    ck_assert_int_eq(mbill_quota_admit(&key, &c, 2 * 86400, &quota, &quota, &err), MBILL_OK);
    key.quota_commands = key.quota_micro = -1;
    c.group_count = 1000;
    ck_assert_int_eq(mbill_quota_admit(&key, &c, 2 * 86400, &quota, &quota, &err), MBILL_OK);
    c.group_count = UINT64_MAX;
    assert_refusal(&err, mbill_quota_admit(&key, &c, 2 * 86400, &quota, &quota, &err), MBILL_E_QUOTA, "");
    assert_refusal(&err, mbill_quota_admit(&key, &c, -1, &quota, &quota, &err), MBILL_E_RANGE, "1970");
}
END_TEST

/* Who must agree that a group loses supply. */
static const struct {
    int32_t kind;
    uint32_t n_signers, roles, n_roots;
    mbill_status status;
} duals[] = {
    {MBILL_COMMAND_TRIP, 1, 1u << MBILL_ROLE_RELAY, 0, MBILL_E_THRESHOLD},
    {MBILL_COMMAND_TRIP, 1, 1u << MBILL_ROLE_ROOT, 1, MBILL_E_THRESHOLD},
    {MBILL_COMMAND_TRIP, 2, 1u << MBILL_ROLE_RELAY, 0, MBILL_E_THRESHOLD},
    {MBILL_COMMAND_TRIP, 2, 1u << MBILL_ROLE_RELAY | 1u << MBILL_ROLE_ROOT, 1, MBILL_OK},
    {MBILL_COMMAND_TRIP, 2, 1u << MBILL_ROLE_ROOT, 2, MBILL_OK},
    {MBILL_COMMAND_VALVE_CLOSE, 1, 1u << MBILL_ROLE_RELAY, 0, MBILL_E_THRESHOLD},
    {MBILL_COMMAND_DIRECT_CLOSE, 1, 1u << MBILL_ROLE_RELAY, 0, MBILL_OK},
    {MBILL_COMMAND_KEEP_ON, 1, 1u << MBILL_ROLE_ROOT, 1, MBILL_OK},
};

START_TEST(groups)
{
    const char *const list[] = {"e/000000000001", "e/000000000002", "w/00000000000123"};
    const char *const other[] = {"e/000000000001", "e/000000000003", "w/00000000000123"};
    mbill_error err;
    mbill_command c = trip_of("grp/block7");
    c.kind = duals[_i].kind;
    c.n_signers = duals[_i].n_signers;
    c.roles = duals[_i].roles;
    c.n_roots = duals[_i].n_roots;
    c.group_count = 3;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_targets_hash(list, 3, c.group_hash, &err), MBILL_OK);
    ck_assert_int_eq(mbill_targets_check(&c, list, 3, &err), duals[_i].status);
    assert_refusal(&err, mbill_targets_check(&c, other, 3, &err), MBILL_E_GROUP, "signed one");
    assert_refusal(&err, mbill_targets_check(&c, list, 2, &err), MBILL_E_GROUP, "2 targets");
    c.group_count = 1;
    ck_assert_int_eq(mbill_targets_hash(list, 1, c.group_hash, &err), MBILL_OK);
    ck_assert_int_eq(mbill_targets_check(&c, list, 1, &err), duals[_i].status);
    c.group_count = 0;
    assert_refusal(&err, mbill_targets_check(&c, list, 3, &err), MBILL_E_GROUP, "alone");
}
END_TEST

START_TEST(pace)
{
    mbill_pace state = {0};
    mbill_error err;
    mbill_command trip = numbered(MBILL_COMMAND_TRIP, 1, 0), close = numbered(MBILL_COMMAND_DIRECT_CLOSE, 2, 0);
    mbill_error_init(&err);
    for (int64_t at = 0; at < 3; at++) ck_assert_int_eq(mbill_pace_admit(&trip, 3, NOW + at, &state, &state, &err), MBILL_OK);
    assert_refusal(&err, mbill_pace_admit(&trip, 3, NOW + 59, &state, &state, &err), MBILL_E_PACE, "3 this minute");
    ck_assert_int_eq(mbill_pace_admit(&close, 3, NOW + 59, &state, &state, &err), MBILL_OK);
    ck_assert_int_eq(mbill_pace_admit(&trip, 3, NOW + 60, &state, &state, &err), MBILL_OK);
    ck_assert_int_eq(state.count, 1);
    assert_refusal(&err, mbill_pace_admit(&trip, 0, NOW, &state, &state, &err), MBILL_E_RANGE, "limit of 0");
}
END_TEST

/* ---- about to run ---- */

static const struct {
    int32_t kind;
    uint32_t command_has, has;
    int64_t balance_micro;
    uint32_t status_word;
    int64_t now_s; /* relative to NOW; it ends at + 200 */
    mbill_status status;
} runs[] = {
    {MBILL_COMMAND_TRIP, 0, 0, 0, 0, 0, MBILL_OK},
    {MBILL_COMMAND_TRIP, 0, 0, 0, 0, 199, MBILL_OK},
    {MBILL_COMMAND_TRIP, 0, 0, 0, 0, 200, MBILL_E_EXPIRED},
    {MBILL_COMMAND_TRIP, 0, MBILL_SITUATION_KEEP_POWER, 0, 0, 0, MBILL_E_KEEP_POWER},
    {MBILL_COMMAND_VALVE_CLOSE, 0, MBILL_SITUATION_KEEP_POWER, 0, 0, 0, MBILL_E_KEEP_POWER},
    {MBILL_COMMAND_DIRECT_CLOSE, 0, MBILL_SITUATION_KEEP_POWER, 0, 0, 0, MBILL_OK},
    {MBILL_COMMAND_TRIP, 0, MBILL_SITUATION_STATUS, 0, 0x1000, 0, MBILL_E_KEEP_POWER},
    {MBILL_COMMAND_TRIP, 0, MBILL_SITUATION_STATUS, 0, 0xefff, 0, MBILL_OK},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_BELOW, MBILL_SITUATION_BALANCE, -1, 0, 0, MBILL_OK},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_BELOW, MBILL_SITUATION_BALANCE, 0, 0, 0, MBILL_E_PRECONDITION},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_BELOW, 0, -5, 0, 0, MBILL_E_PRECONDITION},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_STATUS, MBILL_SITUATION_STATUS, 0, 0x0000, 0, MBILL_OK},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_STATUS, MBILL_SITUATION_STATUS, 0, 0x0010, 0, MBILL_E_PRECONDITION},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_STATUS, 0, 0, 0, 0, MBILL_E_PRECONDITION},
    {MBILL_COMMAND_TRIP, MBILL_COMMAND_HAS_NBF, 0, 0, 0, -1, MBILL_E_NOT_YET},
    {MBILL_COMMAND_TRIP, 0, 0x80, 0, 0, 0, MBILL_E_UNKNOWN_OPTION},
};

START_TEST(may_run)
{
    mbill_error err;
    mbill_command c = numbered(runs[_i].kind, 1, 0);
    const mbill_situation situation = {(uint32_t)sizeof situation, runs[_i].has, runs[_i].balance_micro, runs[_i].status_word, 0};
    c.has = runs[_i].command_has;
    c.nbf_s = NOW;
    c.status_mask = 0x0010;
    mbill_error_init(&err);
    mbill_status status = mbill_command_may_run(&c, NOW + runs[_i].now_s, &situation, &err);
    ck_assert_msg(status == runs[_i].status, "case %d: %d: %s", _i, (int)status, err.message);
    c.notes = MBILL_COMMAND_TIME_UNCHECKED;
    if (status == MBILL_E_EXPIRED || status == MBILL_E_NOT_YET)
        ck_assert_int_eq(mbill_command_may_run(&c, NOW + runs[_i].now_s, &situation, &err), MBILL_OK);
}
END_TEST

/* ---- states as bytes ---- */

START_TEST(encoded)
{
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    const mbill_replay replay = {(uint32_t)sizeof replay, 1, UINT64_MAX, UINT64_MAX}, none = {0};
    mbill_replay replay_back;
    ck_assert_int_eq(mbill_replay_encode(&replay, bytes, sizeof bytes, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_replay_decode((mbill_bytes){bytes, n}, &replay_back, &err), MBILL_OK);
    ck_assert_mem_eq(&replay, &replay_back, sizeof replay);
    const mbill_quota quota = {(uint32_t)sizeof quota, 1, 20000, INT64_MAX, INT64_MAX};
    mbill_quota quota_back;
    mbill_purchases purchase_back;
    assert_refusal(&err, mbill_purchases_decode((mbill_bytes){bytes, n}, &purchase_back, &err), MBILL_E_INVALID, "state");
    for (size_t len = 0; len < n; len++)
        ck_assert_int_ne(mbill_replay_decode((mbill_bytes){bytes, len}, &replay_back, &err), MBILL_OK);
    ck_assert_int_eq(mbill_quota_encode(&quota, bytes, sizeof bytes, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_quota_decode((mbill_bytes){bytes, n}, &quota_back, &err), MBILL_OK);
    ck_assert_mem_eq(&quota, &quota_back, sizeof quota);
    bytes[6] = 0xff; /* the second number passes 63 bits */
    ck_assert_int_ne(mbill_quota_decode((mbill_bytes){bytes, n}, &quota_back, &err), MBILL_OK);
    const mbill_pace pace_state = {(uint32_t)sizeof pace_state, 1, NOW, 7};
    mbill_pace pace_back;
    ck_assert_int_eq(mbill_pace_encode(&pace_state, bytes, sizeof bytes, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_pace_decode((mbill_bytes){bytes, n}, &pace_back, &err), MBILL_OK);
    ck_assert_mem_eq(&pace_state, &pace_back, sizeof pace_state);
    const mbill_purchases purchase = {(uint32_t)sizeof purchase, 1, 300};
    ck_assert_int_eq(mbill_purchases_encode(&purchase, bytes, sizeof bytes, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_purchases_decode((mbill_bytes){bytes, n}, &purchase_back, &err), MBILL_OK);
    ck_assert_mem_eq(&purchase, &purchase_back, sizeof purchase);
    ck_assert_int_eq(mbill_replay_encode(&none, bytes, sizeof bytes, &n, &err), MBILL_OK);
    ck_assert_uint_eq(n, 4);
    assert_refusal(&err, mbill_replay_encode(&replay, bytes, 3, &n, &err), MBILL_E_ROOM, "needed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replay");
    TCase *tests = tcase_create("replay");
    tcase_add_loop_test(tests, number_table, 0, (int)(sizeof numbers / sizeof numbers[0]));
    tcase_add_test(tests, late_reads);
    tcase_add_test(tests, rotation_and_counts);
    tcase_add_test(tests, ids);
    tcase_add_test(tests, quotas);
    tcase_add_loop_test(tests, groups, 0, (int)(sizeof duals / sizeof duals[0]));
    tcase_add_test(tests, pace);
    tcase_add_loop_test(tests, may_run, 0, (int)(sizeof runs / sizeof runs[0]));
    tcase_add_test(tests, encoded);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
