/* SPDX-License-Identifier: Apache-2.0 */
/* Every period that is due, account by account: the ledger's operation and what the store remembers are one transaction of a batch. Changes when
 * what is done with a period does. */
#include "meterbill/operations.h"
#include "number/round.h"
#include "operate/charge.h"
#include "store/charge_keep.h"
#include "store/journal.h"
#include "store/money.h"

#include <stdio.h>
#include <string.h>

#define BATCH 64 /* accounts in one transaction */

/* A line that is said once it is durable. */
typedef struct said {
    mbill_charge_line line;
    char account[MBILL_TASK_NAME_MAX + 1], reason[160];
} said;

typedef struct charging {
    mbill_store *store;
    int64_t now_utc_s;
    bool preview;
    void (*each)(void *ctx, const mbill_charge_line *line);
    void *ctx;
    mbill_charge_summary sums;
    mbill_charge *charge;
    int64_t charge_no, last_no; /* the account that was looked at last, of a charge of all */
    size_t next;                /* account of the document */
    bool more;
    said *lines;
    size_t n_lines, cap_lines;
    mbill__arena arena; /* of one account */
} charging;

static bool by_ledger(const charging *run)
{
    return !run->preview && run->charge->info.to == MBILL_CHARGE_TO_BALANCE;
}

static mbill_status say(charging *run, const mbill_charge_line *line, mbill_error *err)
{
    void *block = run->lines;
    mbill_status status = mbill__room(mbill__db_allocator(run->store->db), &block, &run->cap_lines, sizeof *run->lines,
        run->n_lines + 1, err);
    run->lines = block;
    MBILL_TRY(status);
    said *to = &run->lines[run->n_lines++];
    to->line = *line;
    (void)snprintf(to->account, sizeof to->account, "%s", line->account);
    (void)snprintf(to->reason, sizeof to->reason, "%s", line->reason != NULL ? line->reason : "");
    return MBILL_OK;
}

/* The operation of a period; *out_result stays OK where there is nothing to book. */
static mbill_status book(charging *run, int64_t account_no, const mbill_charge_line *line, mbill_id *out_id, int32_t *out_code,
    mbill_error *err)
{
    mbill_result result;
    bool accrues = run->charge->info.accrual >= 0;
    MBILL_TRY(mbill_charge_operation_id(run->charge, line->account, line->period.number, out_id, err));
    mbill_operation op = {.id = *out_id,
        .kind = accrues ? MBILL_OPERATION_ACCRUE : MBILL_OPERATION_USAGE,
        .account = account_no,
        .amount_micro = line->amount.amount_micro,
        .sequence = MBILL_NONE,
        .charge = accrues ? run->charge->info.accrual : MBILL_NONE,
        .period = accrues ? line->period.number : MBILL_NONE,
        .effective_utc_s = line->period.due_utc_s};
    MBILL_TRY(mbill__money_apply(run->store, &op, run->now_utc_s, &result, err));
    *out_code = result.code == MBILL_RESULT_EXISTS ? MBILL_RESULT_OK : result.code;
    return MBILL_OK;
}

static mbill_status settle_period(charging *run, int64_t account_no, mbill_charge_line *line, mbill_error *err)
{
    mbill_id id;
    bool books = by_ledger(run) && line->amount.amount_micro > 0;
    line->state = run->charge->info.to == MBILL_CHARGE_TO_BILL ? MBILL_CHARGE_FOR_BILL : MBILL_CHARGE_CHARGED;
    if (books) MBILL_TRY(book(run, account_no, line, &id, &line->code, err));
    if (line->code != MBILL_RESULT_OK) {
        line->state = MBILL_CHARGE_REFUSED;
        line->reason = mbill_result_name(line->code);
    }
    if (run->preview) line->state = MBILL_CHARGE_PLANNED;
    else
        MBILL_TRY(
            mbill__charge_item_insert(run->store, run->charge_no, account_no, line, books ? &id : NULL, run->now_utc_s, err));
    return say(run, line, err);
}

/* Whether a price that cannot be had concerns the account alone. */
static bool waits(mbill_status status)
{
    return status == MBILL_E_NOT_KNOWN || status == MBILL_E_INVALID || status == MBILL_E_OVERFLOW;
}

static mbill_status charge_account(charging *run, int64_t account_no, const mbill_charge_account *account, mbill_error *err)
{
    mbill_charge_fact *facts;
    size_t n_facts;
    int64_t first, number;
    mbill_error why;
    MBILL_TRY(mbill__charge_settled(run->store, run->charge_no, account_no, &first, err));
    MBILL_TRY(mbill__charge_facts(run->store, account_no, &run->arena, &facts, &n_facts, err));
    for (number = first;; number++) {
        mbill_charge_line line = {.charge = run->charge->info.id, .account = account->account};
        mbill_error_init(&why);
        if (mbill_charge_get_period(run->charge, number, &line.period, NULL) != MBILL_OK) break; /* it has ended */
        if (line.period.due_utc_s > run->now_utc_s) break;
        mbill_status status = mbill_charge_price(run->charge, number, account, facts, n_facts, &line.amount, &why);
        if (waits(status)) {
            line.state = MBILL_CHARGE_WAITING;
            line.reason = why.message;
            MBILL_TRY(say(run, &line, err));
            break;
        }
        if (status != MBILL_OK) return mbill__fail(err, status, "%s", why.message);
        if (line.amount.n_days > 0) MBILL_TRY(settle_period(run, account_no, &line, err));
    }
    if (run->preview || number == first) return MBILL_OK;
    return mbill__charge_settle(run->store, run->charge_no, account_no, number, err);
}

/* The next account that has the charge; *out_no 0: there is none. */
static mbill_status next_account(charging *run, int64_t *out_no, mbill_charge_account *out, mbill_error *err)
{
    *out_no = 0;
    if (run->charge->everyone) {
        MBILL_TRY(mbill__charge_next_account(run->store, run->last_no, &run->arena, out_no, out, err));
        run->last_no = *out_no;
        return MBILL_OK;
    }
    if (run->next == run->charge->info.n_accounts) return MBILL_OK;
    *out = run->charge->accounts[run->next++];
    return mbill__store_account(run->store, out->account, strlen(out->account), out_no, err);
}

static mbill_status charge_batch(charging *run, mbill_error *err)
{
    mbill_charge_account account;
    int64_t account_no;
    mbill_status status = MBILL_OK;
    for (size_t i = 0; i < BATCH && run->more && status == MBILL_OK; i++) {
        mbill__arena_start(&run->arena, mbill__db_allocator(run->store->db));
        status = next_account(run, &account_no, &account, err);
        run->more = status == MBILL_OK && account_no != 0;
        if (run->more) status = charge_account(run, account_no, &account, err);
        mbill__arena_free(&run->arena);
    }
    return status;
}

static mbill_status in_transaction(charging *run, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    if (by_ledger(run)) {
        MBILL_TRY(mbill_store_journal(run->store, &ledger, err));
        MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
        return mbill__journal_finish(ledger, first, charge_batch(run, err), err);
    }
    MBILL_TRY(run->preview ? mbill__db_begin_read(run->store->db, err) : mbill__db_begin(run->store->db, err));
    return mbill__db_finish(run->store->db, charge_batch(run, err), err);
}

/* What is durable is counted and said. */
static void give_lines(charging *run)
{
    for (size_t i = 0; i < run->n_lines; i++) {
        mbill_charge_line *line = &run->lines[i].line;
        int32_t state = line->state;
        line->account = run->lines[i].account;
        line->reason = run->lines[i].reason[0] != '\0' ? run->lines[i].reason : NULL;
        bool counts = state != MBILL_CHARGE_REFUSED && state != MBILL_CHARGE_WAITING;
        run->sums.n_refused += state == MBILL_CHARGE_REFUSED;
        run->sums.n_waiting += state == MBILL_CHARGE_WAITING;
        run->sums.n_charged += counts;
        if (counts && !mbill__add(run->sums.total_micro, line->amount.amount_micro, &run->sums.total_micro))
            run->sums.total_micro = INT64_MAX;
        if (run->each != NULL) run->each(run->ctx, line);
    }
    run->n_lines = 0;
}

static mbill_status run_charge(charging *run, int64_t charge_no, mbill_error *err)
{
    run->charge_no = charge_no;
    run->last_no = 0;
    run->next = 0;
    run->more = true;
    MBILL_TRY(mbill__charge_load(run->store, charge_no, &run->charge, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && run->more) {
        status = in_transaction(run, err);
        if (status == MBILL_OK) give_lines(run);
    }
    mbill_charge_free(run->charge);
    return status;
}

static mbill_status run_charges(charging *run, const char *id, mbill_error *err)
{
    int64_t charge_no = 0;
    if (id != NULL) {
        MBILL_TRY(mbill__charge_find(run->store, id, &charge_no, err));
        return run_charge(run, charge_no, err);
    }
    for (;;) {
        MBILL_TRY(mbill__charge_next(run->store, charge_no, &charge_no, err));
        if (charge_no == 0) return MBILL_OK;
        MBILL_TRY(run_charge(run, charge_no, err));
    }
}

mbill_status mbill_store_charge_run(mbill_store *store, const char *charge, int64_t now_utc_s, uint32_t flags,
    void (*each)(void *ctx, const mbill_charge_line *line), void *each_ctx, mbill_charge_summary *out, mbill_error *err)
{
    MBILL__NEED(store);
    if ((flags & ~MBILL_CHARGE_PREVIEW) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags 0x%x hold a bit this version does not know", (unsigned)flags);
    if (out != NULL && out->struct_size < sizeof *out)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the summary is not set");
    charging run = {.store = store,
        .now_utc_s = now_utc_s,
        .preview = (flags & MBILL_CHARGE_PREVIEW) != 0,
        .each = each,
        .ctx = each_ctx};
    mbill_status status = run_charges(&run, charge, err);
    mbill__release(mbill__db_allocator(store->db), run.lines, run.cap_lines * sizeof *run.lines);
    if (status != MBILL_OK) return status;
    run.sums.struct_size = out != NULL ? out->struct_size : 0;
    if (out != NULL) *out = run.sums;
    return MBILL_OK;
}
