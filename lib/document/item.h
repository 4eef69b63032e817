/* SPDX-License-Identifier: Apache-2.0 */
/* How a cJSON item remembers that it was read as a decimal: one bit of its type that cJSON does not use. */
#ifndef MBILL__ITEM_H
#define MBILL__ITEM_H

#include <cjson/cJSON.h>

/* cJSON keeps the kind in the low 8 bits (cJSON.h, "cJSON Types") and two flags above them, 256 and 512. */
#define MBILL__ITEM_KIND 0xFF
#define MBILL__ITEM_DECIMAL (1 << 16)

#endif
