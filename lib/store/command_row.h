/* SPDX-License-Identifier: Apache-2.0 */
/* A command at one of its meters, as the file has it. */
#ifndef MBILL__COMMAND_ROW_H
#define MBILL__COMMAND_ROW_H

#include "meterbill/outbox.h"
#include "store/inner.h"

#define MBILL__WHY_ROOM (sizeof((mbill_error *)0)->message)

/* In this order; of mbill_command_target t and mbill_command c. */
#define MBILL__COMMAND_SELECT                                                                                                    \
    "SELECT t.errand_no, c.command_no, c.id, t.target, c.audience, c.seq, c.nbf_utc_s, c.exp_utc_s, t.changed_utc_s, c.kind,"    \
    " t.state, t.reason, t.why, c.account_no, c.message FROM mbill_command_target t JOIN mbill_command c USING(command_no) "

typedef struct mbill__command_row {
    mbill_store_command command; /* its pointers are set by mbill__command_row_told alone */
    int64_t errand_no, command_no;
    int64_t account_no; /* whose money; 0: it was not said */
    char target[MBILL_TARGET_ROOM], audience[MBILL_TARGET_ROOM], why[MBILL__WHY_ROOM];
} mbill__command_row;

/* A row with its message. */
typedef struct mbill__command_whole {
    mbill__command_row row;
    size_t n_message;
    uint8_t message[MBILL_COMMAND_BYTES_MAX];
} mbill__command_whole;

mbill_status mbill__command_row_read(mbill__query *query, mbill__command_whole *out, mbill_error *err);

/* What a caller is told of it, pointing into the row; message n 0: it is not told. */
const mbill_store_command *mbill__command_row_told(mbill__command_row *row, mbill_bytes message);

/* Each command of a query that is begun, to the caller, until there is none. */
mbill_status mbill__command_rows_tell(mbill__query *query, mbill_store_command_each each, void *ctx, mbill_error *err);

/* A command's state at one meter from now on. */
mbill_status mbill__command_mark(mbill_store *store, int64_t errand_no, int32_t state, int32_t reason, const char *why,
    int64_t now_s, mbill_error *err);

#endif
