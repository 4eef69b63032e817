/* SPDX-License-Identifier: Apache-2.0 */
/* The words that documents have for the ledger's numbers. Each list begins with the number that its comment names. */
#ifndef MBILL__LEDGER_WORDS_H
#define MBILL__LEDGER_WORDS_H

#include "meterbill/ledger.h"

#define MBILL__N_KINDS MBILL_OPERATION_ATTACH_METER
#define MBILL__N_FLAGS 9
#define MBILL__N_HOLDS MBILL_HOLD_TRANSFER
#define MBILL__N_SYSTEMS MBILL_SYSTEM_SUSPENSE
#define MBILL__N_LIMITS (MBILL_LIMIT_CREDITS_UP_TO_DEBITS + 1)
#define MBILL__N_FIELDS MBILL_FIELD_USER_DATA
#define MBILL__N_PURPOSES MBILL_PURPOSE_LEVEL

extern const char *const mbill__kind_words[MBILL__N_KINDS];       /* mbill_operation_kind, from 1 */
extern const char *const mbill__flag_words[MBILL__N_FLAGS];       /* bits of MBILL_OPERATION_*, from the lowest */
extern const char *const mbill__hold_words[MBILL__N_HOLDS];       /* mbill_hold_kind, from 1 */
extern const char *const mbill__system_words[MBILL__N_SYSTEMS];   /* mbill_system, from 1 */
extern const char *const mbill__limit_words[MBILL__N_LIMITS];     /* mbill_limit, from 0 */
extern const char *const mbill__field_words[MBILL__N_FIELDS];     /* mbill_operation_field, from 1: the keys of an operation */
extern const char *const mbill__purpose_words[MBILL__N_PURPOSES]; /* mbill_purpose, from 1 */

#endif
