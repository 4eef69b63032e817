/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file posting.h  From a split to money: each posting as an operation of the prepaid ledger, or those of an account as its payment bill.
 *
 * @code
 * const mbill_posting *postings = mbill_split_postings(split, &n);
 * for (size_t i = 0; i < n; i++)
 *     if (mbill_posting_is_booked(&postings[i]) && mbill_posting_operation(&postings[i], &operations[n_operations++], &err) != MBILL_OK) return 1;
 * if (mbill_book_apply(book, operations, n_operations, now_utc_s, results, &err) != MBILL_OK) return 1; // sent again, every one EXISTS
 * @endcode
 */
#ifndef MBILL_POSTING_H
#define MBILL_POSTING_H

#include "meterbill/bill.h"
#include "meterbill/ledger.h"
#include "meterbill/split.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether a posting makes an operation: any amount but 0, and 0 as a `usage`, so that what corrects it later finds it. A correction or a payment of 0 is none.
 * @param posting  not NULL
 * @return         1 or 0
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API int mbill_posting_is_booked(const mbill_posting *posting);

/**
 * The operation that books a posting: its amount as `usage`; where it corrects another, as `correct` of that one; an amount below 0 otherwise as a `top_up` by the
 * credit channel.
 *
 * @param posting             not NULL
 * @param[out] out_operation  with the posting's id, so that the same split booked twice is booked once; untouched on failure
 * @param[out] err            NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID   one that mbill_posting_is_booked() says no to; a posting without an id; an amount below 0 that neither corrects another nor has a credit channel
 * @retval MBILL_E_OVERFLOW  an amount of INT64_MIN
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_posting_operation(const mbill_posting *posting, mbill_operation *out_operation,
    mbill_error *err);

/**
 * The payment bill of one account: a document of kind "bill" with a line for each line of its postings.
 *
 * Where an amount is by weights alone the line says so, weight x what all pay / sum of the weights, and its amount is less than a step from that; else it is a
 * fee of the amount. The residual is a line of kind `rounding`. mbill_bill_check() has passed what is written.
 *
 * @param bill           mbill_split_bill_of() the split; not NULL
 * @param postings       those of one account, as they stand together in mbill_split_postings(); not NULL
 * @param n              how many, at least 1
 * @param flags          0 or #MBILL_WRITE_INDENT
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM            the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_ZONE            the zone is no rule
 * @retval MBILL_E_INVALID         postings of two accounts
 * @retval MBILL_E_OVERFLOW        an amount above what a line's rate holds (9.2 x 10^9), or a sum past 64 bits
 * @retval MBILL_E_RANGE           days outside the years of calendar.h
 * @retval MBILL_E_UNKNOWN_OPTION  an unknown flag
 * @retval MBILL_E_NOMEM           no memory (libc's)
 * @retval MBILL_E_MISUSE          a pointer is NULL, or @p n is 0
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in the lines, but that of mbill_bill_write().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_posting_bill_write(const mbill_split_bill *bill, const mbill_posting *postings,
    size_t n, uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
