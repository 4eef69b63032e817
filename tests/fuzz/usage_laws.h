/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzzers of readings and of usage share: a law that stops the run when it does not hold, a zone whose clock changes,
 * and memory that runs out. */
#ifndef FUZZ_USAGE_LAWS_H
#define FUZZ_USAGE_LAWS_H

#include "../unit/counting_allocator.h"
#include "meterbill/calendar.h"

#include <stdbool.h>
#include <stdlib.h>

static inline void need(bool holds)
{
    if (!holds) abort();
}

/* To be freed. */
static inline mbill_zone *zone_with_summer_time(void)
{
    static const char rule[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    mbill_zone *zone = NULL;
    need(mbill_zone_from_rule(rule, sizeof rule - 1, NULL, &zone, NULL) == MBILL_OK);
    return zone;
}

#endif
