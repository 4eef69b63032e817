/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a question about supply is answered from somewhere else. */
#include "base/fail.h"
#include "meterbill/operations.h"

mbill_status mbill_book_supply(const mbill_book *book, const mbill_supply_question *question, int64_t now_utc_s,
    int32_t *out_supply, uint32_t *out_reasons, mbill_error *err)
{
    mbill_view view = {.struct_size = sizeof view};
    int32_t active = 0;
    MBILL__NEED(book);
    MBILL__NEED(question);
    MBILL_TRY(mbill_book_view(book, question->account, &view, err));
    if (question->calendar != NULL) MBILL_TRY(mbill_non_disablement_active(question->calendar, now_utc_s, &active, err));
    mbill_supply_state state = question->state;
    if (active) state.flags |= MBILL_SUPPLY_NON_DISABLEMENT;
    return mbill_supply_decide(&view, mbill_book_policy(book, question->account), &state, out_supply, out_reasons, err);
}
