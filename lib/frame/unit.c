/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a unit on the wire is added or written otherwise. */
#include "meterbill/frame.h"

const char *mbill_frame_unit_name(int32_t unit)
{
    static const char *const names[] = {"", "Wh", "kWh", "MWh", "100 MWh", "J", "kJ", "MJ", "GJ", "100 GJ", "W", "kW", "MW", "L",
        "m3", "L/h", "m3/h", "V", "A", "Hz", "kvar", "kvarh", "kVA", "yuan", "yuan/kWh", "C", "h"};
    return unit >= 0 && unit < (int32_t)(sizeof names / sizeof names[0]) ? names[unit] : NULL;
}
