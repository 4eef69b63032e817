/* SPDX-License-Identifier: Apache-2.0 */
/** @file tariff.h  A tariff, read from its document and compiled once, prices any number of accounts. */
#ifndef MBILL_TARIFF_H
#define MBILL_TARIFF_H

#include "meterbill/bill.h"
#include "meterbill/calendar.h"
#include "meterbill/memory.h"
#include "meterbill/reading.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A compiled tariff version, immutable; may be shared between threads. */
typedef struct mbill_tariff mbill_tariff;

/** An account's fact, such as area or persons. */
typedef struct mbill_fact {
    const char *name; /**< NUL-terminated */
    int64_t value_micro;
} mbill_fact;

/** Days that are known only when pricing, such as event days announced a day ahead. */
typedef struct mbill_day_list {
    const char *name;    /**< NUL-terminated, as the tariff's "from_list" says */
    const int32_t *days; /**< civil day numbers, rising */
    size_t n_days;
} mbill_day_list;

/** Facts and lists read from a document. */
typedef struct mbill_facts mbill_facts;

/** Where an account stands in a tariff's ladders: a block of mbill_position_size() bytes that the caller owns. */
typedef struct mbill_position mbill_position;

MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_tariff **out_tariff, mbill_error *err);
MBILL_API void mbill_tariff_free(mbill_tariff *tariff);

MBILL_API const mbill_labels *mbill_tariff_labels(const mbill_tariff *tariff);
MBILL_API const char *mbill_tariff_title(const mbill_tariff *tariff);  /* NULL: none */
MBILL_API const char *mbill_tariff_source(const mbill_tariff *tariff); /* NULL: none */
/* First and end instants the version is valid for; INT64_MAX: open end. */
MBILL_API void mbill_tariff_valid(const mbill_tariff *tariff, int64_t *out_from_utc_s, int64_t *out_to_utc_s);
/* Names of the registers it needs, in the document's order. */
MBILL_API size_t mbill_tariff_n_registers(const mbill_tariff *tariff);
MBILL_API const char *mbill_tariff_register(const mbill_tariff *tariff, size_t index);
MBILL_API const char *mbill_tariff_register_unit(const mbill_tariff *tariff, size_t index);
/* The canonical document (keys sorted, no space, decimals normalised), whose BLAKE2b-256 is the labels' hash. */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_canonical(const mbill_tariff *tariff, char *out_text, size_t *inout_len, mbill_error *err);
/* The place in labels->periods of the period at an instant of the calendar named (NULL = the only one), and the end of the run of that period. */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_period_at(const mbill_tariff *tariff, const mbill_day_list *lists, size_t n_lists, int64_t utc_s,
    int32_t *out_period, int64_t *out_end_utc_s, mbill_error *err);

MBILL_API MBILL_NODISCARD mbill_status mbill_facts_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_facts **out_facts, mbill_error *err);
MBILL_API void mbill_facts_free(mbill_facts *facts);
MBILL_API const mbill_fact *mbill_facts_values(const mbill_facts *facts, size_t *out_n);
MBILL_API const mbill_day_list *mbill_facts_lists(const mbill_facts *facts, size_t *out_n);

MBILL_API size_t mbill_position_size(const mbill_tariff *tariff);
MBILL_API void mbill_position_init(const mbill_tariff *tariff, mbill_position *out_position); /* nothing billed yet */
/* Portable JSON form, kind "position"; a position of another tariff version is taken when its ladders are the same by id. */
MBILL_API MBILL_NODISCARD mbill_status mbill_position_read(const mbill_tariff *tariff, const char *json, size_t len, mbill_position *out_position, mbill_error *err);
MBILL_API MBILL_NODISCARD mbill_status mbill_position_write(const mbill_tariff *tariff, const mbill_position *position, char *out_text, size_t *inout_len, mbill_error *err);

/** What a bill is made from. */
typedef struct mbill_price_request {
    uint32_t struct_size; /**< sizeof(mbill_price_request) where the caller was compiled */
    uint32_t flags;       /**< MBILL_PRICE_*; unknown bits are refused */
    int64_t from_utc_s;   /**< the billing span [from, to) */
    int64_t to_utc_s;
    const mbill_input *inputs;
    size_t n_inputs;
    const mbill_fact *facts;
    size_t n_facts;
    const mbill_day_list *lists;
    size_t n_lists;
} mbill_price_request;

#define MBILL_PRICE_ALLOW_GAPS 0x1u /**< intervals may leave time uncovered; the bill says so (MBILL_LINE_INCOMPLETE) */

/* Upper bound of the number of lines of one bill over [from, to). */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_lines_max(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, size_t *out_n_lines, mbill_error *err);

/* price: allocates nothing. before NULL = start of a position; out_after may be before, or NULL. E_ROOM gives the lines needed. */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_price(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, mbill_position *out_after, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
