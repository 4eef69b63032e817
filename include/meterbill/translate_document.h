/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file translate_document.h  From a command to frames and from replies to a receipt, by documents: whatever protocol the meter speaks.
 *
 * The same steps as translate.h, for callers who name the protocol and keep profiles and means as JSON.
 *
 * @code
 * if (mbill_translator_open("cjt188", profile, profile_len, means, means_len, NULL, &translator, &err) != MBILL_OK) …
 * mbill_translate_frames(translator, &valve_close, hash, now_s, frames, &frames_len, &err);        // "frame" and "read_back" go out
 * mbill_translate_answer(translator, frames, frames_len - 1, reply, told, now_s, answer, &answer_len, &err);   // "state": "confirmed"
 * mbill_translator_free(translator);
 * @endcode
 */
#ifndef MBILL_TRANSLATE_DOCUMENT_H
#define MBILL_TRANSLATE_DOCUMENT_H

#include "meterbill/command.h"
#include "meterbill/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A meter's protocol, profile and means. Immutable; any number of threads may share it. @since 0.1 */
typedef struct mbill_translator mbill_translator;

/**
 * Protocols that commands are translated into, one after another.
 *
 * @param index  from 0
 * @return the name ("dlt645"); NULL past the last
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_translator_protocol_name(size_t index);

/**
 * Open a translator.
 *
 * @param protocol     one of mbill_translator_protocol_name()
 * @param profile      NULL, or a document of kind "frame_profile" for that protocol
 * @param profile_len  bytes of @p profile
 * @param means        NULL, or a document of kind "meter_means" (schema/meter_means-1.schema.json); what the reader took of it is wiped before this returns
 * @param means_len    bytes of @p means
 * @param allocator    NULL = the C library's
 * @param[out] out     not NULL; NULL on failure; free it with mbill_translator_free()
 * @param[out] err     NULL, or filled on failure: path = where in the document; never holds a secret
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such protocol
 * @retval MBILL_E_INVALID, MBILL_E_UNKNOWN_KEY, MBILL_E_TYPE, …  what is wrong with a document
 * @retval MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One allocation, and reading the documents.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_translator_open(const char *protocol, const char *profile, size_t profile_len,
    const char *means, size_t means_len, const mbill_allocator *allocator, mbill_translator **out, mbill_error *err);

/**
 * Wipe a translator and free it.
 *
 * @param translator  NULL does nothing
 * @par Thread safety
 * No other thread may use @p translator.
 * @par Cost
 * Constant.
 * @since 0.1
 */
MBILL_API void mbill_translator_free(mbill_translator *translator);

/**
 * The frame of a command and the one that reads back what it did: a document of kind "command_frames" (schema/command_frames-1.schema.json). A password on the wire
 * stands in it too.
 *
 * @param translator         not NULL
 * @param command            not NULL; of mbill_command_open(), or one of the caller's own that nobody signed
 * @param hash               mbill_command_hash() of the signed message; NULL: there is none, and no receipt will be
 * @param now_s              UTC
 * @param[out] out_text      room for *@p inout_len bytes; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY, MBILL_E_ADDRESS, MBILL_E_EXPIRED, MBILL_E_NOT_YET, MBILL_E_UNDECIDED, MBILL_E_RANGE, MBILL_E_LENGTH, …  as mbill_dlt645_from_command() and
 *         mbill_cjt188_from_command()
 * @retval MBILL_E_ROOM, MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Any number of threads may share @p translator.
 * @par Cost
 * Linear; allocates the text while it grows.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_translate_frames(const mbill_translator *translator, const mbill_command *command,
    const uint8_t *hash, int64_t now_s, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * What replies prove: a document of kind "command_answer" with the `answer` to the frame (none, accepted, refused, other), what was read back (`status`, `valve`, `same`)
 * and the `state` that follows. When the frames are of a signed command, it holds the `receipt` too, still to be chained and signed.
 *
 * @param translator         not NULL; of the same profile as when the frames were made
 * @param frames             a document of mbill_translate_frames()
 * @param frames_len         bytes of @p frames
 * @param reply              what came to `frame`, one frame; n = 0: nothing in time
 * @param told               what came to `read_back`; n = 0: nothing in time
 * @param now_s              UTC; the receipt's time
 * @param[out] out_text      room for *@p inout_len bytes; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out
 * @param[out] err           NULL, or filled on failure; path = where in @p frames
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID, MBILL_E_MISSING_KEY, MBILL_E_SHAPE, MBILL_E_CHECKSUM, …  @p frames is no such document, or of another protocol
 * @retval MBILL_E_ROOM, MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Any number of threads may share @p translator.
 * @par Cost
 * Linear; allocates the document's tree.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_translate_answer(const mbill_translator *translator, const char *frames,
    size_t frames_len, mbill_bytes reply, mbill_bytes told, int64_t now_s, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
