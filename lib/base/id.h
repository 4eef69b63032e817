/* SPDX-License-Identifier: Apache-2.0 */
/* Which ids name nothing. */
#ifndef MBILL__ID_H
#define MBILL__ID_H

#include "meterbill/id.h"

#include <stdbool.h>

/* All bytes 0x00 or all 0xFF: what a caller has who forgot to make an id. */
bool mbill__id_is_blank(const mbill_id *id);

#endif
