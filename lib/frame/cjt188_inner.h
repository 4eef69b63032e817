/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of CJ/T 188 share: bytes of the frame, the profile checked once, and the layouts of data identifiers. */
#ifndef MBILL__CJT188_INNER_H
#define MBILL__CJT188_INNER_H

#include "base/fail.h"
#include "meterbill/cjt188.h"

/* Bits of the control byte. */
#define MBILL__188_REPLY 0x80
#define MBILL__188_ABNORMAL 0x40
#define MBILL__188_FUNCTION 0x3F

enum {
    MBILL__188_READ = 0x01,
    MBILL__188_READ_ADDRESS = 0x03,
    MBILL__188_WRITE = 0x04,
    MBILL__188_KEY_VERSION = 0x09,
    MBILL__188_WRITE_ADDRESS = 0x15,
    MBILL__188_SYNCHRONISE = 0x16
};

enum { MBILL__188_DI_TOP_UP = 0xA013, MBILL__188_DI_NEW_KEY = 0xA014, MBILL__188_DI_VALVE = 0xA017 };

/* A copy of the caller's profile with its defaults filled in; given NULL is all defaults. */
mbill_status mbill__cjt188_profile(mbill_cjt188_profile *known, const mbill_cjt188_profile *given, mbill_error *err);

/* Kinds of fields. */
typedef enum mbill__188_kind {
    MBILL__188_QUANTITY = 1, /* BCD and a unit */
    MBILL__188_DECIMAL,      /* BCD */
    MBILL__188_RAW,          /* bytes as they are, the first one lowest */
    MBILL__188_STATUS,       /* two bytes, the first one highest */
    MBILL__188_CLOCK,        /* ss mm hh DD MM YY CC */
    MBILL__188_DATE,         /* DD MM YY of this century */
    MBILL__188_DAY           /* DD, 1 to 31 */
} mbill__188_kind;

typedef struct mbill__188_field {
    uint8_t name, kind, bytes, scale; /* bytes: without the unit; name 0 ends a list */
} mbill__188_field;

/* Which meters a layout is of. */
enum { MBILL__188_ANY = 0, MBILL__188_HEAT = 1, MBILL__188_NOT_HEAT = 2 };

typedef struct mbill__188_layout {
    uint16_t di, di_last;
    uint8_t function, direction, meters, length; /* direction: 0 or MBILL__188_REPLY; length: of the data, DI and SER with it */
    const mbill__188_field *fields;
} mbill__188_layout;

/* The layouts of a DI for this type and control byte, one after the other from *at (0 at first) on; NULL: no more. maker: control byte
 * of the maker's own valve command, which is another write. */
const mbill__188_layout *mbill__cjt188_layout(int32_t di, uint8_t type, uint8_t control, int32_t maker, size_t *at);

/* Decimal places of a field: those of a flow of three bytes are the profile's. known: with its defaults. */
int32_t mbill__cjt188_scale(const mbill__188_field *field, const mbill_cjt188_profile *known);

#endif
