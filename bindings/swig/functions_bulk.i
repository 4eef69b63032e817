/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of pricing from columns does; glue_bulk.h says what each function gives. */
%{
#include "glue_bulk.h"
%}
FACE_HANDLE(mbill_face_bulk, mbill_face_bulk_free)
FACE_TEXT(registers)
FACE_TEXT(names)
FACE_TEXT(positions)
FACE_COLUMNS(fact_columns)
FACE_COLUMN(uint8_t, before)
FACE_COLUMN_OUT(uint8_t, after)
FACE_COLUMN_OUT(int64_t, total_micro)
FACE_COLUMN_OUT(int64_t, charge_micro)
FACE_COLUMN_OUT(int32_t, status)
FACE_COLUMN_OUT(int32_t, flags)

mbill_status mbill_face_bulk_open(mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t start_utc_s,
    int64_t step_s, int64_t n_steps, const char *registers, size_t registers_len, const char *names, size_t names_len,
    const char *facts, size_t facts_len, int32_t flags, mbill_face_bulk **out_bulk, mbill_error *err);
mbill_status mbill_face_bulk_price(mbill_face_bulk *bulk, const mbill_face_column *columns, size_t n_columns,
    const mbill_face_column *fact_columns, size_t n_fact_columns, const uint8_t *before, size_t n_before, uint8_t *out_after,
    size_t n_out_after, int64_t *out_total_micro, size_t n_out_total_micro, int64_t *out_charge_micro, size_t n_out_charge_micro,
    int32_t *out_status, size_t n_out_status, int32_t *out_flags, size_t n_out_flags, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_bulk_bills(mbill_face_bulk *bulk, const mbill_face_column *columns, size_t n_columns, const char *facts,
    size_t facts_len, const char *positions, size_t positions_len, int64_t n_accounts, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_position_pack(mbill_tariff *tariff, const char *position, size_t position_len,
    mbill_face_bytes *out_bytes, mbill_error *err);
mbill_status mbill_face_position_unpack(mbill_tariff *tariff, const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text,
    mbill_error *err);
