/* SPDX-License-Identifier: Apache-2.0 */
/* DL/T 645 frames and profiles as JSON; one row of frame.c. */
#ifndef MBILL__DLT645_JSON_H
#define MBILL__DLT645_JSON_H

#include "frame/dlt645.h"
#include "frame/protocol.h"

/* The struct_size of a profile is 0 when there is none: the defaults, and only the policy that always holds. */
mbill_status mbill__dlt645_profile_read(const mbill__node *root, void *out_profile, mbill_error *err);
mbill_status mbill__dlt645_show(const void *profile, mbill_bytes in, mbill_bytes request, mbill__writer *to, int32_t *out_layer,
    mbill_error *err);
mbill_status mbill__dlt645_make(const void *profile, const mbill__node *root, uint8_t *out, size_t cap, size_t *out_n,
    mbill_error *err);

static inline const mbill_dlt645_profile *mbill__dlt645_given(const void *profile)
{
    const mbill_dlt645_profile *given = profile;
    return given->struct_size != 0 ? given : NULL;
}

#endif
