/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of heat and conversions does. Answers are those of the program with --json. */
#ifndef MBILL_SWIG_GLUE_HEAT_H
#define MBILL_SWIG_GLUE_HEAT_H

#include "glue.h"

/* {"volume_pico": 10^-12 m3/kg, "enthalpy_nano": 10^-9 kJ/kg} of liquid water. */
mbill_status mbill_face_heat_water(int64_t temperature_micro_c, int64_t pressure_pa, mbill_face_text *out_text, mbill_error *err);
/* {"kwh_pico", "mj_pico"}: 10^-12 per m3 and K. side: mbill_heat_side; flags: MBILL_HEAT_COLD. */
mbill_status mbill_face_heat_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa, int32_t side,
    int32_t flags, mbill_face_text *out_text, mbill_error *err);
/* A document of kind "heat_records" counted: kind "heat_energy", with the registers after it. */
mbill_status mbill_face_heat_energy(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
/* Energies of columns of volumes and temperatures. unit: mbill_heat_unit; the usual pressure: 0; flags: MBILL_HEAT_METER_*. */
mbill_status mbill_face_heat_energies(int32_t side, int32_t unit, int64_t pressure_pa, int32_t flags,
    const int64_t *volume_micro_m3, size_t n_volume_micro_m3, const int64_t *flow_micro_c, size_t n_flow_micro_c,
    const int64_t *return_micro_c, size_t n_return_micro_c, int64_t *out_energy_micro, size_t n_out_energy_micro,
    mbill_error *err);
/* A document of kind "heat_settlement" settled: kind "heat_settled". */
mbill_status mbill_face_heat_settle(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
/* A quantity in another unit: kind "conversion". facts: NULL, or the document with what gas and hot water are worth. */
mbill_status mbill_face_convert(int64_t value_micro, const char *from, size_t from_len, const char *to, size_t to_len,
    const char *facts, size_t facts_len, int64_t step_micro, int32_t how, mbill_face_text *out_text, mbill_error *err);

#endif
