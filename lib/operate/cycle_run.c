/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of kind "cycle" and "cycle_run": a policy tried out on bills. Changes when either form does. */
#include "document/time_read.h"
#include "document/write.h"
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"
#include "operate/cycle.h"
#include "operate/cycle_policy_read.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct run {
    mbill__arena arena;
    mbill_cycle_policy policy;
    const char **names; /* of the bills; they live with the document */
    mbill_cycle *bills;
    int64_t *parts;
    size_t n_bills;
    mbill__writer writer;
} run;

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the bills could not be allocated");
}

/* ---- bills ---- */

static size_t find(const run *of, const char *name)
{
    size_t i = 0;
    while (i < of->n_bills && strcmp(of->names[i], name) != 0) i++;
    return i;
}

static mbill_status read_bill(const mbill__node *node, run *of, mbill_error *err)
{
    static const char *const keys[] = {"id", "amount"};
    mbill__node part;
    int64_t amount_micro;
    const char *name;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "id", &part, err));
    MBILL_TRY(mbill__node_name(&part, &name, err));
    if (find(of, name) < of->n_bills)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "a bill \"%s\" is there already", name);
    of->names[of->n_bills] = name;
    MBILL_TRY(mbill__node_need(node, "amount", &part, err));
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &amount_micro, err));
    return mbill__node_place(&part, err, mbill_cycle_start(amount_micro, &of->bills[of->n_bills++], err));
}

static mbill_status read_bills(const mbill__node *root, run *of, mbill_error *err)
{
    mbill__node list, node;
    MBILL_TRY(mbill__node_need(root, "bills", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    const size_t n = mbill__node_count(&list);
    of->names = mbill__arena_take(&of->arena, n, sizeof *of->names);
    of->bills = mbill__arena_take(&of->arena, n, sizeof *of->bills);
    of->parts = mbill__arena_take(&of->arena, n, sizeof *of->parts);
    if (of->names == NULL || of->bills == NULL || of->parts == NULL) return no_memory(err);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) MBILL_TRY(read_bill(&node, of, err));
    return MBILL_OK;
}

/* ---- steps ---- */

typedef struct asked {
    mbill_cycle_step step;
    const char *on;
    size_t bill; /* n_bills: not said */
} asked;

static mbill_status read_day(const mbill__node *node, asked *out, mbill_error *err)
{
    mbill__node part;
    MBILL_TRY(mbill__node_need(node, "on", &part, err));
    MBILL_TRY(mbill__node_day(&part, &out->step.day, err));
    return mbill__node_text(&part, &out->on, err);
}

static mbill_status read_bill_name(const mbill__node *node, const run *of, asked *out, mbill_error *err)
{
    mbill__node part;
    const char *name;
    const bool may_lack = out->step.kind == MBILL_CYCLE_PAY || out->step.kind == MBILL_CYCLE_TICK;
    out->bill = of->n_bills;
    if (!mbill__node_get(node, "bill", &part)) return may_lack ? MBILL_OK : mbill__node_need(node, "bill", &part, err);
    MBILL_TRY(mbill__node_text(&part, &name, err));
    out->bill = find(of, name);
    return out->bill < of->n_bills ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_NOT_FOUND, "there is no bill \"%s\"", name);
}

static mbill_status read_number(const mbill__node *node, const char *key, bool wanted, int32_t *out, mbill_error *err)
{
    mbill__node part;
    int64_t number = 0;
    if (!wanted && mbill__node_get(node, key, &part))
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"%s\" says nothing for this step", key);
    if (!wanted) return MBILL_OK;
    MBILL_TRY(mbill__node_need(node, key, &part, err));
    MBILL_TRY(mbill__node_whole(&part, 0, INT32_MAX, &number, err));
    *out = (int32_t)number;
    return MBILL_OK;
}

static mbill_status read_amount(const mbill__node *node, mbill_cycle_step *out, mbill_error *err)
{
    mbill__node part;
    const bool wanted = out->kind == MBILL_CYCLE_PAY || out->kind == MBILL_CYCLE_UNPAY || out->kind == MBILL_CYCLE_CORRECT;
    if (!wanted && mbill__node_get(node, "amount", &part))
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"amount\" says nothing for this step");
    if (!wanted) return MBILL_OK;
    MBILL_TRY(mbill__node_need(node, "amount", &part, err));
    return mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->amount_micro, err);
}

static mbill_status read_step(const mbill__node *node, const run *of, asked *out, mbill_error *err)
{
    static const char *const keys[] = {"on", "do", "bill", "amount", "reason", "reminder"};
    mbill__node part;
    int32_t kind;
    memset(out, 0, sizeof *out);
    out->step.struct_size = (uint32_t)sizeof out->step;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "do", &part, err));
    MBILL_TRY(mbill__node_word(&part, mbill__cycle_kind_words, MBILL__CYCLE_KINDS, &kind, err));
    out->step.kind = kind + 1;
    MBILL_TRY(read_day(node, out, err));
    MBILL_TRY(read_bill_name(node, of, out, err));
    MBILL_TRY(read_amount(node, &out->step, err));
    MBILL_TRY(read_number(node, "reason", out->step.kind == MBILL_CYCLE_WRITE_OFF, &out->step.reason, err));
    return read_number(node, "reminder", out->step.kind == MBILL_CYCLE_REMIND, &out->step.reminder, err);
}

/* ---- what came of them ---- */

static void write_entries(mbill__writer *to, const mbill_cycle_effect *effect)
{
    static const char *const purposes[] = {"bill", "difference", "late_fee", "write_off"};
    if (effect->n_entries == 0) return;
    mbill__write_list(to, "book");
    for (int32_t i = 0; i < effect->n_entries; i++) {
        const mbill_cycle_entry *entry = &effect->entries[i];
        mbill__write_object(to, NULL);
        mbill__write_text(to, "do",
            entry->operation == MBILL_OPERATION_USAGE         ? "usage"
                : entry->operation == MBILL_OPERATION_CORRECT ? "correct"
                : entry->operation == MBILL_OPERATION_REVERSE ? "reverse"
                                                              : "write_off");
        mbill__write_text(to, "for", purposes[entry->purpose - 1]);
        mbill__write_decimal(to, "amount", entry->amount_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

static mbill_status write_day(mbill__writer *to, const char *key, int32_t day, mbill_error *err)
{
    mbill_date date;
    char text[sizeof "yyyy-mm-dd"];
    size_t len = sizeof text;
    if (day == MBILL_CYCLE_NO_DAY) return MBILL_OK;
    MBILL_TRY(mbill_date_of_days(day, &date, err));
    MBILL_TRY(mbill_date_print(date, text, &len, err));
    mbill__write_text(to, key, text);
    return MBILL_OK;
}

static mbill_status write_bill(const run *of, mbill__writer *to, size_t i, int32_t day, mbill_error *err)
{
    const mbill_cycle *bill = &of->bills[i];
    const int32_t reminder = mbill_cycle_reminder(&of->policy, bill, day);
    mbill__write_text(to, "bill", of->names[i]);
    mbill__write_text(to, "state", mbill_cycle_state_name(bill->state));
    if ((bill->flags & MBILL_CYCLE_DISPUTED) != 0) mbill__write_bool(to, "disputed", true);
    MBILL_TRY(write_day(to, "due", bill->due_day, err));
    mbill__write_decimal(to, "open", mbill_cycle_open(bill), MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "paid", bill->paid_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "fees", bill->fee_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "on_time", mbill_cycle_on_time(bill), MBILL_SCALE_MICRO);
    if (bill->written_off_micro != 0) mbill__write_decimal(to, "written_off", bill->written_off_micro, MBILL_SCALE_MICRO);
    if (reminder >= 0) mbill__write_whole(to, "reminder", reminder);
    return MBILL_OK;
}

/* A refusal is an answer: the bill stays as it was. */
static mbill_status do_one(run *of, size_t i, const mbill_cycle_step *step, mbill_error *err)
{
    mbill_cycle_effect effect = {.struct_size = (uint32_t)sizeof effect};
    mbill_error why;
    mbill_error_init(&why);
    const mbill_status status = mbill_cycle_apply(&of->policy, &of->bills[i], step, &of->bills[i], &effect, &why);
    mbill__write_object(&of->writer, NULL);
    MBILL_TRY(write_bill(of, &of->writer, i, step->day, err));
    write_entries(&of->writer, &effect);
    if (effect.taken_micro != 0) mbill__write_decimal(&of->writer, "taken", effect.taken_micro, MBILL_SCALE_MICRO);
    if (effect.rest_micro != 0) mbill__write_decimal(&of->writer, "rest", effect.rest_micro, MBILL_SCALE_MICRO);
    if (status != MBILL_OK) {
        mbill__write_text(&of->writer, "status", mbill_status_name((int32_t)status));
        mbill__write_text(&of->writer, "message", why.message);
    }
    mbill__write_object_end(&of->writer);
    return MBILL_OK;
}

static mbill_status pay_all(run *of, const asked *to, int64_t *out_rest, mbill_error *err)
{
    mbill_cycle_step step = to->step;
    MBILL_TRY(mbill_cycle_settle(of->bills, of->n_bills, MBILL_CYCLE_NO_BILL, step.amount_micro, of->parts, out_rest, err));
    for (size_t i = 0; i < of->n_bills; i++) {
        step.amount_micro = of->parts[i];
        if (step.amount_micro > 0) MBILL_TRY(do_one(of, i, &step, err));
    }
    return MBILL_OK;
}

static mbill_status do_step(run *of, const asked *to, mbill_error *err)
{
    int64_t rest_micro = 0;
    mbill__write_object(&of->writer, NULL);
    mbill__write_text(&of->writer, "on", to->on);
    mbill__write_text(&of->writer, "do", mbill_cycle_kind_name(to->step.kind));
    mbill__write_list(&of->writer, "bills");
    if (to->bill < of->n_bills) MBILL_TRY(do_one(of, to->bill, &to->step, err));
    else if (to->step.kind == MBILL_CYCLE_PAY) MBILL_TRY(pay_all(of, to, &rest_micro, err));
    else
        for (size_t i = 0; i < of->n_bills; i++) MBILL_TRY(do_one(of, i, &to->step, err));
    mbill__write_list_end(&of->writer);
    if (rest_micro != 0) mbill__write_decimal(&of->writer, "rest", rest_micro, MBILL_SCALE_MICRO);
    mbill__write_object_end(&of->writer);
    return MBILL_OK;
}

static mbill_status do_steps(const mbill__node *root, run *of, mbill_error *err)
{
    mbill__node list, node;
    asked to;
    MBILL_TRY(mbill__node_need(root, "steps", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    mbill__write_list(&of->writer, "steps");
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_step(&node, of, &to, err));
        MBILL_TRY(mbill__node_place(&node, err, do_step(of, &to, err)));
    }
    mbill__write_list_end(&of->writer);
    return MBILL_OK;
}

static mbill_status run_document(const mbill__node *root, run *of, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "source", "policy", "bills", "steps"};
    mbill__node policy;
    MBILL_TRY(mbill__json_header(root, "cycle", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(root, "policy", &policy, err));
    MBILL_TRY(mbill__json_header_or_none(&policy, "billing_policy", err));
    MBILL_TRY(mbill__cycle_policy_read(&policy, &of->policy, err));
    MBILL_TRY(read_bills(root, of, err));
    mbill__write_object(&of->writer, NULL);
    mbill__write_whole(&of->writer, "meterbill", 1);
    mbill__write_text(&of->writer, "kind", "cycle_run");
    MBILL_TRY(do_steps(root, of, err));
    mbill__write_object_end(&of->writer);
    return MBILL_OK;
}

mbill_status mbill_cycle_run(const char *json, size_t len, const mbill_allocator *allocator, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    mbill__json *document;
    mbill__buffer buffer;
    mbill_allocator known;
    run of;
    MBILL__NEED(inout_len);
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    MBILL_TRY(mbill__json_read(json, len, &known, &document, err));
    const mbill__node root = mbill__json_root(document);
    memset(&of, 0, sizeof of);
    mbill__arena_start(&of.arena, &known);
    mbill__buffer_start(&buffer, &known);
    mbill__write_start(&of.writer, &buffer, false);
    mbill_status status = run_document(&root, &of, err);
    if (status == MBILL_OK) status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    mbill__arena_free(&of.arena);
    mbill__json_free(document);
    return status;
}
