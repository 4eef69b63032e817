/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of "seasons" and "days", and what the parts of a calendar share while they are read. */
#ifndef MBILL__DAYS_READ_H
#define MBILL__DAYS_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* What the calendars of a tariff share. */
typedef struct mbill__calendar_pool {
    mbill_tariff *tariff;
    const char *lists[MBILL__LISTS_MAX];
    size_t n_lists;
    const char *periods[MBILL__PERIODS_MAX];
    size_t n_periods;
} mbill__calendar_pool;

/* What is known by name while one table is read. */
typedef struct mbill__calendar_names {
    mbill__calendar_pool *pool;
    mbill_tariff *tariff;
    mbill__schedule *schedule;
    const char *season_names[MBILL__SEASONS_MAX];
    const char *type_names[MBILL__DAY_TYPES_MAX];
    size_t n_types;
    const char *period_names[MBILL__PERIODS_MAX];
    int32_t period_at[MBILL__PERIODS_MAX]; /* the place among the tariff's of each of the table's periods */
    int32_t otherwise;                     /* the period that takes what is left, or -1 */
} mbill__calendar_names;

int32_t mbill__name_find(const char *const *names, size_t n, const char *name); /* its place, or -1 */

/* The member "name" of an object. */
mbill_status mbill__name_read(mbill__calendar_names *c, const mbill__node *object, const char **out, mbill_error *err);

/* {"otherwise": true} as the last entry of its list. */
mbill_status mbill__otherwise_read(const mbill__node *object, size_t n_entries, bool *out, mbill_error *err);

mbill_status mbill__seasons_read(mbill__calendar_names *c, const mbill__node *list, mbill_error *err);
mbill_status mbill__days_read(mbill__calendar_names *c, const mbill__node *list, mbill_error *err);

#endif
