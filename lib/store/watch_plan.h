/* SPDX-License-Identifier: Apache-2.0 */
/* Which alarms watch whose balance, as the file says. */
#ifndef MBILL__STORE_WATCH_PLAN_H
#define MBILL__STORE_WATCH_PLAN_H

#include "alarm/watched.h"
#include "store/inner.h"

/* An alarm that watches balances, in micro-units. */
typedef struct mbill__watch_alarm {
    const mbill__alarm_def *given; /* as the document has it */
    mbill__alarm_def def;
    mbill__quiet quiet; /* while it is not seen yet */
} mbill__watch_alarm;

typedef struct mbill__watch_config {
    char *name;
    size_t name_len;
    int64_t config_no;
    mbill_alarms *alarms;
    mbill_board *board; /* one alarm of one account at a time */
    mbill__watch_alarm *watched;
    size_t n_watched;
} mbill__watch_config;

/* A balance that a record has left. */
typedef struct mbill__moved {
    int64_t account_no, record, t_utc_s;
    int64_t balance_micro; /* first what the record added to it */
} mbill__moved;

typedef struct mbill__watch {
    mbill__watch_config *configs; /* the last version of each name */
    size_t n_configs, cap_configs;
    int64_t known_no, default_no; /* the newest version that was read; that of the default, 0: none */
    int64_t tick_utc_s;           /* INT64_MIN: none yet */
    bool any_choice, any_amount;
    mbill__moved *samples;
    size_t n_samples, cap_samples;
} mbill__watch;

/* As the file is in the open transaction. */
mbill_status mbill__watch_plan(mbill_store *store, mbill__watch **out, mbill_error *err);

/* That of the account; NULL: none, and nothing is watched. */
mbill_status mbill__watch_config_of(mbill_store *store, mbill__watch *watch, int64_t account_no, mbill__watch_config **out,
    mbill_error *err);

/* What the account has in place of limits; *out_n at most MBILL_LEVELS_MAX. */
mbill_status mbill__watch_amounts(mbill_store *store, const mbill__watch *watch, int64_t account_no, int64_t *out, size_t *out_n,
    mbill_error *err);

/* What an operator does to the account's alarm of that name. */
mbill_status mbill__watch_act_on(mbill_store *store, mbill__watch_config *config, const mbill__board_line *line, mbill_error *err);

void mbill__watch_plan_free(mbill_store *store);

#endif
