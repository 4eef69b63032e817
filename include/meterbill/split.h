/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file split.h  Apportionment as documents: a request of kind "split" in, the parts out.
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "split", "total": "100.07", "step": "0.01",
 *  "shares": [{"key": "1", "weight": "55.20"}, {"key": "2", "weight": "41.80"}]}
 * @endcode
 * gives the parts 56.95 and 43.12, and a residual of 0.
 */
#ifndef MBILL_SPLIT_H
#define MBILL_SPLIT_H

#include "meterbill/apportion.h"
#include "meterbill/id.h"
#include "meterbill/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A request, read, and the split that was made of it; owns all its arrays. */
typedef struct mbill_split mbill_split;

/** What one of those who share pays. */
typedef struct mbill_split_part {
    uint64_t key;   /**< of the share, or of the leaf of a tree */
    int64_t amount; /**< in units of 10^-mbill_split_scale() */
} mbill_split_part;

/**
 * Read a request and make the split.
 *
 * Members: `total`, a decimal; `step`, of which amounts are multiples, when it is absent the last place that the total is written with (0.01 of
 * "90.00", 1 of "90"); `method`, `zero_policy` by their names; `tie_salt`, `absorb_key`; `vacancy` with `rule`, `numerator`, `denominator`; `fair_carry`;
 * `components`, each with `name`, `share` and where it differs `method`, `zero_policy`, `fallback` (the component whose weights are used then); `shares`, each with
 * `key`, a whole number below 2^64, `weight`, a decimal of 0 or more, or `weights` by the components' names, and where it is wanted `fallback_weight`,
 * `min`, `max`, `carry` (in steps, six places), `vacant`, and `name`, which is only carried along. Weights are put to one common power of
 * ten, so that any unit will do. No key may stand twice. `meterbill` and `kind` may be left out, both of them.
 *
 * `period` with `from` and `to`, dates, `time` by the names of its rules, also of a component, `degree_days`, a table of 12, and `time_zero_policy` (error, equal, or
 * fallback: by days) for a period whose days weigh nothing by it, say how a unit's amount goes to those who
 * had it in turn: the share's `segments`, each with `from`, `to` and `name`.
 *
 * To be booked and billed (mbill_split_postings()), a request has an `id` of 128 bits, and where it is wanted `corrects`, the id of the split whose postings it
 * corrects, `credit_channel`, by which parts below 0 are paid in, `effective`, an instant; `owner`, the account that pays the residual and what stands empty, or null; and `bill`
 * with `tariff`, `version`, `currency`, `zone` (a POSIX rule), `charge` where there are no components, and `title`. Shares, leaves and segments have an `account`; without,
 * a share's account is its key, a segment's that of its share.
 *
 * With `explain` the answer has the proof of mbill_apportion_explain(): for all what amounts rest on, for each weight, floor, remainder, rank, got_one.
 *
 * In place of shares and what goes with them a request may have a `tree` of meters: `rest`, `negative` by the names of their policies, `tolerance_ppm`, and `nodes`,
 * each with `key`, and where it is wanted `parent`, `reading`, `unit`, `common_weight`, `from`, `to`, `name`. The leaves are the parts.
 *
 * @param json           the document, UTF-8; need not be NUL-terminated; not NULL unless @p len is 0
 * @param len            its length in bytes, at most 64 MiB
 * @param allocator      NULL = libc; remembered by the handle
 * @param[out] out_split the handle, to be freed with mbill_split_free(); NULL on failure
 * @param[out] err       NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID        a negative weight or step, a word that is none, a member that goes with another that is not there, bounds that cross,
 *                                carries that do not add up to 0; a residual to be booked and nobody who pays it
 * @retval MBILL_E_ZONE           the zone of the bills is no rule
 * @retval MBILL_E_RANGE          an account below 1, or a key that is no account's number; weights that add up to 2^64 or more, once they are whole numbers; a carry of a step or more
 * @retval MBILL_E_DUPLICATE_KEY  a key that stands twice, of a share or of an object
 * @retval MBILL_E_ZERO_WEIGHT    a total and no weight above 0
 * @retval MBILL_E_INFEASIBLE     minimums or maximums that no split can hold; the message has the gap in units of the scale
 * @retval MBILL_E_OVERLAP        two segments share a day
 * @retval MBILL_E_NO_PARENT, MBILL_E_CYCLE, MBILL_E_ALIGN, MBILL_E_NEGATIVE_REST  as mbill_apportion_tree()
 * @retval MBILL_E_NOT_FOUND      no share has the absorb_key; no component has this name
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE, MBILL_E_NUMBER,
 *         MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_DATE, MBILL_E_VERSION  not the form, or an amount past 64 bits at the scale of the document
 * @retval MBILL_E_NOMEM          no memory
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * That of mbill_apportion() with #MBILL_APPORTION_CHECK_KEYS, beside reading.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_split_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_split **out_split, mbill_error *err);

/**
 * Free a split. NULL is accepted.
 * @param split  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_split_free(mbill_split *split);

/**
 * The parts, in the order of the request.
 * @param split       not NULL
 * @param[out] out_n  not NULL: how many
 * @return            they live with the split
 * @par Thread safety
 * Any number of threads.
 * @since 0.1
 */
MBILL_API const mbill_split_part *mbill_split_parts(const mbill_split *split, size_t *out_n);

/** What a posting is for: a component, or the whole. */
typedef struct mbill_posting_line {
    int32_t charge;        /**< its place in mbill_split_bill.charges; -1: none, of the residual */
    int32_t weight_places; /**< decimal places that the weights were given */
    int64_t amount_micro;  /**< what the posting has of it, in 10^-6 of the currency */
    int64_t shared_micro;  /**< what all pay together for it; of a segment: what its unit pays */
    uint64_t weight;       /**< of this posting, without its decimal point */
    uint64_t
        weight_sum; /**< of all; above 0: amount is shared x weight / weight_sum to less than a step; 0: it is not by weights alone */
} mbill_posting_line;

#define MBILL_POSTING_RESIDUAL 0x1u   /**< what nobody's weight pays: the owner's */
#define MBILL_POSTING_VACANT 0x2u     /**< the unit stood empty: the owner's, when he has an account */
#define MBILL_POSTING_CORRECTION 0x4u /**< it corrects the posting `target` */

/** An amount of one account: of a unit, or of one of those who had it in turn. */
typedef struct mbill_posting {
    mbill_id
        id; /**< the same whenever the request's id, the key and the first day of the segment are; all 0 when the request has none */
    mbill_id target;                 /**< of a correction: the id that the posting of the corrected split has; else all 0 */
    uint64_t key;                    /**< of the share; 0 of the residual */
    int64_t account;                 /**< number of the account that it is booked to */
    int64_t amount_micro;            /**< what it pays; below 0: what it gets */
    const mbill_posting_line *lines; /**< they add up to the amount */
    size_t n_lines;                  /**< how many `lines` */
    int32_t from_day;                /**< first day of the segment or the period; 0 as to_day: the request has no period */
    int32_t to_day;                  /**< the first day that is no more of it */
    uint32_t flags;                  /**< MBILL_POSTING_* */
    uint32_t reserved;               /**< 0 */
    int64_t credit_channel;          /**< by which an amount below 0 is paid in; 0: not said */
    int64_t effective_utc_s;         /**< the moment that it is for; 0: when it is booked */
} mbill_posting;

/** What a request says of its bills. */
typedef struct mbill_split_bill {
    const char *tariff;         /**< id that bills name in place of a tariff's */
    const char *version;        /**< … and its version */
    const char *currency;       /**< code of the currency, such as CNY */
    const char *zone;           /**< a POSIX rule */
    const char *title;          /**< NULL: none */
    const char *const *charges; /**< the components; or one, and of a tree "common" besides */
    size_t n_charges;           /**< how many `charges` */
    int32_t from_day;           /**< first civil day of the period */
    int32_t to_day;             /**< the first day that is no more of it */
    int64_t step_micro;         /**< amounts are multiples of it */
} mbill_split_bill;

/**
 * The postings of a split, in the order of account, key and day: those of an account stand together, and the order of the request does not matter. They
 * and the residual, where the owner has no account, add up to the total.
 *
 * An id is the first half of the BLAKE2b-256 of the request's id (16 bytes), the key (8, highest first), the first day of the segment as days since
 * 1970-01-01 (4, two's complement; -2^31 without segments) and a byte that is 1 for the residual, else 0.
 *
 * @param split       not NULL
 * @param[out] out_n  not NULL: how many; 0 when the request has neither `id` nor `bill`
 * @return            they live with the split
 * @par Thread safety
 * Any number of threads.
 * @since 0.1
 */
MBILL_API const mbill_posting *mbill_split_postings(const mbill_split *split, size_t *out_n);

/**
 * What the request says of its bills; NULL: nothing. It lives with the split.
 * @param split  not NULL
 * @return it, or NULL
 * @since 0.1
 */
MBILL_API const mbill_split_bill *mbill_split_bill_of(const mbill_split *split);

/**
 * What nobody pays, at the scale of the amounts.
 * @param split  not NULL
 * @return 10^-scale of the currency
 * @since 0.1
 */
MBILL_API int64_t mbill_split_residual(const mbill_split *split);

/**
 * Decimal places of all amounts: as many as `total` and `step` have.
 * @param split  not NULL
 * @return 0 and more
 * @since 0.1
 */
MBILL_API int32_t mbill_split_scale(const mbill_split *split);

/**
 * The split as JSON: total; components with their amounts; parts with key, name, amount, lines by component,
 * carry and segments, vacancy among them; of a tree `nodes` with what came of each;
 * with a rule for vacancy what the owner pays; residual.
 *
 * @param split           not NULL
 * @param[out] out_text   NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len       in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_MISUSE  @p split or @p inout_len is NULL
 * @par Thread safety
 * Any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_split_write(const mbill_split *split, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Is this the answer to the request? An answer that somebody claims, in the form of mbill_split_write(), against the split.
 *
 * `total`, `parts`, each with `key` and `amount`, and `residual` must be there; whatever else it says (lines, carries, segments, nodes, proofs, …) is compared too, and
 * what it leaves out is not. Parts and nodes may stand in any order; numbers are compared by value.
 *
 * @param split     not NULL
 * @param json      the answer, UTF-8; not NULL unless @p len is 0
 * @param len       its length in bytes, at most 64 MiB
 * @param[out] err  NULL, or filled on failure: path = JSON pointer into the answer; the message names the first share that is wrong by its key, with what was
 *                  found and what was expected: "share 102: amount is 21.57, expected 21.56"
 * @retval MBILL_OK               every value is right
 * @retval MBILL_E_INVALID        a value is another
 * @retval MBILL_E_NOT_FOUND      a part or a node that the split does not have
 * @retval MBILL_E_DUPLICATE_KEY  one that stands twice
 * @retval MBILL_E_MISSING_KEY    one that is left out, or a member that must be there
 * @retval MBILL_E_UNKNOWN_KEY    a member that the split's own answer does not have
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_TYPE, MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_RANGE  not the form of an answer
 * @retval MBILL_E_NOMEM          no memory
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads.
 * @par Cost
 * That of writing and reading both, and n log n in the parts.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_split_verify(const mbill_split *split, const char *json, size_t len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
