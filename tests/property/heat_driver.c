/* SPDX-License-Identifier: Apache-2.0 */
/* Heat behind a line protocol, for the models of test_heat.py. One request a line, numbers in the library's own units; the answer is the numbers
 * that the call gives, or the name of the status and the message.
 *
 *     water TEMPERATURE PRESSURE               mbill_heat_water_properties → volume, enthalpy
 *     k FLOW RETURN PRESSURE SIDE FLAGS        mbill_heat_coefficient      → kWh, MJ
 */
#include "meterbill/heat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 1 << 16, NUMBERS_MAX = 4096 };

static char line[LINE_BYTES];
static int64_t numbers[NUMBERS_MAX];
static mbill_error err;

/* Returns the verb; the numbers behind it stand in numbers, the rest of which is 0. */
static const char *read_request(void)
{
    char *at = strchr(line, ' ');
    memset(numbers, 0, sizeof numbers);
    for (int i = 0; at != NULL && i < NUMBERS_MAX; i++) {
        *at++ = '\0';
        numbers[i] = strtoll(at, &at, 10);
        if (*at != ' ') break;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void answer(mbill_status status, const int64_t *values, int n_values)
{
    if (status == MBILL_OK)
        for (int i = 0; i < n_values; i++) printf("%s%" PRId64, i == 0 ? "" : " ", values[i]);
    else printf("%s %s", mbill_status_name((int32_t)status), err.message);
    puts("");
}

static void tell_water(void)
{
    mbill_heat_water water = {0, 0};
    mbill_status status = mbill_heat_water_properties(numbers[0], numbers[1], &water, &err);
    answer(status, (int64_t[]){water.volume_pico, water.enthalpy_nano}, 2);
}

static void tell_coefficient(void)
{
    mbill_heat_k k = {0, 0};
    mbill_status status = mbill_heat_coefficient(numbers[0], numbers[1], numbers[2], (mbill_heat_side)numbers[3],
        (uint32_t)numbers[4], &k, &err);
    answer(status, (int64_t[]){k.kwh_pico, k.mj_pico}, 2);
}

int main(void)
{
    static const struct {
        const char *verb;
        void (*tell)(void);
    } verbs[] = {{"water", tell_water}, {"k", tell_coefficient}};
    while (fgets(line, sizeof line, stdin) != NULL) {
        const char *verb = read_request();
        size_t i = 0;
        while (i < sizeof verbs / sizeof verbs[0] && strcmp(verbs[i].verb, verb) != 0) i++;
        if (i == sizeof verbs / sizeof verbs[0]) return 2;
        mbill_error_init(&err);
        verbs[i].tell();
        fflush(stdout);
    }
    return 0;
}
