/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a codec asks another thing of a protocol. A protocol is one row of these functions, listed in frame.c. */
#ifndef MBILL__FRAME_PROTOCOL_H
#define MBILL__FRAME_PROTOCOL_H

#include "document/json.h"
#include "document/write.h"
#include "meterbill/frame.h"

typedef struct mbill__frame_protocol {
    const char *name;
    size_t profile_size, stream_size; /* plain data; a zeroed stream is a new one */
    /* Not called when there is no profile, which is then all zero. */
    mbill_status (*read_profile)(const mbill__node *root, void *out_profile, mbill_error *err);
    /* Ask the layers in order; write the members that are known, also those before a refusal. */
    mbill_status (
        *show)(const void *profile, mbill_bytes in, mbill_bytes request, mbill__writer *to, int32_t *out_layer, mbill_error *err);
    /* Bytes of a document whose header is checked; layers are not asked and members not compared: frame.c does both. */
    mbill_status (*make)(const void *profile, const mbill__node *root, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err);
    /* The next frame of a stream; in.n = 0: nothing more comes. The outputs say "none, all is used" before. */
    mbill_status (*feed)(void *stream, const void *profile, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame, mbill_error *err);
} mbill__frame_protocol;

extern const mbill__frame_protocol mbill__frame_dlt645, mbill__frame_cjt188, mbill__frame_modbus, mbill__frame_mbus;

/* A document of kind "frame_profile" into profile_size bytes, which are all zero; json NULL: they stay so. */
mbill_status mbill__frame_profile_read(const mbill__frame_protocol *protocol, const char *json, size_t len,
    const mbill_allocator *allocator, void *out_profile, mbill_error *err);

/* Refuse at a layer: `return mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE, call(…))` notes the layer when call fails. */
static inline mbill_status mbill__frame_at(int32_t *out_layer, int32_t layer, mbill_status status)
{
    if (status != MBILL_OK) *out_layer = layer;
    return status;
}

#endif
