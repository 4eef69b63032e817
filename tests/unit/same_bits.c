/* SPDX-License-Identifier: Apache-2.0 */
/* A digest of what water.c gives on a grid that no compiler can foresee: same_bits.py compiles both with every compiler and option at
 * hand and compares. */
#include "heat/water.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t digest = UINT64_C(14695981039346656037); /* FNV-1a */

static void take(int64_t value)
{
    for (int byte = 0; byte < 8; byte++) digest = (digest ^ (((uint64_t)value >> (8 * byte)) & 255)) * UINT64_C(1099511628211);
}

int main(void)
{
    static const int64_t pressures_pa[] = {620, 101325, 999999, 1600000, 2500000, 16529999, 100000000};
    long liquid = 0;
    for (int p = 0; p < 7; p++)
        for (int64_t first = 0; first <= 350000000; first += 3700003) {
            int64_t volume = 0, enthalpy = 0;
            take(mbill__water_properties(first, pressures_pa[p], &volume, &enthalpy));
            take(volume);
            take(enthalpy);
            for (int64_t second = first % 1000; second <= 350000000; second += 7100011) {
                int64_t kwh = 0, mj = 0;
                mbill__water_state state = mbill__water_coefficient(first, second, second % 2 != 0, pressures_pa[p], &kwh, &mj);
                liquid += state == MBILL__WATER_LIQUID;
                take(state);
                take(kwh);
                take(mj);
            }
        }
    mbill__water_table *table = malloc(mbill__water_table_size());
    if (table == NULL) return 1;
    for (int p = 0; p < 7; p++) {
        (void)mbill__water_table_fill(table, pressures_pa[p]);
        for (int64_t first = 0; first <= 210000000; first += 370003)
            for (int64_t second = first % 1000; second <= 210000000; second += 7100011) {
                int64_t energy = 0;
                take(mbill__water_table_energy(table, first * 7, first, second, first % 2 != 0, second % 2 != 0, &energy));
                take(energy);
            }
    }
    free(table);
    printf("%ld %016" PRIx64 "\n", liquid, digest);
    return 0;
}
