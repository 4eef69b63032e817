/* SPDX-License-Identifier: Apache-2.0 */
/* How a split is booked and billed: what the request says of it, and the postings that come of the parts. */
#ifndef MBILL__APPORTION_POSTING_H
#define MBILL__APPORTION_POSTING_H

#include "apportion/split.h"

/* An account's number, from 1. */
mbill_status mbill__split_account_read(const mbill__node *object, int64_t *out, mbill_error *err);
/* id, corrects, credit_channel, effective, owner and bill of a request. */
mbill_status mbill__split_terms_read(const mbill__node *root, mbill_split *split, mbill_error *err);
/* The postings, when the request asks for them; err has the number of the offending share. */
mbill_status mbill__split_postings_make(mbill_split *split, mbill_error *err);

#endif
