/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages price many accounts from columns. */
#ifndef MBILL_SWIG_GLUE_BULK_H
#define MBILL_SWIG_GLUE_BULK_H

#include "glue.h"

/* A tariff over one span and one axis of time; shared by threads. The tariff must outlive it. */
typedef struct mbill_face_bulk mbill_face_bulk;

/* registers, names: of the columns that are given, one a line; facts: NULL, or the document with the lists, prices and factors of all
 * accounts, whose plain facts hold for every account that has no column of its own. flags: MBILL_PRICE_ALLOW_GAPS. */
mbill_status mbill_face_bulk_open(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t start_utc_s,
    int64_t step_s, int64_t n_steps, const char *registers, size_t registers_len, const char *names, size_t names_len,
    const char *facts, size_t facts_len, int32_t flags, mbill_face_bulk **out_bulk, mbill_error *err);
void mbill_face_bulk_free(mbill_face_bulk *bulk);

/* Price as many accounts as out_total_micro has room for.
 *
 * columns: one a register, each with the steps of the first account, then those of the second, …; facts: one a name, each with one number of
 * 10^-6 an account. before, after: NULL, or position_size bytes an account; they may be the same. out_charge_micro: NULL, or what each charge
 * comes to, account by account. out_status, out_flags: NULL, or one an account: its mbill_status, and the marks of its lines.
 * Answers how many accounts were refused; without out_status the first that is refused is raised, with its number as index. */
mbill_status mbill_face_bulk_price(const mbill_face_bulk *bulk, const mbill_face_column *columns, size_t n_columns,
    const mbill_face_column *fact_columns, size_t n_fact_columns, const uint8_t *before, size_t n_before, uint8_t *out_after,
    size_t n_out_after, int64_t *out_total_micro, size_t n_out_total_micro, int64_t *out_charge_micro, size_t n_out_charge_micro,
    int32_t *out_status, size_t n_out_status, int32_t *out_flags, size_t n_out_flags, int64_t *out_value, mbill_error *err);

/* The bills of n_accounts accounts, as documents: what a table keeps, where sums are not enough. facts, positions: NULL, or the accounts' documents one
 * after the other, each ended by U+001E and empty for none; the plain facts and factors of an account come beside those of all accounts.
 *
 * Answers a record an account, ended by U+001E: status, total in 10^-6, flags, bill, position after, path, message, divided by U+001F; bill and position are
 * empty where the account was refused. A bill is the document that mbill_bill_write() writes, to the byte. */
mbill_status mbill_face_bulk_bills(const mbill_face_bulk *bulk, const mbill_face_column *columns, size_t n_columns,
    const char *facts, size_t facts_len, const char *positions, size_t positions_len, int64_t n_accounts,
    mbill_face_text *out_text, mbill_error *err);

/* A position in a column, and back: position_size bytes. */
mbill_status mbill_face_position_pack(const mbill_tariff *tariff, const char *position, size_t position_len,
    mbill_face_bytes *out_bytes, mbill_error *err);
mbill_status mbill_face_position_unpack(const mbill_tariff *tariff, const uint8_t *bytes, size_t bytes_len,
    mbill_face_text *out_text, mbill_error *err);

#endif
