/* SPDX-License-Identifier: Apache-2.0 */
/* Frames out of a stream of bytes: one scanner for every protocol, which says only what a start looks like and whether a whole frame
 * stands there. Whole frames are found where they lie; bytes are copied only when a frame is cut by the end of what was given. What is
 * found does not depend on how the stream is cut, and nothing is given out that the protocol's own check did not accept. */
#ifndef MBILL__RESYNC_H
#define MBILL__RESYNC_H

#include "meterbill/frame.h"

#define MBILL__RESYNC_ROOM 272 /* no frame of any protocol here is longer */

/* How long the frame at bytes[0..n) is, n >= 1; 0: none begins here; MBILL__RESYNC_MORE: that needs more bytes. */
typedef int32_t mbill__resync_probe(const uint8_t *bytes, size_t n, const void *profile);
#define MBILL__RESYNC_MORE (-1)

/* One byte that frames begin with, or MBILL__RESYNC_ANY. */
typedef struct mbill__resync_kind {
    mbill__resync_probe *probe;
    int32_t start;
} mbill__resync_kind;
#define MBILL__RESYNC_ANY (-1)

/* State between calls, zeroed at first: bytes[from..n) wait for more. */
typedef struct mbill__resync {
    uint32_t *n, *from;
    uint8_t *bytes; /* MBILL__RESYNC_ROOM */
} mbill__resync;

/* The next frame, in the given bytes or in the state: until the next call; n = 0: none, and all of in is used. in.n = 0: nothing more
 * comes, and what waits is looked at as it is. E_MISUSE: a pointer is NULL, or the state is none that a call before left. */
mbill_status mbill__resync_feed(const mbill__resync_kind *kind, const mbill__resync *state, mbill_bytes in, const void *profile,
    size_t *out_used, mbill_bytes *out_frame, mbill_error *err);

#endif
