/* SPDX-License-Identifier: Apache-2.0 */
/** @file contract.h  Who is supplied by which meter under which tariff: the document of kind "accounts", read. */
#ifndef MBILL_CONTRACT_H
#define MBILL_CONTRACT_H

#include "meterbill/change.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A civil day behind all others: a contract without an end. */
#define MBILL_DAY_NO_END INT32_MAX

/** A fact of an account from a day on: a number, such as area or persons, or a word, such as a payment class. */
typedef struct mbill_account_fact {
    const char *name;    /**< NUL-terminated */
    int32_t from_day;    /**< civil day number from 1970-01-01; #MBILL_DAY_EVER: always */
    int32_t reserved;    /**< 0 */
    int64_t value_micro; /**< 0 when it is a word */
    const char *text;    /**< the word, NUL-terminated; NULL: the fact is a number */
} mbill_account_fact;

/** A register of a meter that measures a contract. */
typedef struct mbill_contract_register {
    const char *meter;        /**< the meter's id */
    const char *name;         /**< the register, as the tariff's inputs call it */
    const char *unit;         /**< of its count times the multiplier */
    int64_t modulus_micro;    /**< the count at which it returns to 0; 0 = never */
    int64_t multiplier_micro; /**< CT ratio x PT ratio; 1,000,000 = 1 */
} mbill_contract_register;

/** When a contract's bills are paid. */
typedef enum mbill_contract_payment {
    MBILL_PAYMENT_PREPAID = 0, /**< "prepaid": a bill is booked at once, from the account's balance */
    MBILL_PAYMENT_POSTPAID = 1 /**< "postpaid": a bill is a draft first, and is paid after it is issued (billing.h) */
} mbill_contract_payment;

/** Supply under one tariff over the civil days [from_day, to_day) of the tariff's zone. */
typedef struct mbill_contract {
    const char *tariff;                       /**< the tariff's id; its version follows from the time that is billed */
    const mbill_contract_register *registers; /**< each name once */
    size_t n_registers;                       /**< how many `registers` */
    int32_t from_day;                         /**< the first civil day of supply */
    int32_t to_day;                           /**< > from_day; #MBILL_DAY_NO_END: no end */
    mbill_change_rule
        change;       /**< how a bill is divided in which a version of the tariff or a fact begins; struct_size and split 0: it is
                                   not said, and such a bill is refused */
    const mbill_factor
        *factors; /**< of its registers that the tariff wants converted; those of one name together, rising in time */
    size_t n_factors; /**< how many `factors` */
    int32_t payment;  /**< mbill_contract_payment */
    int32_t reserved; /**< 0 */
} mbill_contract;

/** An account: who is billed. */
typedef struct mbill_account {
    const char *id;     /**< by which it is named everywhere; NUL-terminated */
    const char *title;  /**< NULL: none */
    const mbill_account_fact *facts; /**< those of one name together, rising in time */
    size_t n_facts;     /**< how many `facts` */
    const mbill_contract *contracts; /**< a tariff may stand more than once, on days that do not overlap */
    size_t n_contracts; /**< how many `contracts` */
    const char *policy; /**< JSON that mbill_policy_read() (operations.h) takes: how its money behaves; NULL: not said */
} mbill_account;

/** An accounts document, read; owns all text and arrays. */
typedef struct mbill_accounts mbill_accounts;

/**
 * Read a document of kind "accounts".
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "accounts", "accounts": [
 *   {"id": "A0001", "title": "Lane 5, door 2", "policy": {"preset": "DLT", "hoarding_limit": "2000"},
 *    "facts": {"area": "89.5", "persons": [{"value": "3"}, {"from": "2026-07-01", "value": "4"}]},
 *    "contracts": [
 *      {"tariff": "jiangsu-residential", "from": "2026-01-01", "to": null, "change": {"split": "readings"}, "meters": [
 *        {"id": "M0001", "registers": [{"register": "import", "unit": "kWh", "modulus": "1000000", "multiplier": "1"}]}]}]}]}
 * @endcode
 * Ids and names are 1 to 64 bytes of letters, digits, '_', '-' and '.', or any non-ASCII characters. `title`, `policy`, `facts` and `to`
 * may be absent; so may `modulus` (the register never rolls over) and `multiplier` (1). A fact is a decimal, a word (a name that
 * begins with a letter), or a list of such values with dates that rise; only the first may have no `from`, and then holds since ever. `meters` may be empty (a supply that
 * is billed by facts alone). `factors` are dated factors by register, as in a document of kind "facts" (tariff.h), for registers that the tariff wants converted; what the
 * register counts is then their `unit`, or ends it behind a "_" ("m3" of "gas_m3"). `payment` is "prepaid", or "postpaid": the bills of the
 * contract are drafts first and are paid after they are issued (billing.h); prepaid when absent. `change` says how a bill is divided in which a version of the tariff or a fact begins (change.h): `{"split":
 * "readings"}`, or `{"split": "days", "round": …}` with a rounding `{"step": "1", "how": "half_up"}` or `"none"`; without it such a bill is refused. `policy` is a preset's name, or a policy as in a document of kind
 * "operations" (operations.h). An account may stand more than once in a document: what is said of it adds up, and the last policy holds.
 *
 * @param json              the document, UTF-8; need not be NUL-terminated; not NULL unless @p len is 0
 * @param len               its length in bytes, at most 64 MiB
 * @param allocator         NULL = libc; remembered by the handle
 * @param[out] out_accounts the handle, to be freed with mbill_accounts_free(); NULL on failure
 * @param[out] err          NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE        @p json or @p out_accounts is NULL, or an allocator with a function missing
 * @retval MBILL_E_SYNTAX        no JSON, or text behind it
 * @retval MBILL_E_ENCODING      not clean UTF-8, or a byte-order mark
 * @retval MBILL_E_LIMIT         too large or too deep
 * @retval MBILL_E_UNKNOWN_KEY   a key that is none of the above
 * @retval MBILL_E_DUPLICATE_KEY a key that stands twice
 * @retval MBILL_E_MISSING_KEY   a key that must be there
 * @retval MBILL_E_TYPE          a value of the wrong JSON type
 * @retval MBILL_E_NOT_FOUND     a factor of a register that the contract does not have, or of a unit that there is not
 * @retval MBILL_E_NOT_KNOWN, MBILL_E_AMBIGUOUS  a fact that a factor's unit needs is not given, or two say the same
 * @retval MBILL_E_INVALID       a factor of another unit than the register's; another kind of document, a name that is none, the same register twice in a contract, a policy that contradicts itself
 * @retval MBILL_E_ZONE          a policy's zone is no rule
 * @retval MBILL_E_NUMBER        a value that is no decimal number
 * @retval MBILL_E_DIGITS        a decimal with more than six places
 * @retval MBILL_E_RANGE         a multiplier that is not above 0, a modulus below 0, a contract that ends before it begins
 * @retval MBILL_E_ORDER         dated values of a fact that do not rise in time
 * @retval MBILL_E_DATE          a date that does not exist or is none
 * @retval MBILL_E_OVERFLOW      a decimal that does not fit
 * @retval MBILL_E_NOMEM
 * @par Thread safety
 * Any number of threads at once; nothing global is read or written.
 * @par Cost
 * O(len).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_accounts_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_accounts **out_accounts, mbill_error *err);

/**
 * Free a handle and everything it gave out.
 * @param accounts NULL: nothing happens
 * @par Thread safety
 * Once, by one thread.
 * @since 0.1
 */
MBILL_API void mbill_accounts_free(mbill_accounts *accounts);

/**
 * The accounts in the document's order.
 * @param accounts   not NULL; only read
 * @param[out] out_n number of accounts; not NULL
 * @return the first account; belongs to the handle; NULL when there are none
 * @par Thread safety
 * Any number of threads may share the handle.
 * @since 0.1
 */
MBILL_API const mbill_account *mbill_accounts_values(const mbill_accounts *accounts, size_t *out_n);

#ifdef __cplusplus
}
#endif
#endif
