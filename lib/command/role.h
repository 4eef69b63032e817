/* SPDX-License-Identifier: Apache-2.0 */
/* What keys are for. */
#ifndef MBILL__ROLE_H
#define MBILL__ROLE_H

#include "meterbill/command.h"

#include <stdbool.h>

/* The first role that permits all of these commands; 0: none does, or there are none. */
int32_t mbill__role_of(uint32_t commands);
/* A command that can only give supply: taken even when the keyset is past its time. */
bool mbill__is_towards_supply(int32_t kind);

#endif
