/* SPDX-License-Identifier: Apache-2.0 */
/** @file id.h  Ids of operations: 128 bits, made by whoever asks, before the first attempt. */
#ifndef MBILL_ID_H
#define MBILL_ID_H

#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A 128-bit id made by the caller before the first attempt; neither all zero nor all ones. */
typedef struct mbill_id {
    uint8_t bytes[16]; /**< in the order in which documents write them as 32 hex digits */
} mbill_id;

/**
 * An id from its text: 32 hex digits of either case, or the same with the four dashes of a UUID (8-4-4-4-12, RFC 9562 section 4).
 *
 * @param hex          not NULL; not NUL-terminated
 * @param len          bytes of @p hex
 * @param[out] out_id  untouched on failure
 * @param[out] err     NULL, or filled on failure: index = the first offending byte
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  another length, another character, a dash elsewhere, or an id of all zeros or all ones
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_id_parse(const char *hex, size_t len, mbill_id *out_id, mbill_error *err);

/**
 * An id as 32 lower-case hex digits; mbill_id_parse() of them gives the id back.
 *
 * @param id            not NULL
 * @param[out] out_text NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len     in: the room, with the NUL; out: the length needed, with the NUL (33)
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_MISUSE  @p id or @p inout_len is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_id_print(const mbill_id *id, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
