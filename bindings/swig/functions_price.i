/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages price, buy and compare does; glue_price.h says what each function gives. */
%{
#include "glue_price.h"
%}
FACE_HANDLE(mbill_face_versions, mbill_face_versions_free)
FACE_TEXT(usage)
FACE_TEXT(old)
FACE_TEXT(bill)

mbill_status mbill_face_price(mbill_tariff *tariff, const char *usage, size_t usage_len, const char *facts, size_t facts_len,
    const char *position, size_t position_len, const char *old, size_t old_len, int32_t flags, mbill_face_text *out_text,
    mbill_error *err);
mbill_status mbill_face_total(mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t quantity_micro,
    int64_t *out_value, mbill_error *err);
mbill_status mbill_face_versions_open(mbill_tariff *tariff, mbill_face_versions **out_versions, mbill_error *err);
mbill_status mbill_face_versions_add(mbill_face_versions *versions, mbill_tariff *tariff, mbill_error *err);
mbill_status mbill_face_versions_price(mbill_face_versions *versions, const char *usage, size_t usage_len, const char *facts,
    size_t facts_len, const char *position, size_t position_len, int32_t split, int64_t step_micro, int32_t how, int32_t flags,
    mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_versions_check(mbill_face_versions *versions, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err);
mbill_status mbill_face_versions_explain(mbill_face_versions *versions, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err);
mbill_status mbill_face_buy(mbill_tariff *tariff, const char *facts, size_t facts_len, const char *position, size_t position_len,
    int64_t money_micro, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_days_left(mbill_tariff *tariff, const char *facts, size_t facts_len, const char *position,
    size_t position_len, int64_t money_micro, int64_t at_utc_s, int64_t per_day_micro, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_bill_check(mbill_tariff *tariff, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err);
mbill_status mbill_face_bill_difference(mbill_tariff *tariff, const char *old, size_t old_len, const char *bill, size_t bill_len,
    mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_bill_explain(mbill_tariff *tariff, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err);
