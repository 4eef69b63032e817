/* SPDX-License-Identifier: Apache-2.0 */
/* The versions of the tariffs that a close needs, compiled once and kept until its end, and which of them bill a contract. */
#ifndef MBILL__VERSIONS_H
#define MBILL__VERSIONS_H

#include "meterbill/tariff.h"
#include "store/inner.h"

/* What is asked for: civil days of the tariff's zone, or instants. */
typedef struct mbill__span_asked {
    bool civil;
    int32_t from_day, to_day;
    int64_t from_utc_s, to_utc_s;
} mbill__span_asked;

typedef struct mbill__version {
    int64_t tariff_no;
    int64_t valid_from_utc_s, valid_to_utc_s; /* its own, before a later version is looked at */
    mbill_tariff *tariff;                     /* NULL until needed */
} mbill__version;

typedef struct mbill__version_list {
    const char *id;
    mbill__version *versions; /* rising by valid_from_utc_s */
    size_t n_versions;
} mbill__version_list;

typedef struct mbill__versions {
    mbill_store *store;
    mbill__arena arena;
    mbill__version_list *lists;
    size_t n_lists, cap_lists;
    size_t last;
    int64_t end_no; /* of the last version that is looked at */
} mbill__versions;

/* The part of the span that a contract is billed for, and by which versions. */
typedef struct mbill__chosen {
    bool active; /* false: the contract does not touch the span; nothing else is set */
    const mbill__version
        *versions; /* in the order of time, the first holding at the span's start, the others from their valid_from on */
    size_t n_versions;
    const mbill_tariff *tariff; /* the first */
    int32_t from_day;
    int64_t from_utc_s, to_utc_s;
} mbill__chosen;

void mbill__versions_start(mbill__versions *versions, mbill_store *store);
void mbill__versions_end(mbill__versions *versions);

/* The versions for a contract under tariff id over civil days [from_day, to_day). may_change: the contract says how a bill is divided in
 * which one begins. MBILL_E_NOT_FOUND: no such tariff; MBILL_E_UNCOVERED: no version, or more than one, covers the span. MBILL_E_NOMEM and the statuses of the file end a close, all
 * others concern the contract. */
mbill_status mbill__versions_choose(mbill__versions *versions, const char *id, int32_t from_day, int32_t to_day,
    const mbill__span_asked *asked, bool may_change, mbill__chosen *out, mbill_error *err);

#endif
