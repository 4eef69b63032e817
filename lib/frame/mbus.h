/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of M-Bus share: kinds of frames, and what value information means. */
#ifndef MBILL__MBUS_H
#define MBILL__MBUS_H

#include "meterbill/mbus.h"

#include <stdbool.h>

enum { MBILL__MBUS_RECEIVED = 1, MBILL__MBUS_RESET, MBILL__MBUS_SEND, MBILL__MBUS_ASK, MBILL__MBUS_REPLY };
enum { MBILL__MBUS_VARIABLE = 0x72, MBILL__MBUS_FIXED = 0x73, MBILL__MBUS_HEADER = 12, MBILL__MBUS_FIXED_DATA = 16 };

/* By the control field; 0: none that is known. */
int32_t mbill__mbus_kind(const mbill_mbus_frame *frame);

/* Meanings of a VIF. */
typedef struct mbill__mbus_meaning {
    const char *quantity, *unit; /* NULL: not known */
    int32_t exponent;
    bool is_time; /* a day, a time of day or both */
} mbill__mbus_meaning;

/* table 0: the primary one, 0xFB and 0xFD: the extensions; code without its top bit. */
mbill__mbus_meaning mbill__mbus_meaning_of(int32_t table, uint8_t code);

/* The unit of a counter of the fixed structure; false: the standard leaves the code out. unit NULL: a code without a number's unit. */
bool mbill__mbus_fixed_unit(uint8_t code, const char **unit, int32_t *exponent);

#endif
