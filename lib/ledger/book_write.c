/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a record or an account's numbers are written in another form. */
#include "ledger/book_write.h"

#include "base/memory.h"
#include "ledger/account.h"
#include "ledger/form.h"
#include "ledger/given.h"
#include "ledger/words.h"
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"
#include "meterbill/operations.h"

#include <string.h>

/* ---- parts ---- */

static void write_money(mbill__writer *to, const char *key, int64_t amount_micro)
{
    mbill__write_decimal(to, key, amount_micro, MBILL_SCALE_MICRO);
}

static void write_system(mbill__writer *to, int64_t number)
{
    mbill__write_text(to, "system", mbill__system_words[(-number >> 32) - 1]);
    mbill__write_whole(to, "index", -number & UINT32_MAX);
}

static void write_account(mbill__writer *to, const char *key, int64_t number)
{
    if (!mbill_is_system_account(number)) { /* a refused operation may name any */
        mbill__write_whole(to, key, number);
        return;
    }
    mbill__write_object(to, key);
    write_system(to, number);
    mbill__write_object_end(to);
}

/* ---- records ---- */

static void write_side(mbill__writer *to, const char *key, int64_t account, int32_t place)
{
    mbill__write_object(to, key);
    if (account < 0) write_system(to, account);
    else mbill__write_whole(to, "account", account);
    if (place == MBILL_PLACE_EC_USED) mbill__write_text(to, "place", "emergency_credit");
    else if (place == MBILL_PLACE_ACCUM) mbill__write_text(to, "place", "accumulated_debt");
    else if (place >= MBILL_PLACE_DEBT) {
        mbill__write_text(to, "place", "debt");
        mbill__write_whole(to, "index", place - MBILL_PLACE_DEBT);
    } else if (place >= MBILL_PLACE_CREDIT) {
        mbill__write_text(to, "place", "credit");
        mbill__write_whole(to, "index", place - MBILL_PLACE_CREDIT);
    }
    mbill__write_object_end(to);
}

static void write_leg(mbill__writer *to, const mbill_leg *leg)
{
    static const char *const pending[] = {"given_back", "posted", "reserved"};
    mbill__write_object(to, NULL);
    write_side(to, "debit", leg->debit_account, leg->debit_place);
    write_side(to, "credit", leg->credit_account, leg->credit_place);
    write_money(to, "amount", leg->amount_micro);
    mbill__write_text(to, "purpose", mbill__purpose_words[leg->purpose - 1]);
    mbill__write_text(to, "is", pending[leg->pending + 1]);
    mbill__write_object_end(to);
}

static void write_flags(mbill__writer *to, uint32_t flags)
{
    mbill__write_list(to, "flags");
    for (size_t bit = 0; bit < MBILL__N_FLAGS; bit++)
        if ((flags >> bit & 1) != 0) mbill__write_text(to, NULL, mbill__flag_words[bit]);
    mbill__write_list_end(to);
}

static void write_whole_unless(mbill__writer *to, mbill_operation_field field, int64_t value, int64_t at_rest)
{
    if (value != at_rest) mbill__write_whole(to, mbill__field_words[field - 1], value);
}

static void write_money_unless_zero(mbill__writer *to, mbill_operation_field field, int64_t value)
{
    if (value != 0) write_money(to, mbill__field_words[field - 1], value);
}

static mbill_status write_operation(mbill__writer *to, const char *key, const mbill_operation *op, mbill_error *err)
{
    static const mbill_id none;
    mbill__write_object(to, key);
    mbill__write_hex(to, "id", op->id.bytes, sizeof op->id.bytes);
    mbill__write_text(to, "do", mbill__kind_words[op->kind - 1]);
    if (op->flags != 0) write_flags(to, op->flags);
    if (op->account != 0) write_account(to, "account", op->account);
    if (op->other != 0) write_account(to, "other", op->other);
    write_whole_unless(to, MBILL_FIELD_METER, op->meter, 0);
    if (op->amount_micro == MBILL_AMOUNT_ALL) mbill__write_text(to, "amount", "all");
    else write_money_unless_zero(to, MBILL_FIELD_AMOUNT, op->amount_micro);
    write_whole_unless(to, MBILL_FIELD_CHANNEL, op->channel, 0);
    write_whole_unless(to, MBILL_FIELD_RECEIPT, op->receipt, 0);
    write_whole_unless(to, MBILL_FIELD_SEQUENCE, op->sequence, MBILL_NONE);
    if (memcmp(&op->target, &none, sizeof none) != 0) mbill__write_hex(to, "target", op->target.bytes, sizeof op->target.bytes);
    write_whole_unless(to, MBILL_FIELD_CHARGE, op->charge, MBILL_NONE);
    if (op->hold != 0) mbill__write_text(to, "hold", mbill__hold_words[op->hold - 1]);
    write_whole_unless(to, MBILL_FIELD_PERIOD, op->period, MBILL_NONE);
    write_whole_unless(to, MBILL_FIELD_REGISTER, op->reg, 0);
    write_money_unless_zero(to, MBILL_FIELD_FROM, op->from_micro);
    write_money_unless_zero(to, MBILL_FIELD_TO, op->to_micro);
    write_whole_unless(to, MBILL_FIELD_TARIFF, op->tariff, 0);
    if (op->effective_utc_s != 0) MBILL_TRY(mbill__write_time(to, "effective", op->effective_utc_s, NULL, err));
    write_whole_unless(to, MBILL_FIELD_TIMEOUT, op->timeout_s, 0);
    write_whole_unless(to, MBILL_FIELD_CUSTOMER, op->customer, 0);
    write_money_unless_zero(to, MBILL_FIELD_UNPOSTED, op->unposted_micro);
    if (op->kind == MBILL_OPERATION_OPEN && op->policy == NULL) mbill__write_text(to, "limit", mbill__limit_words[op->limit]);
    write_whole_unless(to, MBILL_FIELD_REASON, op->reason, 0);
    write_whole_unless(to, MBILL_FIELD_USER_DATA, op->user_data, 0);
    mbill__write_object_end(to);
    return MBILL_OK;
}

mbill_status mbill__write_record(mbill__writer *to, const char *key, const mbill_book *book, int64_t record, mbill_error *err)
{
    mbill_operation op;
    mbill_result result;
    mbill_leg legs[MBILL_LEGS_MAX];
    int64_t recorded_utc_s;
    MBILL_TRY(mbill_book_record(book, record, &op, &result, &recorded_utc_s, legs, err));
    mbill__write_object(to, key);
    mbill__write_whole(to, "record", record);
    MBILL_TRY(mbill__write_time(to, "at", recorded_utc_s, NULL, err));
    MBILL_TRY(write_operation(to, "operation", &op, err));
    mbill__write_text(to, "result", mbill_result_name(result.code));
    write_money(to, "moved", result.moved_micro);
    mbill__write_list(to, "legs");
    for (uint32_t i = 0; i < result.n_legs; i++) write_leg(to, &legs[i]);
    mbill__write_list_end(to);
    mbill__write_object_end(to);
    return MBILL_OK;
}

mbill_status mbill_operation_write(const mbill_operation *operation, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_allocator libc;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(operation);
    MBILL__NEED(inout_len);
    const int32_t form = mbill__form_check(operation, mbill__given_fields(operation));
    if (form != MBILL_RESULT_OK)
        return mbill__fail(err, MBILL_E_INVALID, "the operation has not the form of one: %s", mbill_result_text(form));
    if (operation->policy != NULL) return mbill__fail(err, MBILL_E_INVALID, "an operation with a policy has no line");
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill__buffer_start(&buffer, &libc);
    mbill__write_start(&writer, &buffer, false);
    mbill_status status = write_operation(&writer, NULL, operation, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}

/* ---- accounts ---- */

static void write_sums(mbill__writer *to, const mbill_place_sums *sums)
{
    write_money(to, "debits", sums->debits_micro);
    write_money(to, "credits", sums->credits_micro);
    write_money(to, "pending_debits", sums->pending_debits_micro);
    write_money(to, "pending_credits", sums->pending_credits_micro);
}

static void write_debts(mbill__writer *to, const mbill_view *view)
{
    mbill__write_list(to, "debts");
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++) write_money(to, NULL, view->debt_micro[i]);
    mbill__write_list_end(to);
    mbill__write_list(to, "credits");
    for (size_t i = 0; i < MBILL_CREDITS_MAX; i++) write_money(to, NULL, view->further_credit_micro[i]);
    mbill__write_list_end(to);
}

static void write_standards(mbill__writer *to, const mbill_view *view)
{
    mbill__write_object(to, "smets");
    write_money(to, "meter_balance", view->credit_micro);
    write_money(to, "emergency_credit_balance", view->ec_left_micro);
    write_money(to, "accumulated_debt_register", view->accum_micro);
    write_money(to, "aggregated_debt", view->aggregated_debt_micro);
    mbill__write_object_end(to);
    mbill__write_object(to, "dlms");
    write_money(to, "available_credit", view->available_credit_micro);
    write_money(to, "amount_to_clear", view->amount_to_clear_micro);
    write_money(to, "aggregated_debt", view->aggregated_debt_micro);
    mbill__write_bool(to, "in_credit", view->available_credit_micro > 0);
    mbill__write_object_end(to);
    mbill__write_object(to, "dlt");
    write_money(to, "remaining", view->remaining_micro);
    write_money(to, "overdraft", view->overdraft_micro);
    mbill__write_object_end(to);
}

static mbill_status write_view(mbill__writer *to, const mbill_view *view, mbill_error *err)
{
    static const char *const states[] = {"new", "active", "closed"};
    mbill__write_text(to, "state", states[view->state - 1]);
    write_money(to, "credit", view->credit_micro);
    write_money(to, "pending_debits", view->pending_debits_micro);
    write_money(to, "pending_credits", view->pending_credits_micro);
    write_money(to, "free", view->free_micro);
    write_money(to, "spendable", view->spendable_micro);
    mbill__write_bool(to, "ec_offered", view->ec_offered != 0);
    mbill__write_bool(to, "ec_selected", view->ec_selected != 0);
    if (view->ec_selected != 0) MBILL_TRY(mbill__write_time(to, "ec_selected_at", view->ec_selected_utc_s, NULL, err));
    write_money(to, "ec_used", view->ec_used_micro);
    write_money(to, "ec_left", view->ec_left_micro);
    write_money(to, "available", view->available_micro);
    write_money(to, "accumulated_debt", view->accum_micro);
    write_money(to, "amount_to_clear", view->amount_to_clear_micro);
    write_money(to, "aggregated_debt", view->aggregated_debt_micro);
    write_debts(to, view);
    write_standards(to, view);
    return MBILL_OK;
}

mbill_status mbill__write_numbers(mbill__writer *to, const char *key, const mbill_book *book, int64_t account, mbill_error *err)
{
    mbill_view view = {.struct_size = sizeof view};
    mbill_place_sums sums;
    bool prepaid = account > 0 && mbill_book_view(book, account, &view, NULL) == MBILL_OK;
    if (!prepaid) MBILL_TRY(mbill_book_sums(book, account, MBILL_PLACE_PLAIN, &sums, err));
    mbill__write_object(to, key);
    write_account(to, "account", account);
    if (prepaid) MBILL_TRY(write_view(to, &view, err));
    else write_sums(to, &sums);
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* ---- the calls ---- */

typedef mbill_status (*write_one)(mbill__writer *to, const char *key, const mbill_book *book, int64_t number, mbill_error *err);

static mbill_status write_out(write_one one, const mbill_book *book, int64_t number, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    mbill_allocator libc;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(book);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill__buffer_start(&buffer, &libc);
    mbill__write_start(&writer, &buffer, false);
    mbill_status status = one(&writer, NULL, book, number, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}

mbill_status mbill_book_record_write(const mbill_book *book, int64_t record, char *out_text, size_t *inout_len, mbill_error *err)
{
    return write_out(mbill__write_record, book, record, out_text, inout_len, err);
}

mbill_status mbill_book_account_write(const mbill_book *book, int64_t account, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    return write_out(mbill__write_numbers, book, account, out_text, inout_len, err);
}
