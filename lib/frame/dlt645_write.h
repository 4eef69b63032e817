/* SPDX-License-Identifier: Apache-2.0 */
/* A payload from values: of items, or of the members of a document. */
#ifndef MBILL__DLT645_WRITE_H
#define MBILL__DLT645_WRITE_H

#include "document/json.h"
#include "frame/dlt645_layout.h"

/* The payload of a frame with this control byte and identifier from the document's members, into MBILL_DLT645_DATA_MAX + 1 bytes: a list may be one longer than a frame. None of the
 * layout's members, or no layout: no bytes. profile is known. */
mbill_status mbill__dlt645_payload_take(const mbill__node *root, uint8_t control, uint32_t di,
    const mbill_dlt645_profile *profile, uint8_t *out, size_t *out_n, mbill_error *err);

/* The bytes of items that fill the fields in order; item_n of them. E_LENGTH: another number than the fields take; E_RANGE: a value that
 * the field does not hold; E_UNDECIDED. */
mbill_status mbill__dlt645_payload_of(const mbill__dlt645_layout *layout, const mbill_frame_item *items, size_t item_n,
    const mbill_dlt645_profile *profile, uint8_t *out, size_t *out_n, mbill_error *err);

#endif
