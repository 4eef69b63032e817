/* SPDX-License-Identifier: Apache-2.0 */
/* How the value behind a data identifier is laid out. */
#ifndef MBILL__DLT645_LAYOUT_H
#define MBILL__DLT645_LAYOUT_H

#include "meterbill/dlt645.h"

#include <stdbool.h>

typedef enum mbill__dlt645_kind {
    MBILL__DLT645_NUMBER = 1, /* BCD */
    MBILL__DLT645_AMOUNT,     /* as the profile's topup_amount says */
    MBILL__DLT645_COUNT,      /* as the profile's topup_count says */
    MBILL__DLT645_TIME,
    MBILL__DLT645_ROW, /* three bytes whose order the profile may decide */
    MBILL__DLT645_DIGITS,
    MBILL__DLT645_WORD,
    MBILL__DLT645_OPAQUE /* no item */
} mbill__dlt645_kind;

typedef struct mbill__dlt645_field {
    const char *key; /* in documents; NULL: opaque */
    uint8_t kind, bytes, scale;
    uint8_t is_signed;      /* the top bit of the top byte is the sign */
    uint8_t unit;           /* mbill_frame_unit */
    uint8_t min, max;       /* how many; a list in documents unless both are 1 */
    const char *parts;      /* of a time or a row, low byte first */
    const char *number_key; /* what a row's number is called */
    uint8_t most;           /* a count, or a row's number, is no more than this; 0: as much as the bytes hold */
} mbill__dlt645_field;

#define MBILL__DLT645_FIELDS_MAX 6

typedef struct mbill__dlt645_layout {
    const char *name; /* of the identifier, for people */
    size_t n_fields;
    mbill__dlt645_field fields[MBILL__DLT645_FIELDS_MAX];
} mbill__dlt645_layout;

/* Of what reads and writes carry. false: the identifier is not known here. */
bool mbill__dlt645_layout_of(uint32_t di, mbill__dlt645_layout *out);
/* Of what the security function carries: a request, or a reply. false: not known, or of another length than n. */
bool mbill__dlt645_secure_layout(uint32_t di, bool reply, size_t n, mbill__dlt645_layout *out);
/* A count, or the number of a row, is one that there can be. */
mbill_status mbill__dlt645_most(const mbill__dlt645_field *field, int64_t number, mbill_error *err);
/* A write of it changes what the meter charges by now. */
bool mbill__dlt645_in_use(uint32_t di);

/* Bytes of the fields with fixed numbers, and the field whose number varies (n_fields: none). */
size_t mbill__dlt645_fixed(const mbill__dlt645_layout *layout, size_t *out_varies);

#endif
