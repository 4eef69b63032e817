/* SPDX-License-Identifier: Apache-2.0 */
/** @file ledger.h  Prepaid balances as two-sided entries: a pure function from state and operation to entry and state. */
#ifndef MBILL_LEDGER_H
#define MBILL_LEDGER_H

#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A 128-bit id made by the caller before the first attempt; neither all zero nor all ones. */
typedef struct mbill_id {
    uint8_t bytes[16];
} mbill_id;

typedef enum mbill_operation_kind {
    MBILL_OPERATION_TOP_UP = 1, /**< CASH to CREDIT: the customer pays */
    MBILL_OPERATION_USAGE = 2   /**< CREDIT to REVENUE: a bill or an hourly deduction is taken; never refused for lack of money */
} mbill_operation_kind;

/** The accounts a leg moves money between. */
typedef enum mbill_ledger_account { MBILL_ACCOUNT_CASH = 1, MBILL_ACCOUNT_CREDIT = 2, MBILL_ACCOUNT_REVENUE = 3 } mbill_ledger_account;

/** What a caller asks for. Stride is fixed for ever: 48 bytes. */
typedef struct mbill_operation {
    mbill_id id;
    int32_t kind;          /**< mbill_operation_kind */
    uint32_t flags;        /**< 0 */
    int64_t amount_micro;  /**< top-up: > 0; usage: >= 0 or, for a credit, < 0 */
    int64_t effective_utc_s; /**< the moment it is for */
    int64_t reserved;      /**< 0 */
} mbill_operation;

/** One two-sided leg: an entry that does not balance cannot be written. amount > 0. */
typedef struct mbill_leg {
    int32_t debit, credit; /**< mbill_ledger_account */
    int64_t amount_micro;
} mbill_leg;

/** A prepay account's state: what was posted to either side of CREDIT. Plain data; zero with mbill_balance_init. */
typedef struct mbill_balance {
    uint32_t struct_size;
    uint32_t format;        /**< 1 */
    int64_t debits_micro;   /**< posted debits, >= 0 */
    int64_t credits_micro;  /**< posted credits, >= 0 */
    int64_t n_operations;
} mbill_balance;

/** An operation's effect: the legs and the state after. */
typedef struct mbill_effect {
    uint32_t struct_size;
    uint32_t n_legs;        /**< 0 (amount 0) or 1 */
    mbill_leg legs[1];
    mbill_balance after;
} mbill_effect;

/* [the ledger engineer writes the docs] */
MBILL_API void mbill_balance_init(mbill_balance *balance);
/* Signed balance: credits - debits. */
MBILL_API MBILL_NODISCARD mbill_status mbill_balance_amount(const mbill_balance *balance, int64_t *out_amount_micro, mbill_error *err);
/* Pure: state and operation in, effect out; nothing else changes. E_INVALID (id, kind, amount), E_OVERFLOW. */
MBILL_API MBILL_NODISCARD mbill_status mbill_ledger_apply(const mbill_balance *before, const mbill_operation *operation, mbill_effect *out_effect, mbill_error *err);
/* A retry: E_EXISTS when the bodies agree, E_EXISTS_DIFFERENT naming the first field that differs, OK when the ids differ. */
MBILL_API MBILL_NODISCARD mbill_status mbill_operation_compare(const mbill_operation *stored, const mbill_operation *given, mbill_error *err);
MBILL_API MBILL_NODISCARD mbill_status mbill_id_parse(const char *hex, size_t len, mbill_id *out_id, mbill_error *err); /* 32 hex digits, dashes of a UUID allowed */
MBILL_API MBILL_NODISCARD mbill_status mbill_id_print(const mbill_id *id, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
