/* SPDX-License-Identifier: Apache-2.0 */
/* A step of one bill with what it books; a transaction of mbill_store_journal() to write is open. */
#ifndef MBILL__STORE_BILLING_STEP_H
#define MBILL__STORE_BILLING_STEP_H

#include "store/billing_row.h"

typedef struct mbill__billing_did {
    bool half_written;  /* what failed did so behind the first write: the transaction must be taken back */
    bool changed;       /* the bill is another than before */
    int64_t owed_micro; /* what was added to what is owed */
} mbill__billing_did;

/* When, and what is kept with it; NULL: nothing. */
typedef struct mbill__billing_said {
    int64_t at_utc_s;
    const char *by, *note;
} mbill__billing_said;

/* step.day is worked out here. A TICK that changes nothing but the day is not written. */
mbill_status mbill__billing_step(mbill__billing *billing, mbill__due *due, const mbill_cycle_step *step,
    const mbill__billing_said *said, mbill__billing_did *out, mbill_error *err);

/* A new draft of the bill that was just written. */
mbill_status mbill__billing_draft(mbill_store *store, int64_t priced_no, mbill_error *err);

#endif
