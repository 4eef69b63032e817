/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when DL/T 645 offers a codec something else: its row among the protocols. */
#include "frame/dlt645_json.h"

/* The stream, and the last frame in bytes. */
typedef struct kept {
    mbill_dlt645_stream stream;
    uint8_t bytes[MBILL_DLT645_FRAME_MAX];
} kept;

static mbill_status feed(void *stream, const void *profile, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame,
    mbill_error *err)
{
    kept *state = stream;
    mbill_dlt645_frame frame;
    const mbill_dlt645_profile *given = mbill__dlt645_given(profile);
    int32_t found = 0;
    size_t n = 0;
    MBILL_TRY(mbill_dlt645_feed(&state->stream, given, in, out_used, &frame, &found, err));
    if (found == 0) return MBILL_OK;
    frame.preamble = 0;
    MBILL_TRY(mbill_dlt645_encode(&frame, given, state->bytes, sizeof state->bytes, &n, err));
    *out_frame = (mbill_bytes){state->bytes, n};
    return MBILL_OK;
}

const mbill__frame_protocol mbill__frame_dlt645 = {
    .name = "dlt645",
    .profile_size = sizeof(mbill_dlt645_profile),
    .stream_size = sizeof(kept),
    .read_profile = mbill__dlt645_profile_read,
    .show = mbill__dlt645_show,
    .make = mbill__dlt645_make,
    .feed = feed,
};
