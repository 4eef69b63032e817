/* SPDX-License-Identifier: Apache-2.0 */
/* One alarm of one account's balance, for whoever keeps it: samples and ticks in, what they say out, and its state as bytes. It runs on a board of its
 * configuration that has no other alarm; what it says stands in the board's sayings until the next call. */
#ifndef MBILL__WATCHED_H
#define MBILL__WATCHED_H

#include "alarm/board.h"

#define MBILL__WATCH_BYTES_MAX (4 + MBILL_LEVELS_MAX * (6 + MBILL_ALARM_ENCODED_BYTES + MBILL_NOTICE_ENCODED_BYTES))

/* The balances at which nothing happens before a time comes. */
typedef struct mbill__quiet {
    int64_t from_micro, to_micro; /* from > to: none is */
    int64_t due_s;                /* INT64_MAX: no time comes by itself */
} mbill__quiet;

/* The definition in micro-units, with the account's own amounts in place of its limits: of levels in turn, of prepaid alarm amounts 1 and 2. */
void mbill__watch_def(const mbill__alarm_def *def, const int64_t *amounts_micro, size_t n_amounts, mbill__alarm_def *out);

/* The board has this alarm alone, as it was when its bytes were made; none, or those of another number of levels: as never seen. MBILL_E_VERSION,
 * MBILL_E_CHECKSUM, MBILL_E_INVALID: no bytes of ours. */
mbill_status mbill__watch_set(mbill_board *board, const mbill__alarm_def *def, const uint8_t *bytes, size_t n, mbill_error *err);

/* A sample, or a tick; a time that the alarm has behind it counts as the first that it takes. */
mbill_status mbill__watch_sample(mbill_board *board, int64_t t_s, int64_t balance_micro, mbill_error *err);
mbill_status mbill__watch_tick(mbill_board *board, int64_t t_s, mbill_error *err);

/* An operator's action, as a line of the alarm says it. */
mbill_status mbill__watch_act(mbill_board *board, const mbill__board_line *line, mbill_error *err);

mbill__quiet mbill__watch_quiet(const mbill_board *board);
mbill__quiet mbill__watch_quiet_new(const mbill__alarm_def *def); /* of an alarm that is not seen yet */

/* At most MBILL__WATCH_BYTES_MAX. */
mbill_status mbill__watch_bytes(const mbill_board *board, uint8_t *out, size_t *out_n, mbill_error *err);

#endif
