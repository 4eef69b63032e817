/* SPDX-License-Identifier: Apache-2.0 */
/** @file account.h  Accounts of a store in their town: where they stand, and which are meant (library meterbill-store). */
#ifndef MBILL_ACCOUNT_H
#define MBILL_ACCOUNT_H

#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Keep places, where accounts and meters stand, and what tariffs bill (a document of kind "places", see place.h), all or nothing.
 *
 * What the document says of an entry takes the place of what was there: another title, another place above, another set of tags. What it does
 * not say stays. Rows are entries; one that changed nothing is counted as same.
 *
 * @param store     not NULL
 * @param json      the document
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND a place, account or meter that is named is neither in the document nor in the store
 * @retval MBILL_E_INVALID   a place would be inside itself, or a meter behind itself; also what place.h refuses so
 * @retval MBILL_E_MISUSE    @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX    and the other statuses of mbill_places_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(entries x depth of the tree).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_places(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * All places, and what stands in them, as a document of kind "places", ordered by id; it can be read again.
 *
 * @param store              not NULL
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM   the room is too small; nothing was written
 * @retval MBILL_E_MISUSE a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(rows).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_places(mbill_store *store, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * The accounts that a selection means: `{"under": "east-7", "tags": ["old"], "utility": "water"}`.
 *
 * All that is said must hold, and an empty selection means every account. `under`: the account stands at that place, or at one inside it, however
 * deep. `tags`: each is a tag of the account, of its place, or of a place above. `utility`: the account has a contract, of whatever time, under a
 * tariff that a places document gives that utility.
 *
 * @param store             not NULL
 * @param json              the selection; NULL, or @p len 0: every account
 * @param len               its length in bytes
 * @param[out] out_numbers  the accounts' numbers (mbill_store_account_number()), rising; may be NULL when @p cap_numbers is 0; untouched on failure
 * @param cap_numbers       room
 * @param[out] out_n        accounts selected, also when the status is #MBILL_E_ROOM
 * @param[out] err          NULL, or filled on failure: path = JSON pointer in the selection
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      there is not room for all; nothing was written to @p out_numbers
 * @retval MBILL_E_NOT_FOUND the place is not in the store
 * @retval MBILL_E_INVALID   a name that is none, or a tag twice
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_UNKNOWN_KEY, MBILL_E_DUPLICATE_KEY, MBILL_E_TYPE, MBILL_E_NUMBER  no selection
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O((accounts + places x tags) log n).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_select(mbill_store *store, const char *json, size_t len, int64_t *out_numbers,
    size_t cap_numbers, size_t *out_n, mbill_error *err);

/**
 * The accounts that a selection means, in the order of their numbers: `{"meterbill":1,"kind":"account_list","accounts":[{"account":"A-101",
 * "number":1,"at":"east-7-2","tags":["pensioner"],"utilities":["water"]}]}`; what an account does not have is left out.
 *
 * @param store              not NULL
 * @param selection          as for mbill_store_select(); NULL, or @p len 0: every account
 * @param len                its length in bytes
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_NOT_FOUND the place is not in the store; and the other statuses of mbill_store_select()
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * As mbill_store_select(), and O(log n) an account.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_account_list(mbill_store *store, const char *selection, size_t len,
    char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
