/* SPDX-License-Identifier: Apache-2.0 */
/* What an alarm says, kept. */
#ifndef MBILL__STORE_ALARM_EVENT_H
#define MBILL__STORE_ALARM_EVENT_H

#include "alarm/board.h"
#include "store/inner.h"

/* The words of mbill_alarm_event.what - 1. */
#define MBILL__ALARM_WHATS 10
extern const char *const mbill__alarm_whats[MBILL__ALARM_WHATS];

/* Whom it concerns. */
typedef struct mbill__alarm_subject {
    int64_t config_no, account_no, place_no; /* 0: none */
    const char *key;                         /* of its line; NULL: the account says it */
} mbill__alarm_subject;

/* Messages of groups and shown states are nobody's event: they are not kept. */
mbill_status mbill__alarm_keep(mbill_store *store, const mbill_board *board, const mbill__saying *saying,
    const mbill__alarm_subject *of, mbill_error *err);

#endif
