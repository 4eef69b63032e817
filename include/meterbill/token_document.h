/* SPDX-License-Identifier: Apache-2.0 */
/** @file token_document.h  Tokens by documents: keys by name, requests that make or read tokens, and their answers. */
#ifndef MBILL_TOKEN_DOCUMENT_H
#define MBILL_TOKEN_DOCUMENT_H

#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The keys of a document of kind "token_keys", by name. Immutable; any number of threads may share it. @since 0.1 */
typedef struct mbill_token_keys mbill_token_keys;

/**
 * Read keys. What stands in memory of them is wiped by mbill_token_keys_free(), and what the JSON reader took is wiped before this returns; @p text
 * is the caller's to wipe.
 *
 * @param text           not NULL; @p len bytes of JSON
 * @param len            bytes of @p text
 * @param allocator      NULL = the C library's; remembered by the keys
 * @param[out] out_keys  not NULL; NULL on failure
 * @param[out] err       NULL, or filled on failure; path = where; never holds a key
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_DERIVATION  a key that is derived by DKGA02
 * @retval MBILL_E_INVALID           a value that is not allowed, two keys of one name; and as mbill_sts_derive()
 * @retval MBILL_E_SYNTAX            not JSON; and the other statuses of documents
 * @retval MBILL_E_NOMEM             no memory
 * @retval MBILL_E_MISUSE            a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written but through @p allocator.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_token_keys_read(const char *text, size_t len, const mbill_allocator *allocator,
    mbill_token_keys **out_keys, mbill_error *err);

/**
 * Wipe keys and free them.
 *
 * @param keys  NULL does nothing
 * @par Thread safety
 * No other thread may use @p keys.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API void mbill_token_keys_free(mbill_token_keys *keys);

/**
 * Make tokens as a document of kind "token_request" asks: the answer, of kind "token", has the digits, all that they say, and what the seller is to
 * remember. The guide's page on tokens shows both.
 *
 * @param keys               not NULL
 * @param text               not NULL; @p len bytes of JSON
 * @param len                bytes of @p text
 * @param[out] out_text      room for *@p inout_len bytes; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out
 * @param[out] err           NULL, or filled on failure; path = where in the request
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  a key of that name is not there
 * @retval MBILL_E_ROOM       the text does not fit; nothing was written
 * @retval MBILL_E_INVALID    a request that cannot be met; and the statuses of the functions above, and of documents
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p keys.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_token_make(const mbill_token_keys *keys, const char *text, size_t len, char *out_text,
    size_t *inout_len, mbill_error *err);

/**
 * Read a token as a document of kind "token_request" asks: under the keys that it names, in that order, or all of its protocol. The answer says what
 * the token means and, where the request says what the meter remembers, what it remembers now.
 *
 * @param keys               not NULL
 * @param text               not NULL; @p len bytes of JSON
 * @param len                bytes of @p text
 * @param[out] out_text      room for *@p inout_len bytes; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out
 * @param[out] err           NULL, or filled on failure; path = where in the request
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  a key of that name is not there
 * @retval MBILL_E_ROOM       the text does not fit; nothing was written
 * @retval MBILL_E_INVALID    a request that cannot be met; and the statuses of the functions above, and of documents
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p keys.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_token_read(const mbill_token_keys *keys, const char *text, size_t len, char *out_text,
    size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
