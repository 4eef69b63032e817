/* SPDX-License-Identifier: Apache-2.0 */
/* A split request in memory and what came of it: shared by its readers, its arithmetic and its writer. */
#ifndef MBILL__APPORTION_SPLIT_H
#define MBILL__APPORTION_SPLIT_H

#include "base/memory.h"
#include "document/json.h"
#include "document/write.h"
#include "meterbill/split.h"

/* One list of weights over the units; a request without components has one, of its own. */
typedef struct mbill__column {
    const char *name; /* NULL: the request has no components */
    uint64_t share;   /* of the total */
    mbill_apportion_options options;
    int32_t weight_places;
    const char *fallback; /* the name of the column with other weights; NULL: none */
    mbill_share *shares;
    uint64_t *fallback_weights;
    int64_t amount;
    int32_t time_rule;
} mbill__column;

/* Those who had a unit in turn; lines NULL: that is not told. */
typedef struct mbill__residents {
    size_t n;
    mbill_segment *segments;
    const char **names;
    int64_t *accounts;         /* 0: not said */
    mbill_segment_line *cells; /* for each column the room of lines */
    mbill_segment_line *lines; /* a line for each, and for each gap; one that is not used ends where it begins */
} mbill__residents;

/* The period of a request; residents NULL: it has none. */
typedef struct mbill__split_span {
    int32_t from_day, to_day, rule, zero_policy;
    bool has_table;
    uint16_t table[12];
    mbill__residents *residents;
} mbill__split_span;

/* A tree of meters, in place of shares; nodes NULL: there is none. */
typedef struct mbill__grove {
    mbill_tree_options options;
    int32_t scale; /* places of readings */
    size_t n, n_units;
    mbill_node *nodes;
    mbill_node_report *reports;
    const char **names, **units;
    int64_t *accounts; /* 0: not said */
} mbill__grove;

/* How the parts are booked and billed. */
typedef struct mbill__terms {
    bool is_booked, corrects, is_billed, owner_is_said;
    mbill_id id, corrected;
    int64_t credit_channel, effective_utc_s; /* 0: not said */
    int64_t owner;                           /* 0: he has no account */
    mbill_split_bill bill;
} mbill__terms;

struct mbill_split {
    mbill__arena arena;
    int32_t scale; /* places of amounts */
    int64_t total, residual, step;
    uint64_t tie_salt, absorb_key;
    int32_t method, zero_policy; /* of columns that say nothing else */
    size_t n, n_columns;
    mbill__column *columns;
    const char **names; /* NULL: not said */
    int64_t *accounts;  /* 0: not said */
    uint8_t *vacant;    /* NULL: vacancy is not spoken of */
    mbill_vacancy vacancy;
    int64_t *min, *max;   /* NULL: no share has one */
    int64_t *carry_micro; /* NULL: nothing is carried */
    int64_t *lines;       /* n_columns x n; NULL: without components */
    mbill_split_part *parts;
    mbill__grove grove;
    mbill__split_span stay;
    bool explain;
    mbill_proof proof;
    mbill_share_proof *units; /* NULL: nothing is explained */
    mbill__terms terms;
    mbill_posting *postings;
    size_t n_postings;
};

/* count x size bytes that live with the split, zeroed; NULL: no memory. */
void *mbill__split_take(mbill_split *split, size_t count, size_t size);
mbill_status mbill__split_no_memory(mbill_error *err);
/* Text that lives with the split. */
mbill_status mbill__split_text(mbill_split *split, const mbill__node *node, const char **out, mbill_error *err);

/* method, zero_policy of a request or of a component; what is absent stays. */
mbill_status mbill__split_ways_read(const mbill__node *node, int32_t *method, int32_t *zero_policy, mbill_error *err);
/* The columns of weights: those of "components", or one. */
mbill_status mbill__split_columns_read(const mbill__node *root, mbill_split *split, mbill_error *err);
/* Who shares. */
mbill_status mbill__split_shares_read(const mbill__node *root, const mbill__node *list, mbill_split *split, mbill_error *err);
/* A tree of meters; *out_list: its nodes. */
mbill_status mbill__split_tree_read(const mbill__node *root, const mbill__node *tree, mbill__node *out_list, mbill_split *split,
    mbill_error *err);
/* The answer, as JSON. */
void mbill__split_print(const mbill_split *split, mbill__writer *to);
/* The split itself; err has the number of the offending share. */
mbill_status mbill__split_make(mbill_split *split, mbill_error *err);

#endif
