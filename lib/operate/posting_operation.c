/* SPDX-License-Identifier: Apache-2.0 */
/* A posting of a split as an operation of the ledger. Changes when another kind of operation books one. */
#include "meterbill/posting.h"

#include "base/fail.h"
#include "base/id.h"
#include "document/say.h"

#include <inttypes.h>

/* What an account gets: as a correction, or by a channel. */
static mbill_status pay_in(const mbill_posting *posting, mbill_operation *out, mbill_error *err)
{
    if (posting->credit_channel == 0)
        return mbill__fail(err, MBILL_E_INVALID,
            "account %" PRId64 " is to get %s, and nothing says how; expected \"corrects\" or \"credit_channel\"",
            posting->account, mbill__say_micro(-posting->amount_micro).text);
    out->kind = MBILL_OPERATION_TOP_UP;
    out->channel = posting->credit_channel;
    out->amount_micro = -posting->amount_micro;
    return MBILL_OK;
}

int mbill_posting_is_booked(const mbill_posting *posting)
{
    return posting->amount_micro != 0 || ((posting->flags & MBILL_POSTING_CORRECTION) == 0 && posting->credit_channel == 0);
}

mbill_status mbill_posting_operation(const mbill_posting *posting, mbill_operation *out_operation, mbill_error *err)
{
    MBILL__NEED(posting);
    MBILL__NEED(out_operation);
    if (mbill__id_is_blank(&posting->id))
        return mbill__fail(err, MBILL_E_INVALID, "the posting has no id; expected a split whose request has one");
    if (!mbill_posting_is_booked(posting))
        return mbill__fail(err, MBILL_E_INVALID, "the posting of account %" PRId64 " is 0, which neither corrects nor pays in",
            posting->account);
    if (posting->amount_micro == INT64_MIN)
        return mbill__fail(err, MBILL_E_OVERFLOW, "what account %" PRId64 " gets is past 64 bits", posting->account);
    mbill_operation operation = {.id = posting->id,
        .kind = MBILL_OPERATION_USAGE,
        .account = posting->account,
        .amount_micro = posting->amount_micro,
        .effective_utc_s = posting->effective_utc_s,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    if ((posting->flags & MBILL_POSTING_CORRECTION) != 0) {
        operation.kind = MBILL_OPERATION_CORRECT;
        operation.target = posting->target;
        operation.amount_micro = -posting->amount_micro; /* of a correction above 0 is to the account's credit */
    } else if (posting->amount_micro < 0) {
        MBILL_TRY(pay_in(posting, &operation, err));
    }
    *out_operation = operation;
    return MBILL_OK;
}
