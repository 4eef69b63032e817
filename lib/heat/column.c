/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when energies of columns are counted otherwise. The table stands for the direct way, which does what it does not say. */
#include "base/fail.h"
#include "document/say.h"
#include "heat/coefficient.h"
#include "heat/energy.h"

/* Behind it, aligned as it is, the water table. */
struct mbill_heat_table {
    mbill_heat_meter meter;
};

static mbill__water_table *water_of(mbill_heat_table *table)
{
    return (mbill__water_table *)(void *)(table + 1);
}

static const mbill__water_table *water_in(const mbill_heat_table *table)
{
    return (const mbill__water_table *)(const void *)(table + 1);
}

size_t mbill_heat_table_size(void)
{
    return sizeof(mbill_heat_table) + mbill__water_table_size();
}

mbill_status mbill_heat_table_fill(const mbill_heat_meter *meter, mbill_heat_table *table, mbill_error *err)
{
    mbill_heat_meter set;
    MBILL__NEED(meter);
    MBILL__NEED(table);
    MBILL_TRY(mbill__heat_meter_read(meter, &set, err));
    mbill__water_table_fill(water_of(table), set.pressure_pa);
    table->meter = set;
    return MBILL_OK;
}

/* By the direct way, with its refusals. */
static mbill_status count_directly(const mbill_heat_meter *meter, const mbill__heat_flow *flow, int64_t index, int64_t *out_micro,
    mbill_error *err)
{
    if (flow->volume_micro_m3 < 0)
        return mbill__fail_at(err, MBILL_E_RANGE, index, "the volume is %s m3; expected 0 or more",
            mbill__say_micro(flow->volume_micro_m3).text);
    MBILL_TRY(mbill__water_check_temperature("flow temperature", flow->flow_micro_c, index, err));
    MBILL_TRY(mbill__water_check_temperature("return temperature", flow->return_micro_c, index, err));
    *out_micro = 0;
    if (mbill__heat_direction(meter, flow) == 0 || flow->volume_micro_m3 == 0) return MBILL_OK;
    return mbill__heat_energy(meter, flow, index, out_micro, err);
}

mbill_status mbill_heat_energies(const mbill_heat_table *table, const int64_t *volumes_micro_m3, const int64_t *flows_micro_c,
    const int64_t *returns_micro_c, size_t n, int64_t *out_energies_micro, mbill_error *err)
{
    MBILL__NEED(table);
    if (n == 0) return MBILL_OK;
    MBILL__NEED(volumes_micro_m3);
    MBILL__NEED(flows_micro_c);
    MBILL__NEED(returns_micro_c);
    MBILL__NEED(out_energies_micro);
    const mbill_heat_meter *meter = &table->meter;
    const mbill__water_table *water = water_in(table);
    bool at_flow = meter->side == MBILL_HEAT_SIDE_FLOW, in_mj = meter->unit == MBILL_HEAT_UNIT_MJ;
    for (size_t i = 0; i < n; i++) {
        const mbill__heat_flow flow = {volumes_micro_m3[i], flows_micro_c[i], returns_micro_c[i]};
        if (flow.volume_micro_m3 < 0 ||
            !mbill__water_table_energy(water, flow.volume_micro_m3, flow.flow_micro_c, flow.return_micro_c, at_flow, in_mj,
                &out_energies_micro[i]))
            MBILL_TRY(count_directly(meter, &flow, (int64_t)i, &out_energies_micro[i], err));
        else if (mbill__heat_direction(meter, &flow) == 0) out_energies_micro[i] = 0;
    }
    return MBILL_OK;
}
