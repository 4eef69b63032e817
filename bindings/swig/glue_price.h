/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages price, buy and compare does. Documents are those of the guide; facts, position and old may be NULL. */
#ifndef MBILL_SWIG_GLUE_PRICE_H
#define MBILL_SWIG_GLUE_PRICE_H

#include "glue.h"

/* One bill: {"meterbill":1,"kind":"price","bill":…,"position":…}, as `meterbill price --json` says it. flags: MBILL_PRICE_ALLOW_GAPS.
 * old: a bill made out before for the same span; the answer then has "correction" too. */
mbill_status mbill_face_price(const mbill_tariff *tariff, const char *usage, size_t usage_len, const char *facts,
    size_t facts_len, const char *position, size_t position_len, const char *old, size_t old_len, int32_t flags,
    mbill_face_text *out_text, mbill_error *err);
/* What a quantity of the tariff's one register comes to over a span, nothing having been used before. */
mbill_status mbill_face_total(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t quantity_micro,
    int64_t *out_value, mbill_error *err);

/* Versions of a tariff that follow each other, for bills over a change of price. */
typedef struct mbill_face_versions mbill_face_versions;
mbill_status mbill_face_versions_open(const mbill_tariff *tariff, mbill_face_versions **out_versions, mbill_error *err);
/* The next version. It and the first must outlive the handle; what is returned has no meaning but success. */
mbill_status mbill_face_versions_add(mbill_face_versions *versions, const mbill_tariff *tariff, mbill_error *err);
void mbill_face_versions_free(mbill_face_versions *versions);
/* As mbill_face_price() over all versions. split: mbill_change_split; step_micro and how: of quantities divided by days. */
mbill_status mbill_face_versions_price(const mbill_face_versions *versions, const char *usage, size_t usage_len,
    const char *facts, size_t facts_len, const char *position, size_t position_len, int32_t split, int64_t step_micro,
    int32_t how, int32_t flags, mbill_face_text *out_text, mbill_error *err);

/* What money buys: the answer of `meterbill buy --json`. */
mbill_status mbill_face_buy(const mbill_tariff *tariff, const char *facts, size_t facts_len, const char *position,
    size_t position_len, int64_t money_micro, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err);
/* {"days": n, "runs_out": UTC seconds or null, "never": bool, "at_least": bool}: how long money lasts at an even use. */
mbill_status mbill_face_days_left(const mbill_tariff *tariff, const char *facts, size_t facts_len, const char *position,
    size_t position_len, int64_t money_micro, int64_t at_utc_s, int64_t per_day_micro, mbill_face_text *out_text,
    mbill_error *err);

/* A bill read back, checked and written again. */
mbill_status mbill_face_bill_check(const mbill_tariff *tariff, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err);
/* What a bill comes to less what an old one of the same span came to: a bill of difference lines. */
mbill_status mbill_face_bill_difference(const mbill_tariff *tariff, const char *old, size_t old_len, const char *bill,
    size_t bill_len, mbill_face_text *out_text, mbill_error *err);
/* A JSON array of sentences, one a line. */
mbill_status mbill_face_bill_explain(const mbill_tariff *tariff, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err);

/* A bill of several versions read back, by which every line is computed again; written again it is the same text. */
mbill_status mbill_face_versions_check(const mbill_face_versions *versions, const char *bill, size_t bill_len,
    mbill_face_text *out_text, mbill_error *err);
/* A sentence for each conversion and each line, an array. */
mbill_status mbill_face_versions_explain(const mbill_face_versions *versions, const char *bill, size_t bill_len,
    mbill_face_text *out_text, mbill_error *err);

#endif
