/* SPDX-License-Identifier: Apache-2.0 */
/** @file place.h  Where accounts and meters stand: a tree of districts, buildings, floors and rooms with tags (a document of kind "places"). */
#ifndef MBILL_PLACE_H
#define MBILL_PLACE_H

#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The list of the document that an entry stands in. */
typedef enum mbill_place_list {
    MBILL_PLACE_LIST_PLACES = 1, /**< a place of the tree */
    MBILL_PLACE_LIST_ACCOUNTS,   /**< an account at its place */
    MBILL_PLACE_LIST_METERS,     /**< a meter at its place, and behind which meter */
    MBILL_PLACE_LIST_UTILITIES   /**< what a tariff bills */
} mbill_place_list;

#define MBILL_PLACE_SAYS_IN 0x1u     /**< `in` (of an account or meter: `at`) is given, perhaps as null */
#define MBILL_PLACE_SAYS_TITLE 0x2u  /**< `title` is given */
#define MBILL_PLACE_SAYS_TAGS 0x4u   /**< `tags` are given, perhaps none */
#define MBILL_PLACE_SAYS_BEHIND 0x8u /**< `behind` is given, perhaps as null */

/** One entry of the document. What it does not say stays as it is where the document is kept. */
typedef struct mbill_place_entry {
    int32_t list;       /**< mbill_place_list */
    uint32_t says;      /**< MBILL_PLACE_SAYS_* */
    const char *id;     /**< of the place, account, meter or tariff */
    const char *kind;   /**< of a place: a word such as building or floor; of a tariff: its utility, such as water; else NULL */
    const char *in;     /**< the place above; of an account or meter the place where it stands; NULL: none */
    const char *title;  /**< NULL: none */
    const char *behind; /**< of a meter: the master meter that it is measured behind; NULL: none */
    const char *const *tags; /**< words, each once */
    size_t n_tags;      /**< how many `tags` */
} mbill_place_entry;

/** A places document, read; owns all text and arrays. */
typedef struct mbill_places mbill_places;

/**
 * Read a document of kind "places".
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "places",
 *  "places": [{"id": "east", "kind": "district"},
 *             {"id": "east-7", "kind": "building", "in": "east", "title": "East Road 7", "tags": ["old"]},
 *             {"id": "east-7-2", "kind": "flat", "in": "east-7"}],
 *  "accounts": [{"id": "A-101", "at": "east-7-2", "tags": ["pensioner"]}],
 *  "meters": [{"id": "W-101", "at": "east-7-2", "behind": "W-main"}],
 *  "utilities": [{"tariff": "shanghai-water", "utility": "water"}]}
 * @endcode
 * Every list may be absent. Ids, kinds, tags and utilities are names (contract.h). A tree has any depth; whether the places that are named are
 * there, and that none is inside itself, is known only with those kept before: mbill_store_put_places().
 *
 * @param json             the document, UTF-8; need not be NUL-terminated; not NULL unless @p len is 0
 * @param len              its length in bytes, at most 64 MiB
 * @param allocator        NULL = libc; remembered by the handle
 * @param[out] out_places  the handle, to be freed with mbill_places_free(); NULL on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE        @p json or @p out_places is NULL, or an allocator with a function missing
 * @retval MBILL_E_INVALID       another kind of document, a name that is none, an entry or a tag twice, a place in itself, a meter behind itself
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_UNKNOWN_KEY, MBILL_E_DUPLICATE_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_VERSION  not the form of the document
 * @retval MBILL_E_NOMEM
 * @par Thread safety
 * Any number of threads at once; nothing global is read or written.
 * @par Cost
 * O(n log n) in the entries of a list.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_places_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_places **out_places, mbill_error *err);

/**
 * Free a handle and everything it gave out.
 * @param places NULL: nothing happens
 * @par Thread safety
 * Once, by one thread.
 * @since 0.1
 */
MBILL_API void mbill_places_free(mbill_places *places);

/**
 * The entries: places, accounts, meters, utilities, each list in the document's order.
 * @param places     not NULL; only read
 * @param[out] out_n number of entries; not NULL
 * @return the first entry; belongs to the handle; NULL when there are none
 * @par Thread safety
 * Any number of threads may share the handle.
 * @since 0.1
 */
MBILL_API const mbill_place_entry *mbill_places_entries(const mbill_places *places, size_t *out_n);

#ifdef __cplusplus
}
#endif
#endif
