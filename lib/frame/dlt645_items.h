/* SPDX-License-Identifier: Apache-2.0 */
/* A frame's payload by the layout of its identifier. */
#ifndef MBILL__DLT645_ITEMS_H
#define MBILL__DLT645_ITEMS_H

#include "frame/dlt645_layout.h"
#include "frame/dlt645_parts.h"

/* The layout of what a frame with these parts carries. false: none that is known here, or the payload is ciphertext. */
bool mbill__dlt645_layout_for(uint8_t control, const mbill_dlt645_parts *parts, mbill__dlt645_layout *out);

/* How many of each field stand in the payload; counts has MBILL__DLT645_FIELDS_MAX places. E_LENGTH, E_RANGE. *out_whole false: a part of
 * a block that does not divide into values; there is nothing to read then. */
mbill_status mbill__dlt645_counts(uint8_t control, const mbill__dlt645_layout *layout, size_t n, size_t *counts, bool *out_whole,
    mbill_error *err);

/* All items, in order. profile is known. E_UNDECIDED names the profile's field; *out_decided_by is then that name. */
mbill_status mbill__dlt645_items(uint8_t control, const mbill_dlt645_parts *parts, const mbill_dlt645_profile *profile,
    mbill_frame_item *items, size_t *out_n, const char **out_decided_by, mbill_error *err);

#endif
