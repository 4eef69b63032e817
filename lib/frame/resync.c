/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how frames are found in a stream. Invariant: every byte is tried as a start once and only once, in order, except those
 * of a frame that was found; so the cost is linear in the bytes, times the length of one frame where each byte looks like a start. */
#include "frame/resync.h"

#include "base/fail.h"

#include <stdbool.h>
#include <string.h>

/* The first byte from at on that may start a frame; n if there is none. */
static size_t next_start(const mbill__resync_kind *kind, const uint8_t *bytes, size_t at, size_t n)
{
    if (kind->start == MBILL__RESYNC_ANY || at >= n || bytes[at] == kind->start) return at;
    const uint8_t *found = memchr(bytes + at, kind->start, n - at);
    return found == NULL ? n : (size_t)(found - bytes);
}

typedef struct scan {
    size_t at;      /* of the frame, or of the start that waits for more; the end if none */
    int32_t length; /* of the frame; 0: none; MBILL__RESYNC_MORE */
} scan;

/* Try the starts of bytes[from..to) in order; what stands behind to may be looked at. is_last: no more bytes come. */
static scan scan_bytes(const mbill__resync_kind *kind, const uint8_t *bytes, size_t from, size_t to, size_t n, bool is_last,
    const void *profile)
{
    for (size_t at = next_start(kind, bytes, from, to); at < to; at = next_start(kind, bytes, at + 1, to)) {
        int32_t length = kind->probe(bytes + at, n - at, profile);
        if (length > 0 || (length == MBILL__RESYNC_MORE && !is_last)) return (scan){at, length};
    }
    return (scan){to, 0};
}

/* Move what waits to the front; how many bytes that is. */
static size_t settle(const mbill__resync *state)
{
    uint32_t n = *state->n - *state->from;
    if (*state->from != 0) memmove(state->bytes, state->bytes + *state->from, n);
    *state->n = n;
    *state->from = 0;
    return n;
}

/* What waits, with as many new bytes behind it as there is room. The new ones are used as far as the frame goes, all of them when they
 * may yet become one, and none when no waiting byte is left that may start one. */
static mbill_bytes next_waiting(const mbill__resync_kind *kind, const mbill__resync *state, mbill_bytes in, const void *profile,
    size_t *used)
{
    size_t old = settle(state), room = MBILL__RESYNC_ROOM - old, added = in.n < room ? in.n : room;
    if (added > 0) memcpy(state->bytes + old, in.p, added);
    scan found = scan_bytes(kind, state->bytes, 0, old, old + added, in.n == 0, profile);
    size_t end = found.at + (size_t)(found.length > 0 ? found.length : 0);
    *used = end > old ? end - old : 0;
    if (found.length == MBILL__RESYNC_MORE) *used = added;
    *state->n = (uint32_t)(old + *used);
    *state->from = (uint32_t)end;
    return found.length > 0 ? (mbill_bytes){state->bytes + found.at, (size_t)found.length} : (mbill_bytes){NULL, 0};
}

static mbill_bytes next(const mbill__resync_kind *kind, const mbill__resync *state, mbill_bytes in, const void *profile,
    size_t *out_used)
{
    size_t at = 0;
    while (*state->n > *state->from) {
        size_t used;
        mbill_bytes found = next_waiting(kind, state, (mbill_bytes){in.n > at ? in.p + at : NULL, in.n - at}, profile, &used);
        at += used;
        *out_used = at;
        if (found.n > 0 || (at == in.n && *state->n > *state->from)) return found;
    }
    *out_used = in.n;
    if (at == in.n) return (mbill_bytes){NULL, 0};
    scan found = scan_bytes(kind, in.p, at, in.n, in.n, false, profile);
    if (found.length > 0) {
        *out_used = found.at + (size_t)found.length;
        return (mbill_bytes){in.p + found.at, (size_t)found.length};
    }
    *state->from = 0;
    *state->n = (uint32_t)(in.n - found.at);
    memcpy(state->bytes, in.p + found.at, *state->n);
    return (mbill_bytes){NULL, 0};
}

mbill_status mbill__resync_feed(const mbill__resync_kind *kind, const mbill__resync *state, mbill_bytes in, const void *profile,
    size_t *out_used, mbill_bytes *out_frame, mbill_error *err)
{
    MBILL__NEED(out_used);
    MBILL__NEED(out_frame);
    if (in.n > 0) MBILL__NEED(in.p);
    if (*state->n > MBILL__RESYNC_ROOM || *state->from > *state->n)
        return mbill__fail(err, MBILL_E_MISUSE, "stream is not what a call before left, and was not zeroed");
    *out_frame = next(kind, state, in, profile, out_used);
    return MBILL_OK;
}
