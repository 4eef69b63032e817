/* SPDX-License-Identifier: Apache-2.0 */
/* Lives of a ledger as lines, for the model in model_ledger.py. A request is a line "seed FROM N" (lives FROM … FROM + N - 1, their bytes from
 * splitmix64) or "bytes HEX" (one life). After every batch the laws of ledger_laws.h are asserted, and it is told as lines of numbers:
 *
 *     L                        a new life begins
 *     P index member …         a policy that is used for the first time
 *     B now n                  a batch
 *     O member …               each of its operations
 *     A code first field n_legs record moved      each of their results
 *     R kind code recorded moved (leg members) …  each record that was written, expiries too
 *     V account member …       the view of each prepay account
 *     S account place d c dp cp                   each sum that has changed of a plain or system account
 *     D supply reasons         the decision for the contactor that "C flags tripped" told before, for account 1
 *     E                        the end of the answer
 */
#include "../fuzz/ledger_laws.h"
#include "meterbill/supply.h"

#include <ctype.h>
#include <inttypes.h>

enum { LINE_MAX_BYTES = 1 << 20, LIFE_BYTES = 12000 };

static ledger_life life;
static int32_t n_policies_told;

static void number(int64_t value)
{
    char text[24], *at = text + sizeof text;
    uint64_t rest = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
    do *--at = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0) *--at = '-';
    *--at = ' ';
    fwrite(at, 1, (size_t)(text + sizeof text - at), stdout);
}

static void id_number(const mbill_id *id)
{
    uint64_t low = 0;
    for (size_t i = 8; i < 16; i++) low = low << 8 | id->bytes[i];
    printf(" %u%020" PRIu64, (unsigned)id->bytes[0], low);
}

/* ---- told ---- */

static void tell_cap(const mbill_cap *cap)
{
    number(cap->window);
    number(cap->first_weekday);
    number(cap->seconds);
    number(cap->amount_micro);
}

static void tell_policy(int32_t index)
{
    const mbill_policy *p = &life.from.policies[index];
    const int64_t levels[] = {p->flags, p->sink, p->sequence, p->sequence_n, p->overdraft_limit_micro, p->disablement_micro,
        p->clearance_micro, p->reclose_limit_micro, p->hoarding_limit_micro, p->max_top_up_micro, p->ec_limit_micro,
        p->ec_threshold_micro, p->step_micro, p->tolerance_micro,
        p->zone[0] == 'U'       ? 0
            : p->zone[1] == 'S' ? 1
                                : 2};
    putchar('P');
    number(index);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) number(levels[i]);
    tell_cap(&p->pay_debt_cap);
    for (size_t i = 0; i < MBILL_CREDITS_MAX; i++) number(p->credit_share_1e4[i]);
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++) {
        const mbill_debt *debt = &p->debts[i];
        const int64_t all[] = {debt->kind, debt->n_parts, debt->share_1e4, debt->total_micro, debt->first_utc_s, debt->period_s};
        for (size_t j = 0; j < sizeof all / sizeof all[0]; j++) number(all[j]);
    }
    for (size_t i = 0; i < MBILL_ACCRUALS_MAX; i++) {
        const mbill_accrual *accrual = &p->accruals[i];
        const int64_t all[] = {accrual->debt, accrual->normal, accrual->in_ec, accrual->off};
        for (size_t j = 0; j < sizeof all / sizeof all[0]; j++) number(all[j]);
        tell_cap(&accrual->cap);
    }
    for (int32_t i = 0; i < p->n_stages; i++) {
        number(p->stages[i].kind);
        number(p->stages[i].index);
        number(p->stages[i].share_1e4);
    }
    putchar('\n');
}

static void tell_operation(const mbill_operation *op)
{
    const int64_t all[] = {op->kind, op->flags, op->account, op->other, op->meter, op->amount_micro, op->channel, op->receipt,
        op->sequence, op->charge, op->hold, op->period, op->reg, op->from_micro, op->to_micro, op->tariff, op->effective_utc_s,
        op->timeout_s, op->customer, op->unposted_micro, op->limit, op->policy == NULL ? -1 : op->policy - life.from.policies,
        op->reason, op->user_data};
    putchar('O');
    id_number(&op->id);
    id_number(&op->target);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) number(all[i]);
    putchar('\n');
}

static void tell_result(const mbill_result *result)
{
    const int64_t all[] = {result->code, result->first, result->field, result->n_legs, result->record, result->moved_micro};
    putchar('A');
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) number(all[i]);
    putchar('\n');
}

static void tell_record(int64_t at)
{
    mbill_operation op;
    mbill_result result;
    mbill_leg legs[MBILL_LEGS_MAX];
    int64_t recorded_utc_s;
    ledger_law(mbill_book_record(life.book, at, &op, &result, &recorded_utc_s, legs, NULL) == MBILL_OK,
        "every record can be read");
    putchar('R');
    number(op.kind);
    number(result.code);
    number(recorded_utc_s);
    number(result.moved_micro);
    for (uint32_t i = 0; i < result.n_legs; i++) {
        const int64_t all[] = {legs[i].debit_account, legs[i].debit_place, legs[i].credit_account, legs[i].credit_place,
            legs[i].amount_micro, legs[i].purpose, legs[i].pending};
        for (size_t j = 0; j < sizeof all / sizeof all[0]; j++) number(all[j]);
    }
    putchar('\n');
}

static void tell_view(int64_t account, const mbill_view *view)
{
    const int64_t all[] = {account, view->state, view->ec_offered, view->ec_selected, view->ec_selected_utc_s, view->credit_micro,
        view->pending_debits_micro, view->pending_credits_micro, view->free_micro, view->spendable_micro, view->ec_used_micro,
        view->ec_left_micro, view->available_micro, view->accum_micro, view->amount_to_clear_micro, view->aggregated_debt_micro,
        view->remaining_micro, view->overdraft_micro, view->available_credit_micro, view->debt_micro[0], view->debt_micro[1],
        view->debt_micro[2], view->further_credit_micro[1], view->further_credit_micro[2], view->further_credit_micro[3]};
    putchar('V');
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) number(all[i]);
    putchar('\n');
}

static void tell_sums(int64_t account, const mbill_place_sums *now, const mbill_place_sums *was)
{
    if (memcmp(now, was, sizeof *now) == 0) return;
    putchar('S');
    number(account);
    number(now->debits_micro);
    number(now->credits_micro);
    number(now->pending_debits_micro);
    number(now->pending_credits_micro);
    putchar('\n');
}

/* A contactor drawn from the record's number, so that the input need not say it. */
static void tell_decision(void)
{
    const mbill_policy *policy = mbill_book_policy(life.book, 1);
    mbill_supply_state state = {.struct_size = sizeof state, .flags = (uint32_t)(life.n_records * 7 % 32)};
    int32_t supply;
    uint32_t reasons;
    state.tripped_utc_s = life.from.now_utc_s - life.n_records % 3 * 60;
    if (policy == NULL) return;
    ledger_law(mbill_supply_decide(&life.after.views[0], policy, &state, &supply, &reasons, NULL) == MBILL_OK,
        "supply is decided");
    printf("C %u %" PRId64 "\nD %d %u\n", (unsigned)state.flags, state.tripped_utc_s, (int)supply, (unsigned)reasons);
}

static void tell_batch(const ledger_sight *before, int64_t first)
{
    const ledger_bytes *from = &life.from;
    for (; n_policies_told < from->n_policies; n_policies_told++) tell_policy(n_policies_told);
    printf("B %" PRId64 " %d\n", from->now_utc_s, (int)life.n);
    for (int32_t i = 0; i < life.n; i++) tell_operation(&from->operations[from->n_operations - life.n + i]);
    for (int32_t i = 0; i < life.n; i++) tell_result(&life.results[i]);
    for (int64_t i = first; i < life.n_records; i++) tell_record(i);
    for (int64_t a = 0; a <= LEDGER_PREPAY; a++)
        if (memcmp(&before->views[a], &life.after.views[a], sizeof before->views[a]) != 0) tell_view(a + 1, &life.after.views[a]);
    for (int64_t a = 0; a <= LEDGER_PREPAY; a++)
        if (mbill_book_policy(life.book, a + 1) == NULL) tell_sums(a + 1, &life.after.prepay[a][0], &before->prepay[a][0]);
    for (int64_t a = 0; a < LEDGER_PLAIN_END - LEDGER_PLAIN; a++)
        tell_sums(LEDGER_PLAIN + a, &life.after.plain[a], &before->plain[a]);
    for (int kind = 0; kind < MBILL_SYSTEM_SUSPENSE; kind++)
        for (uint32_t i = 0; i < LEDGER_SYSTEMS; i++)
            tell_sums(mbill_system_account((mbill_system)(kind + 1), i), &life.after.systems[kind][i], &before->systems[kind][i]);
    tell_decision();
}

static void tell_life(const uint8_t *data, size_t size)
{
    static ledger_sight before;
    ledger_begin(&life, data, size);
    n_policies_told = 0;
    puts("L");
    for (;;) {
        int64_t first = life.first;
        before = life.before;
        if (ledger_step(&life) == 0) break;
        tell_batch(&before, first);
    }
    ledger_end(&life);
}

/* ---- requests ---- */

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void lives_of_seeds(uint64_t seed, uint64_t n)
{
    static uint8_t data[LIFE_BYTES];
    for (; n > 0; n--, seed++) {
        uint64_t state = seed * UINT64_C(0xD1342543DE82EF95);
        for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(splitmix(&state) >> 24);
        tell_life(data, sizeof data);
    }
}

static int digit(int character)
{
    return isdigit(character) ? character - '0' : tolower(character) - 'a' + 10;
}

static void life_of_hex(const char *hex)
{
    static uint8_t data[LINE_MAX_BYTES / 2];
    size_t size = 0;
    for (; isxdigit((unsigned char)hex[0]) && isxdigit((unsigned char)hex[1]); hex += 2)
        data[size++] = (uint8_t)(digit((unsigned char)hex[0]) << 4 | digit((unsigned char)hex[1]));
    tell_life(data, size);
}

int main(void)
{
    static char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, stdin) != NULL) {
        uint64_t seed, n;
        if (sscanf(line, "seed %" SCNu64 " %" SCNu64, &seed, &n) == 2) lives_of_seeds(seed, n);
        else if (strncmp(line, "bytes ", 6) == 0) life_of_hex(line + 6);
        puts("E");
        fflush(stdout);
    }
    return 0;
}
