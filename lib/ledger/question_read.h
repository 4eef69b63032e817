/* SPDX-License-Identifier: Apache-2.0 */
/* A question about supply, as documents ask it. */
#ifndef MBILL__LEDGER_QUESTION_READ_H
#define MBILL__LEDGER_QUESTION_READ_H

#include "base/memory.h"
#include "document/json.h"
#include "meterbill/operations.h"

/* *out: zero; its calendar lives in the arena. */
mbill_status mbill__question_read(const mbill__node *node, mbill__arena *arena, mbill_supply_question *out, mbill_error *err);

#endif
