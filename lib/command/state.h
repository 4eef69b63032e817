/* SPDX-License-Identifier: Apache-2.0 */
/* What all states of replay.h have in common. */
#ifndef MBILL__STATE_H
#define MBILL__STATE_H

#include "meterbill/replay.h"

/* The two heads of a state: all 0 is new and becomes what this version writes; another size or version is refused. */
mbill_status mbill__state_read(uint32_t *struct_size, uint32_t *version, size_t size, mbill_error *err);

#endif
