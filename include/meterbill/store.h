/* SPDX-License-Identifier: Apache-2.0 */
/** @file store.h  Accounts, tariffs, readings, bills and ledger in one SQLite file (library meterbill-store). */
#ifndef MBILL_STORE_H
#define MBILL_STORE_H

#include "meterbill/decimal.h"
#include "meterbill/ledger.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mbill_store mbill_store;

#define MBILL_STORE_CREATE 0x1u    /**< make the file when it is not there; refuse when it is */
#define MBILL_STORE_READ_ONLY 0x2u /**< nothing will be written */

typedef struct mbill_store_options {
    uint32_t struct_size;
    uint32_t flags;             /**< MBILL_STORE_* */
    int32_t busy_timeout_ms;    /**< how long to wait for another connection; 0 = not */
    int32_t reserved;           /**< 0 */
} mbill_store_options;

/* [the store engineer writes the docs] */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_open(const char *path, const mbill_store_options *options, const mbill_allocator *allocator,
    mbill_store **out_store, mbill_error *err);
MBILL_API void mbill_store_free(mbill_store *store);

/** What an import did. */
typedef struct mbill_import_counts {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t n_added;   /**< rows that were not there */
    int64_t n_same;    /**< rows that were there already, with the same content */
} mbill_import_counts;

/* One call, one transaction, all or nothing. A tariff version that exists with another hash: E_EXISTS_DIFFERENT. */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_tariff(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err);
/* kind "accounts": {"meterbill":1,"kind":"accounts","accounts":[{"id":"A0001","title":"…"?,"facts":{"area":"89.5"},
 *   "contracts":[{"tariff":"jiangsu-residential","from":"2026-01-01","to":null,"meters":[{"id":"M0001","registers":[{"register":"import","unit":"kWh","modulus":"1000000","multiplier":"1"}]}]}]}]} */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_accounts(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err);
/* Readings CSV (see reading.h); zone for times without offset; meter must be known. An identical reading again is n_same; a different value at the same instant: refused E_EXISTS_DIFFERENT. */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_readings(mbill_store *store, const char *csv, size_t len, const char *zone_rule, mbill_import_counts *out, mbill_error *err);
/* CSV: id,account,amount,time (top-ups); each row an operation, retried rows are n_same. */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_top_ups(mbill_store *store, const char *csv, size_t len, const char *zone_rule, mbill_import_counts *out, mbill_error *err);

/* One operation on one account, durable when it returns. E_EXISTS(+_DIFFERENT) as ledger.h; E_NOT_FOUND for the account. */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_apply(mbill_store *store, const char *account, const mbill_operation *operation, int64_t recorded_utc_s,
    mbill_balance *out_balance, mbill_error *err);
MBILL_API MBILL_NODISCARD mbill_status mbill_store_balance(mbill_store *store, const char *account, mbill_balance *out_balance, mbill_error *err);

/** Month close: what is closed and how. */
typedef struct mbill_close_options {
    uint32_t struct_size;
    uint32_t flags;            /**< MBILL_PRICE_ALLOW_GAPS */
    int64_t from_utc_s;        /**< INT64_MIN with period: see below */
    int64_t to_utc_s;
    const char *from, *to;     /**< or civil dates in each tariff's own zone ("2026-01-01"); NULL: the instants above */
    int64_t recorded_utc_s;    /**< the time written as the moment of booking */
    int64_t batch;             /**< contracts per transaction; 0 = 1000 */
    void (*progress)(void *ctx, int64_t done, int64_t total); /**< NULL: none */
    void *progress_ctx;
    void (*refused)(void *ctx, const char *account, const char *tariff, const mbill_error *err); /**< one contract that cannot be billed; NULL: ignored here, counted in the summary */
    void *refused_ctx;
} mbill_close_options;

typedef struct mbill_close_summary {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t n_billed;          /**< bills made by this call */
    int64_t n_already;         /**< contracts whose bill for this span was there */
    int64_t n_refused;         /**< contracts that could not be billed; nothing of them was written */
    int64_t n_readings;        /**< readings used */
    int64_t n_flagged;         /**< bills that rest on estimated, divided or missing readings */
    mbill_sum total;           /**< of the bills made by this call; see decimal.h (include it) */
} mbill_close_summary;

MBILL_API MBILL_NODISCARD mbill_status mbill_store_close_span(mbill_store *store, const mbill_close_options *options, mbill_close_summary *out_summary, mbill_error *err);

/* Bills of an account as JSON: {"meterbill":1,"kind":"bills","bills":[…bill documents…]}, newest last; `from` NULL or a civil date picks one. */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_bills(mbill_store *store, const char *account, const char *from, char *out_text, size_t *inout_len, mbill_error *err);
/* Counts of everything as JSON, kind "store_summary". */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_summary(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
