/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a bill or a top-up is in the ledger does. Ids follow from the store's own numbers, so that the same bill or account has the
 * same id whenever it is made. */
#include "store/money.h"

#include "meterbill/operations.h"
#include "number/round.h"
#include "store/journal.h"
#include "store/stay.h"

#include <string.h>

#define OPERATIONS_MAX 3 /* an opening, a use and its correction */

/* An id: two numbers, big-endian, each xor these bytes, so that no id is all zero and none is that of another kind. */
typedef struct id_kind {
    uint8_t bytes[16];
} id_kind;

static const id_kind OF_BILL = {{'m', 'b', 'i', 'l', 'l', ' ', 'b', 'i', 'l', 'l', ' ', 'e', 'n', 't', 'r', 'y'}};
static const id_kind OF_CREDIT = {{'c', 'r', 'e', 'd', 'i', 't', ' ', 'o', 'f', ' ', 'a', ' ', 'b', 'i', 'l', 'l'}};
static const id_kind OF_ACCOUNT = {{'o', 'p', 'e', 'n', ' ', 'a', 'n', ' ', 'a', 'c', 'c', 'o', 'u', 'n', 't', '.'}};
static const id_kind OF_STEP = {{'a', ' ', 's', 't', 'e', 'p', ' ', 'o', 'f', ' ', 'a', ' ', 'b', 'i', 'l', 'l'}};
static const id_kind OF_POLICY = {{'s', 'e', 't', ' ', 'a', ' ', 'n', 'e', 'w', ' ', 'p', 'o', 'l', 'i', 'c', 'y'}};

static mbill_id id_of(const id_kind *kind, int64_t a, int64_t b)
{
    mbill_id id;
    for (size_t i = 0; i < 8; i++) {
        id.bytes[i] = (uint8_t)(((uint64_t)a >> (56 - 8 * i)) & 0xff) ^ kind->bytes[i];
        id.bytes[8 + i] = (uint8_t)(((uint64_t)b >> (56 - 8 * i)) & 0xff) ^ kind->bytes[8 + i];
    }
    return id;
}

static mbill_book *book_of(const mbill_store *store)
{
    return store->ledger->follow.book;
}

static mbill_operation operation_of(int32_t kind, mbill_id id, int64_t account_no)
{
    return (mbill_operation){.id = id,
        .kind = (int32_t)kind,
        .account = account_no,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

/* Refusals */

static mbill_status refuse_different(const mbill_book *book, const mbill_operation *op, const mbill_result *result,
    mbill_error *err)
{
    mbill_operation was;
    MBILL_TRY(mbill_book_record(book, result->record, &was, NULL, NULL, NULL, err));
    if (result->field == MBILL_FIELD_AMOUNT)
        return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "this id was applied with amount %s, now given with %s",
            mbill__say_micro(was.amount_micro).text, mbill__say_micro(op->amount_micro).text);
    if (result->field == MBILL_FIELD_EFFECTIVE)
        return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "this id was applied with time %s, now given with %s",
            mbill__say_time(was.effective_utc_s, NULL).text, mbill__say_time(op->effective_utc_s, NULL).text);
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "this id was applied with another %s",
        mbill_operation_field_name(result->field));
}

static const char *name_of(const mbill_operation *op)
{
    switch (op->kind) {
    case MBILL_OPERATION_OPEN: return "the opening of the account";
    case MBILL_OPERATION_SET_POLICY: return "the account's policy";
    case MBILL_OPERATION_TOP_UP: return "a top-up";
    case MBILL_OPERATION_REFUND: return "a refund";
    case MBILL_OPERATION_TRANSFER: return "the payment of a refund";
    case MBILL_OPERATION_CORRECT: return "a correction";
    case MBILL_OPERATION_WRITE_OFF: return "a write-off";
    case MBILL_OPERATION_REVERSE: return "a reversal";
    default: return "a bill";
    }
}

static mbill_status refuse(const mbill_operation *op, int32_t code, mbill_error *err)
{
    mbill_status status = code == MBILL_RESULT_OVERFLOW ? MBILL_E_OVERFLOW : MBILL_E_INVALID;
    bool money = op->kind != MBILL_OPERATION_OPEN && op->kind != MBILL_OPERATION_SET_POLICY;
    return mbill__fail(err, status, "the ledger refuses %s%s%s: %s, %s", name_of(op), money ? " of " : "",
        money ? mbill__say_micro(op->amount_micro).text : "", mbill_result_name(code), mbill_result_text(code));
}

static mbill_status apply(mbill_book *book, const mbill_operation *ops, size_t n, int64_t recorded_utc_s, mbill_result *results,
    mbill_error *err)
{
    MBILL_TRY(mbill_book_apply(book, ops, n, recorded_utc_s, results, err));
    for (size_t i = 0; i < n; i++) {
        int32_t code = results[i].code;
        if (code == MBILL_RESULT_OK || code == MBILL_RESULT_LINKED_FAILED) continue; /* the other of its chain says why */
        if (code == MBILL_RESULT_EXISTS) return mbill__fail(err, MBILL_E_EXISTS, "this id was applied before");
        return code == MBILL_RESULT_EXISTS_WITH_DIFFERENT ? refuse_different(book, &ops[i], &results[i], err)
                                                          : refuse(&ops[i], code, err);
    }
    return MBILL_OK;
}

/* The account's opening */

/* What the accounts document said; without a word, one signed balance that use may take below 0, or accumulated debt where bills are paid
 * afterwards. */
static mbill_status read_policy(mbill_store *store, int64_t account_no, mbill_policy *out, mbill_error *err)
{
    static const char SELECT_POLICY[] = "SELECT policy, CASE WHEN EXISTS(SELECT 1 FROM mbill_contract c WHERE c.account_no = ?1 "
                                        "AND postpaid = 1) THEN 1 ELSE 0 END"
                                        " FROM mbill_account WHERE account_no = ?1";
    mbill__query *query;
    const char *text = NULL;
    size_t len;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_POLICY, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    const bool postpaid = row && mbill__column_whole(query, 1) != 0;
    (void)mbill_policy_preset(postpaid ? MBILL_PRESET_SMETS : MBILL_PRESET_DLT, out);
    mbill_status status = row ? mbill__column_text(query, 0, &text, &len, err) : MBILL_OK;
    if (status == MBILL_OK && text != NULL) status = mbill_policy_read(text, len, out, err);
    mbill__query_end(query);
    return status;
}

static bool is_known(const mbill_book *book, int64_t account_no)
{
    mbill_place_sums sums;
    return mbill_book_policy(book, account_no) != NULL ||
        mbill_book_sums(book, account_no, MBILL_PLACE_PLAIN, &sums, NULL) == MBILL_OK;
}

/* Before the operations the account's opening, where the ledger does not know it; *out_n_before: 1 then, else 0. */
static mbill_status with_opening(mbill_store *store, const mbill_operation *ops, size_t n, mbill_policy *policy,
    mbill_operation all[OPERATIONS_MAX], size_t *out_n_before, mbill_error *err)
{
    int64_t account_no = ops[0].account;
    *out_n_before = is_known(book_of(store), account_no) ? 0 : 1;
    if (*out_n_before > 0) {
        MBILL_TRY(read_policy(store, account_no, policy, err));
        all[0] = operation_of(MBILL_OPERATION_OPEN, id_of(&OF_ACCOUNT, account_no, 0), account_no);
        all[0].policy = policy;
    }
    memcpy(all + *out_n_before, ops, n * sizeof *ops);
    return MBILL_OK;
}

/* Apply the operations, the account's opening before them; *out_result: of the first. */
static mbill_status apply_to_account(mbill_store *store, const mbill_operation *ops, size_t n, int64_t recorded_utc_s,
    mbill_result *out_result, mbill_error *err)
{
    mbill_operation all[OPERATIONS_MAX];
    mbill_result results[OPERATIONS_MAX];
    mbill_policy policy;
    size_t first;
    MBILL_TRY(with_opening(store, ops, n, &policy, all, &first, err));
    MBILL_TRY(apply(book_of(store), all, first + n, recorded_utc_s, results, err));
    *out_result = results[first];
    return MBILL_OK;
}

mbill_status mbill__money_apply(mbill_store *store, const mbill_operation *op, int64_t recorded_utc_s, mbill_result *out,
    mbill_error *err)
{
    mbill_operation all[OPERATIONS_MAX];
    mbill_result results[OPERATIONS_MAX];
    mbill_policy policy;
    size_t first;
    MBILL_TRY(with_opening(store, op, 1, &policy, all, &first, err));
    MBILL_TRY(mbill_book_apply(book_of(store), all, first + 1, recorded_utc_s, results, err));
    *out = results[0].code == MBILL_RESULT_OK ? results[first] : results[0];
    return MBILL_OK;
}

/* Bills */

static size_t operations_of(const mbill__bill_money *bill, mbill_operation *ops)
{
    ops[0] = operation_of(MBILL_OPERATION_USAGE, id_of(&OF_BILL, bill->contract_no, bill->from_utc_s), bill->account_no);
    ops[0].effective_utc_s = bill->to_utc_s;
    ops[0].amount_micro = bill->total_micro;
    if (bill->total_micro >= 0) return 1;
    ops[0].amount_micro = 0;
    ops[0].flags = MBILL_OPERATION_LINKED;
    ops[1] = operation_of(MBILL_OPERATION_CORRECT, id_of(&OF_CREDIT, bill->contract_no, bill->from_utc_s), bill->account_no);
    ops[1].effective_utc_s = bill->to_utc_s;
    ops[1].target = ops[0].id;
    ops[1].amount_micro = -bill->total_micro;
    return 2;
}

static int32_t result_of_state(const mbill_book *book, int64_t account_no)
{
    mbill_view view = {.struct_size = (uint32_t)sizeof view};
    if (mbill_book_view(book, account_no, &view, NULL) != MBILL_OK)
        return is_known(book, account_no) ? MBILL_RESULT_NO_ACCOUNT : MBILL_RESULT_OK; /* a plain account is no prepaid one */
    return view.state == MBILL_ACCOUNT_NEW ? MBILL_RESULT_NOT_ACTIVE
        : view.state == MBILL_ACCOUNT_SHUT ? MBILL_RESULT_CLOSED
                                           : MBILL_RESULT_OK;
}

static bool fits(const mbill_book *book, const mbill__bill_money *bill)
{
    mbill_place_sums sums = {0, 0, 0, 0};
    int64_t after_micro;
    if (bill->total_micro == INT64_MIN) return false;
    if (mbill_book_sums(book, bill->account_no, MBILL_PLACE_CREDIT, &sums, NULL) != MBILL_OK) return true;
    return bill->total_micro < 0 ? mbill__add(sums.credits_micro, -bill->total_micro, &after_micro)
                                 : mbill__add(sums.debits_micro, bill->total_micro, &after_micro);
}

mbill_status mbill__money_may_bill(mbill_store *store, const mbill__bill_money *bill, mbill_error *err)
{
    mbill_operation ops[OPERATIONS_MAX];
    const mbill_book *book = book_of(store);
    int32_t code = fits(book, bill) ? result_of_state(book, bill->account_no) : MBILL_RESULT_OVERFLOW;
    size_t n = code == MBILL_RESULT_OVERFLOW ? 0 : operations_of(bill, ops);
    for (size_t i = 0; i < n; i++)
        if (mbill_book_find(book, &ops[i].id) >= 0)
            return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "the id of this bill's ledger entry is taken by another operation");
    if (code == MBILL_RESULT_OK) return MBILL_OK;
    ops[0] = operation_of(MBILL_OPERATION_USAGE, id_of(&OF_BILL, 0, 0), bill->account_no);
    ops[0].amount_micro = bill->total_micro;
    return refuse(ops, code, err);
}

mbill_status mbill__money_bill(mbill_store *store, const mbill__bill_money *bill, int64_t recorded_utc_s, int64_t *out_record,
    mbill_error *err)
{
    mbill_operation ops[OPERATIONS_MAX];
    mbill_result result;
    size_t n = operations_of(bill, ops);
    MBILL_TRY(apply_to_account(store, ops, n, recorded_utc_s, &result, err));
    *out_record = result.record;
    return MBILL_OK;
}

/* Top-ups and policies */

static mbill_status move(mbill_store *store, mbill_operation op, int64_t amount_micro, int64_t effective_utc_s,
    int64_t recorded_utc_s, mbill_error *err)
{
    mbill_result result;
    op.amount_micro = amount_micro;
    op.effective_utc_s = effective_utc_s;
    return apply_to_account(store, &op, 1, recorded_utc_s, &result, err);
}

mbill_status mbill__money_top_up(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro,
    int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err)
{
    const mbill_operation op = operation_of(MBILL_OPERATION_TOP_UP, *id, account_no);
    return move(store, op, amount_micro, effective_utc_s, recorded_utc_s, err);
}

mbill_status mbill__money_refund(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro,
    int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err)
{
    const mbill_operation op = operation_of(MBILL_OPERATION_REFUND, *id, account_no);
    return move(store, op, amount_micro, effective_utc_s, recorded_utc_s, err);
}

mbill_status mbill__money_policy(mbill_store *store, int64_t account_no, const char *policy, mbill_error *err)
{
    mbill_book *book = book_of(store);
    const mbill_policy *before = mbill_book_policy(book, account_no);
    mbill_policy after;
    mbill_result result;
    int64_t last_utc_s, n_records = mbill_book_n_records(book);
    if (before == NULL) return MBILL_OK;
    MBILL_TRY(mbill_policy_read(policy, strlen(policy), &after, err));
    if (memcmp(before, &after, sizeof after) == 0) return MBILL_OK;
    mbill_operation op = operation_of(MBILL_OPERATION_SET_POLICY, id_of(&OF_POLICY, account_no, n_records), account_no);
    op.policy = &after;
    MBILL_TRY(mbill_book_record(book, n_records - 1, NULL, NULL, &last_utc_s, NULL, err)); /* no clock here */
    return apply(book, &op, 1, last_utc_s, &result, err);
}

/* Openings of accounts */

mbill_status mbill__money_open(mbill_store *store, int64_t account_no, const mbill_operation *top_up, int64_t recorded_utc_s,
    mbill_error *err)
{
    mbill_result result;
    mbill_policy policy;
    if (top_up != NULL) return apply_to_account(store, top_up, 1, recorded_utc_s, &result, err);
    if (is_known(book_of(store), account_no)) return MBILL_OK;
    MBILL_TRY(read_policy(store, account_no, &policy, err));
    mbill_operation op = operation_of(MBILL_OPERATION_OPEN, id_of(&OF_ACCOUNT, account_no, 0), account_no);
    op.policy = &policy;
    return apply(book_of(store), &op, 1, recorded_utc_s, &result, err);
}

/* Bills that are paid afterwards */

mbill_id mbill__money_bill_id(int64_t contract_no, int64_t from_utc_s)
{
    return id_of(&OF_BILL, contract_no, from_utc_s);
}

mbill_id mbill__money_step_id(int64_t bill_no, int64_t n)
{
    return id_of(&OF_STEP, bill_no, n);
}

mbill_status mbill__money_may_owe(mbill_store *store, int64_t account_no, mbill_error *err)
{
    const mbill_policy *known = mbill_book_policy(book_of(store), account_no);
    mbill_policy policy;
    bool repays = false;
    if (known != NULL) policy = *known;
    else MBILL_TRY(read_policy(store, account_no, &policy, err));
    for (int32_t i = 0; i < policy.n_stages; i++) repays = repays || policy.stages[i].kind == MBILL_STAGE_ACCUM;
    if (repays && policy.sink == MBILL_PLACE_ACCUM && policy.ec_limit_micro == 0 && policy.disablement_micro == 0)
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID,
        "the account's policy keeps no bill as debt, expected the sink \"accumulated_debt\", a waterfall that repays it, no "
        "emergency "
        "credit and a disablement level of 0, as the preset SMETS has");
}

mbill_status mbill__money_may_move(mbill_store *store, int64_t account_no, mbill_error *err)
{
    const int32_t code = result_of_state(book_of(store), account_no);
    if (code == MBILL_RESULT_OK) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "the ledger takes nothing of the account: %s, %s", mbill_result_name(code),
        mbill_result_text(code));
}

mbill_status mbill__money_book(mbill_store *store, const mbill_operation *op, int64_t recorded_utc_s, int64_t *out_record,
    mbill_error *err)
{
    mbill_result result;
    MBILL_TRY(apply(book_of(store), op, 1, recorded_utc_s, &result, err));
    if (out_record != NULL) *out_record = result.record;
    return MBILL_OK;
}

mbill_status mbill__money_pay(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro, int64_t channel,
    int64_t receipt, int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err)
{
    mbill_operation op = operation_of(MBILL_OPERATION_TOP_UP, *id, account_no);
    mbill_result result;
    op.amount_micro = amount_micro;
    op.channel = channel;
    op.receipt = receipt;
    op.effective_utc_s = effective_utc_s;
    return apply_to_account(store, &op, 1, recorded_utc_s, &result, err);
}

/* The same id with its bits turned: the second half of one payment. */
static mbill_id turned(const mbill_id *id)
{
    mbill_id other;
    for (size_t i = 0; i < sizeof other.bytes; i++) other.bytes[i] = (uint8_t)~id->bytes[i];
    return other;
}

mbill_status mbill__money_give(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro, int64_t channel,
    int64_t receipt, int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err)
{
    mbill_operation ops[2] = {operation_of(MBILL_OPERATION_REFUND, *id, account_no),
        operation_of(MBILL_OPERATION_TRANSFER, turned(id), mbill_system_account(MBILL_SYSTEM_REFUND_CLEARING, 0))};
    mbill_result result;
    ops[0].flags = MBILL_OPERATION_LINKED;
    ops[0].channel = channel;
    ops[0].receipt = receipt;
    ops[1].other = mbill_system_account(MBILL_SYSTEM_CASH, (uint32_t)channel);
    for (size_t i = 0; i < 2; i++) {
        ops[i].amount_micro = amount_micro;
        ops[i].effective_utc_s = effective_utc_s;
    }
    return apply_to_account(store, ops, 2, recorded_utc_s, &result, err);
}
