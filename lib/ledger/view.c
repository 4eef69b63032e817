/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what an account's sums are shown as does: in SMETS, DLMS and DL/T 645 terms, all from the same sums. */
#include "ledger/book.h"
#include "ledger/measure.h"

#include "base/fail.h"

#include <string.h>

static int64_t positive(int64_t value)
{
    return mbill__clip(value, 0, INT64_MAX);
}

/* a + b, clipped; both of the same sign. */
static int64_t plus(int64_t a, int64_t b)
{
    return mbill__less(a, b == INT64_MIN ? INT64_MAX : -b);
}

static void fill(const mbill__account *account, const mbill__rest *rest, const mbill_policy *policy, mbill_view *out)
{
    int64_t ec_used_micro = mbill__owed_of(&account->at[MBILL__AT_EC_USED]);
    bool repaid = ec_used_micro != 0 && mbill__repays(policy, MBILL_STAGE_EC);
    out->state = account->state;
    out->ec_offered = mbill__ec_offered(account, policy);
    out->ec_selected = account->ec == MBILL__EC_SELECTED;
    if (account->ec != MBILL__EC_NEVER) out->ec_selected_utc_s = rest->ec_selected_utc_s;
    out->credit_micro = mbill__credit_of(&account->at[MBILL__AT_CREDIT]);
    out->pending_debits_micro = account->pending.debits_micro;
    out->pending_credits_micro = account->pending.credits_micro;
    out->free_micro = mbill__free(account);
    out->spendable_micro = mbill__spendable(account, policy);
    out->ec_used_micro = ec_used_micro;
    out->ec_left_micro = mbill__ec_left(account, policy);
    out->available_micro = mbill__available(account, policy);
    out->accum_micro = mbill__owed_of(&account->at[MBILL__AT_ACCUM]);
    out->amount_to_clear_micro = plus(plus(out->accum_micro, repaid ? ec_used_micro : 0),
        positive(mbill__less(policy->clearance_micro, out->free_micro)));
    for (int32_t i = 0; i < MBILL_DEBTS_MAX && MBILL__AT_DEBT + i < account->n_slots; i++) {
        out->debt_micro[i] = mbill__debt(account, i);
        out->aggregated_debt_micro = plus(out->aggregated_debt_micro, out->debt_micro[i]);
    }
    out->further_credit_micro[0] = out->credit_micro;
    for (int32_t slot = MBILL__AT_FURTHER; slot < account->n_slots; slot++)
        out->further_credit_micro[1 + slot - MBILL__AT_FURTHER] = mbill__credit_of(mbill__seen_at(account, slot));
    out->remaining_micro = positive(out->credit_micro);
    out->overdraft_micro = positive(mbill__less(0, out->credit_micro));
    out->available_credit_micro = plus(out->remaining_micro, out->ec_left_micro);
}

int mbill_book_has(const mbill_book *book, int64_t account)
{
    return book != NULL && (mbill_is_system_account(account) || (account > 0 && mbill__book_account(book, account) != NULL));
}

mbill_status mbill_book_view(const mbill_book *book, int64_t account, mbill_view *out_view, mbill_error *err)
{
    MBILL__NEED(book);
    MBILL__NEED(out_view);
    if (out_view->struct_size < sizeof *out_view) return mbill__fail(err, MBILL_E_MISUSE, "out_view: struct_size is not set");
    const mbill__account *found = mbill__book_account(book, account);
    if (found == NULL || found->policy < 0)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "no prepay account has the number %lld", (long long)account);
    static const mbill_view blank; /* copied in a few instructions; clearing takes longer */
    uint32_t struct_size = out_view->struct_size;
    *out_view = blank;
    out_view->struct_size = struct_size;
    fill(found, mbill__book_rest(book, found), mbill__book_policy(book, found), out_view);
    return MBILL_OK;
}

static mbill_place_sums place_sums(mbill__sums posted, mbill__sums pending)
{
    return (mbill_place_sums){posted.debits_micro, posted.credits_micro, pending.debits_micro, pending.credits_micro};
}

mbill_status mbill_book_sums(const mbill_book *book, int64_t account, int32_t place, mbill_place_sums *out_sums, mbill_error *err)
{
    MBILL__NEED(book);
    MBILL__NEED(out_sums);
    if (mbill_is_system_account(account) && place == MBILL_PLACE_PLAIN) {
        int64_t at = mbill__map_get(&book->system_of, account, 0, 0);
        *out_sums = at < 0 ? (mbill_place_sums){0, 0, 0, 0} : place_sums(book->systems[at].posted, book->systems[at].pending);
        return MBILL_OK;
    }
    const mbill__account *found = mbill__book_account(book, account);
    int32_t slot = found == NULL ? -1 : mbill__slot_of(found, place);
    if (slot < 0)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "account %lld, place %d: no such account or place", (long long)account,
            (int)place);
    *out_sums = place_sums(*mbill__seen_at(found, slot), slot == 0 ? found->pending : (mbill__sums){0, 0});
    return MBILL_OK;
}

const mbill_policy *mbill_book_policy(const mbill_book *book, int64_t account)
{
    const mbill__account *found = book == NULL ? NULL : mbill__book_account(book, account);
    return found == NULL || found->policy < 0 ? NULL : mbill__book_policy(book, found);
}
