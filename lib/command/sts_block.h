/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of STS know of each other. */
#ifndef MBILL__STS_BLOCK_H
#define MBILL__STS_BLOCK_H

#include "base/fail.h"
#include "meterbill/token.h"

/* "93", "14", "35": the base date as DKGA04 writes it; NULL: no such base year. */
const char *mbill__sts_base_code(int32_t base_year);

/* A management token that is a section of a new decoder key. */
bool mbill__sts_is_section(const mbill_sts_token *token);

/* It carries a token identifier. */
bool mbill__sts_has_tid(const mbill_sts_token *token);

#endif
