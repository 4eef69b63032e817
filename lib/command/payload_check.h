/* SPDX-License-Identifier: Apache-2.0 */
/* Which parameters which command has. */
#ifndef MBILL__PAYLOAD_CHECK_H
#define MBILL__PAYLOAD_CHECK_H

#include "meterbill/command.h"

typedef enum mbill__parameter_kind {
    MBILL__PARAMETER_INT64 = 1,
    MBILL__PARAMETER_UINT64,
    MBILL__PARAMETER_UINT32,
    MBILL__PARAMETER_HASH
} mbill__parameter_kind;

/* The parameter labelled 1 + its place. */
typedef struct mbill__parameter {
    const char *name;
    size_t offset; /* of the member of mbill_command */
    mbill__parameter_kind kind;
    uint64_t least, most;
} mbill__parameter;

/* How many a command of this kind has. */
size_t mbill__parameters_of(int32_t kind, const mbill__parameter **out);
uint64_t mbill__parameter_value(const mbill__parameter *parameter, const uint8_t *member);
void mbill__parameter_set(const mbill__parameter *parameter, uint8_t *member, uint64_t value);

#endif
