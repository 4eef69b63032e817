/* SPDX-License-Identifier: Apache-2.0 */
/** @file person.h  What is known of the people behind accounts (a document of kind "people"), apart from all that is billed. */
#ifndef MBILL_PERSON_H
#define MBILL_PERSON_H

#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_PERSON_VALUE_MAX 1024 /**< bytes of a field's value */

/** A field of the person behind an account. */
typedef struct mbill_person_field {
    const char *account; /**< id of the account */
    const char *name;    /**< what it is: name, phone, address, id_number */
    const char *value;   /**< 1 to #MBILL_PERSON_VALUE_MAX bytes; NULL: the field is to go */
} mbill_person_field;

/** A document of people, read; owns all text and arrays. */
typedef struct mbill_people mbill_people;

/**
 * Read a document of kind "people".
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "people", "people": [
 *   {"account": "A-101", "fields": {"name": "Wang Fang", "phone": "+86 10 5555 0101", "address": null}}]}
 * @endcode
 * An account stands once. Names of fields are names (contract.h); a value is text, or null for a field that is to go.
 *
 * @param json             the document, UTF-8; need not be NUL-terminated; not NULL unless @p len is 0
 * @param len              its length in bytes, at most 64 MiB
 * @param allocator        NULL = libc; remembered by the handle
 * @param[out] out_people  the handle, to be freed with mbill_people_free(); NULL on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer of the place; the message has no value
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE        @p json or @p out_people is NULL, or an allocator with a function missing
 * @retval MBILL_E_INVALID       another kind of document, a name that is none, an account twice, a value that is empty or too long
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_UNKNOWN_KEY, MBILL_E_DUPLICATE_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_VERSION  not the form of the document
 * @retval MBILL_E_NOMEM
 * @par Thread safety
 * Any number of threads at once; nothing global is read or written.
 * @par Cost
 * O(n log n) in the accounts.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_people_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_people **out_people, mbill_error *err);

/**
 * Free a handle and everything it gave out.
 * @param people NULL: nothing happens
 * @par Thread safety
 * Once, by one thread.
 * @since 0.1
 */
MBILL_API void mbill_people_free(mbill_people *people);

/**
 * The fields in the document's order.
 * @param people     not NULL; only read
 * @param[out] out_n number of fields; not NULL
 * @return the first field; belongs to the handle; NULL when there are none
 * @par Thread safety
 * Any number of threads may share the handle.
 * @since 0.1
 */
MBILL_API const mbill_person_field *mbill_people_fields(const mbill_people *people, size_t *out_n);

#ifdef __cplusplus
}
#endif
#endif
