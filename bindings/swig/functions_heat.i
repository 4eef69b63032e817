/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of heat and conversions does; glue_heat.h says what each function gives. */
%{
#include "glue_heat.h"
%}
FACE_TEXT(from)
FACE_TEXT(to)
FACE_COLUMN(int64_t, volume_micro_m3)
FACE_COLUMN(int64_t, flow_micro_c)
FACE_COLUMN(int64_t, return_micro_c)
FACE_COLUMN_OUT(int64_t, energy_micro)

mbill_status mbill_face_heat_water(int64_t temperature_micro_c, int64_t pressure_pa, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_heat_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa, int32_t side,
    int32_t flags, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_heat_energy(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_heat_energies(int32_t side, int32_t unit, int64_t pressure_pa, int32_t flags, const int64_t *volume_micro_m3,
    size_t n_volume_micro_m3, const int64_t *flow_micro_c, size_t n_flow_micro_c, const int64_t *return_micro_c,
    size_t n_return_micro_c, int64_t *out_energy_micro, size_t n_out_energy_micro, mbill_error *err);
mbill_status mbill_face_heat_settle(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_convert(int64_t value_micro, const char *from, size_t from_len, const char *to, size_t to_len,
    const char *facts, size_t facts_len, int64_t step_micro, int32_t how, mbill_face_text *out_text, mbill_error *err);
