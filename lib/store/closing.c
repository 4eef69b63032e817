/* SPDX-License-Identifier: Apache-2.0 */
/* What a close holds while it is under way. Changes when it needs more. */
#include "store/closing.h"

#include <string.h>

void mbill__closing_start(mbill_close *close, mbill_store *store)
{
    memset(close, 0, sizeof *close);
    close->store = store;
    mbill__versions_start(&close->versions, store);
    mbill__gather_start(&close->gather, store);
    mbill__parts_start(&close->parts, store);
    mbill__plans_start(&close->plans, store);
    mbill__lists_start(&close->lists, store);
    mbill__contract_factors_start(&close->factors, store);
}

void mbill__closing_end(mbill_close *close)
{
    const mbill_allocator *allocator = mbill__db_allocator(close->store->db);
    mbill__plans_end(&close->plans);
    mbill__versions_end(&close->versions);
    mbill__gather_end(&close->gather);
    mbill__parts_end(&close->parts);
    mbill__lists_end(&close->lists);
    mbill__contract_factors_end(&close->factors);
    mbill__release(allocator, close->segments, close->cap_segments * sizeof *close->segments);
    mbill__release(allocator, close->lines, close->cap_lines * sizeof *close->lines);
    mbill__release(allocator, close->position, close->cap_position);
    mbill__release(allocator, close->body, close->cap_body);
    mbill__release(allocator, close->place_text, close->cap_place_text);
}

mbill_status mbill__closing_contract(mbill__query *query, mbill__close_contract *out, mbill_error *err)
{
    size_t len;
    out->contract_no = mbill__column_whole(query, 0);
    out->account_no = mbill__column_whole(query, 1);
    out->from_day = (int32_t)mbill__column_whole(query, 2);
    out->to_day = (int32_t)mbill__column_whole(query, 3);
    out->change = (mbill_change_rule){.struct_size = (uint32_t)sizeof out->change,
        .split = (int32_t)mbill__column_whole(query, 4),
        .step_micro = mbill__column_whole(query, 5),
        .how = (int32_t)mbill__column_whole(query, 6)};
    out->postpaid = mbill__column_whole(query, 9) != 0;
    MBILL_TRY(mbill__column_text(query, 7, &out->tariff, &len, err));
    return mbill__column_text(query, 8, &out->account, &len, err);
}
