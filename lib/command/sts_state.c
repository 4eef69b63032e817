/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a meter remembers of tokens, and a seller of meters: pure steps from the old state to the new. */
#include "command/sales.h"
#include "command/sts_block.h"

#include <string.h>

static mbill_status check_used(const mbill_sts_used *used, mbill_error *err)
{
    if (used->n > MBILL_STS_USED_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "%lu identifiers are remembered; expected at most %d", (unsigned long)used->n,
            MBILL_STS_USED_MAX);
    for (uint32_t i = 0; i < used->n; i++)
        if (used->tids[i] > MBILL_STS_TID_MAX || (i > 0 && used->tids[i] <= used->tids[i - 1]))
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i,
                "the identifiers that are remembered do not rise within 24 bits");
    return MBILL_OK;
}

/* Keep the list rising; the smallest leaves when it is full. */
static void remember(mbill_sts_used *used, uint32_t at, uint32_t tid)
{
    if (used->n == MBILL_STS_USED_MAX) {
        at--;
        memmove(used->tids, used->tids + 1, at * sizeof used->tids[0]);
    } else {
        memmove(used->tids + at + 1, used->tids + at, (used->n - at) * sizeof used->tids[0]);
        used->n++;
    }
    used->tids[at] = tid;
}

mbill_status mbill_sts_admit(const mbill_sts_token *token, const mbill_sts_used *before, mbill_sts_used *out_after,
    mbill_error *err)
{
    mbill_sts_used used;
    uint32_t at = 0;
    MBILL__NEED(token);
    MBILL__NEED(before);
    MBILL__NEED(out_after);
    if (out_after->struct_size < sizeof used) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_after is not set");
    MBILL_TRY(mbill__struct_read(&used, sizeof used, sizeof used.struct_size, before, err));
    used.struct_size = sizeof used;
    MBILL_TRY(check_used(&used, err));
    if (mbill__sts_has_tid(token)) {
        while (at < used.n && used.tids[at] < token->tid) at++;
        if (at < used.n && used.tids[at] == token->tid)
            return mbill__fail(err, MBILL_E_TOKEN_USED, "the token identifier %lu was used before", (unsigned long)token->tid);
        if (at == 0 && used.n == MBILL_STS_USED_MAX)
            return mbill__fail(err, MBILL_E_TOKEN_OLD, "the token identifier %lu is below all that are remembered, from %lu",
                (unsigned long)token->tid, (unsigned long)used.tids[0]);
        remember(&used, at, token->tid);
    }
    memcpy(out_after, &used, sizeof used);
    return MBILL_OK;
}

mbill_status mbill__sales_read(const mbill_token_sales *before, uint64_t purchase, const mbill_token_sales *after,
    mbill_token_sales *out, mbill_error *err)
{
    MBILL__NEED(before);
    MBILL__NEED(after);
    if (after->struct_size < sizeof *out) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_after is not set");
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof out->struct_size, before, err));
    out->struct_size = sizeof *out;
    if (purchase == 0 || purchase - 1 != out->purchase)
        return mbill__fail(err, MBILL_E_TOKEN_COUNT, "purchase %llu does not follow the last, %llu; expected that plus one",
            (unsigned long long)purchase, (unsigned long long)out->purchase);
    out->purchase = purchase;
    return MBILL_OK;
}

/* The identifier behind the last one, which is never that of a minute 00:01. */
static mbill_status tid_behind(const mbill_token_sales *sales, uint32_t *out_tid, mbill_error *err)
{
    int64_t last_utc_s;
    MBILL_TRY(mbill_sts_tid_time(sales->base_year, sales->tid, &last_utc_s, err));
    return mbill_sts_tid(sales->base_year, last_utc_s + 60, out_tid, err);
}

mbill_status mbill_sts_sell(const mbill_token_sales *before, uint64_t purchase, int32_t base_year, int64_t issued_utc_s,
    uint32_t *out_tid, mbill_token_sales *out_after, mbill_error *err)
{
    mbill_token_sales sales;
    uint32_t tid;
    MBILL__NEED(out_tid);
    MBILL_TRY(mbill__sales_read(before, purchase, out_after, &sales, err));
    MBILL_TRY(mbill_sts_tid(base_year, issued_utc_s, &tid, err));
    if (base_year < sales.base_year)
        return mbill__fail(err, MBILL_E_ORDER, "the base year %d is before that of the last token, %d", (int)base_year,
            (int)sales.base_year);
    if (base_year == sales.base_year && tid <= sales.tid) MBILL_TRY(tid_behind(&sales, &tid, err));
    sales.base_year = base_year;
    sales.tid = tid;
    *out_after = sales;
    *out_tid = tid;
    return MBILL_OK;
}
