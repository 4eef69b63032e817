/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration in memory: shared by its reader, its writer and the board. */
#ifndef MBILL__ALARMS_H
#define MBILL__ALARMS_H

#include "alarm/reasons.h"
#include "base/memory.h"
#include "document/json.h"
#include "document/write.h"
#include "meterbill/alarms.h"
#include "meterbill/detect.h"

#define MBILL__CHANNELS_MAX 32
#define MBILL__COUNT_OF(list) (sizeof(list) / sizeof(list)[0])

/* What an alarm is fed. */
typedef enum mbill__alarm_form {
    MBILL__FORM_VALUE,  /* "limit": one condition, or m of n */
    MBILL__FORM_LEVELS, /* "levels" */
    MBILL__FORM_PREPAID,
    MBILL__FORM_WINDOW,
    MBILL__FORM_DAYS, /* "days_to_empty" */
    MBILL__FORM_GIVEN,
    MBILL__FORM_DETECT /* "detect" */
} mbill__alarm_form;

/* Whose alarm it is, when a store keeps it. */
typedef enum mbill__watches {
    MBILL__WATCHES_NOTHING, /* not said: keys name nothing of a store */
    MBILL__WATCHES_BALANCE, /* of every account that the configuration is for: the store itself gives samples */
    MBILL__WATCHES_ACCOUNT, /* keys are ids of accounts, and so on */
    MBILL__WATCHES_METER,
    MBILL__WATCHES_PLACE
} mbill__watches;

/* What a level does to the supply while it is active. */
typedef enum mbill__trip { MBILL__TRIP_NONE, MBILL__TRIP_MASKABLE, MBILL__TRIP_ALWAYS } mbill__trip;

typedef struct mbill__alarm_level {
    const char *name; /* NULL: by number */
    mbill_alarm_config config;
    bool has_notice;
    mbill_notice_config notice;
    int32_t trip; /* mbill__trip */
} mbill__alarm_level;

typedef struct mbill__alarm_def {
    const char *name;
    int32_t form, decimals, watches;
    uint32_t priority;
    size_t n_levels; /* 1 of all forms but levels and prepaid */
    mbill__alarm_level levels[MBILL_LEVELS_MAX];
    int32_t m, n; /* 0: no votes */
    mbill_prepaid_profile prepaid;
    mbill_window_config window;
    int64_t warn_days, over_days;
    mbill_detector_config detector;
    mbill_zone *zone; /* NULL: the detector counts no days */
    const char *zone_rule;
    mbill_label *labels;
    size_t n_labels;
} mbill__alarm_def;

struct mbill_alarms {
    mbill__arena arena;
    const char *channels[MBILL__CHANNELS_MAX];
    size_t n_channels;
    mbill__alarm_def *defs;
    size_t n_defs;
    mbill_inhibition *inhibitions;
    size_t n_inhibitions;
    bool has_group;
    mbill_group_config group;
    const char **group_by;
    size_t n_group_by;
    mbill_restart restart; /* without times */
    bool repends;
};

/* The words of documents, by the numbers of the headers; the writer uses the reader's. */
extern const char *const mbill__when_words[4];    /* mbill_comparator - 1 */
extern const char *const mbill__stale_words[3];   /* mbill_stale_policy */
extern const char *const mbill__restart_words[2]; /* mbill_restart_rule - 1 */
extern const char *const mbill__trip_words[3];    /* mbill__trip */
extern const char *const mbill__watches_words[4]; /* mbill__watches - 1 */
extern const char *const mbill__prepaid_words[MBILL_PREPAID_LEVELS];

/* What reads a member goes on after a refusal, so that all are found. A call that returns false has added its reason. */
typedef struct mbill__alarms_reader {
    mbill_alarms *alarms;
    mbill__reasons *reasons;
    bool no_memory;
} mbill__alarms_reader;

bool mbill__reader_took(mbill__alarms_reader *reader, mbill_status status, const mbill_error *why);
/* Members that may be absent; absent leaves *out. */
bool mbill__reader_decimal(mbill__alarms_reader *reader, const mbill__node *object, const char *key, int32_t scale, int64_t *out);
bool mbill__reader_whole(mbill__alarms_reader *reader, const mbill__node *object, const char *key, int64_t min, int64_t max,
    int32_t *out);
bool mbill__reader_flag(mbill__alarms_reader *reader, const mbill__node *object, const char *key, uint32_t flag, uint32_t *flags);
bool mbill__reader_word(mbill__alarms_reader *reader, const mbill__node *object, const char *key, const char *const *words,
    size_t n, int32_t first, int32_t *out);
/* The member must be there. */
bool mbill__reader_need(mbill__alarms_reader *reader, const mbill__node *object, const char *key, mbill__node *out);
bool mbill__reader_object(mbill__alarms_reader *reader, const mbill__node *node, const char *const *keys, size_t n);
void *mbill__reader_take(mbill__alarms_reader *reader, size_t count, size_t size);
const char *mbill__reader_text(mbill__alarms_reader *reader, const mbill__node *node); /* NULL: refused */
/* Reasons that a check found, at a node: the check's members are the document's. */
void mbill__reader_check(mbill__alarms_reader *reader, const mbill__node *node, const mbill_error *found, size_t n);
/* {"name": "value", …} */
void mbill__reader_labels(mbill__alarms_reader *reader, const mbill__node *node, mbill_label **out, size_t *out_n);

/* The parts of one alarm. */
void mbill__alarm_def_read(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out);
void mbill__alarm_detect_read(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out);
void mbill__alarm_detect_print(const mbill__alarm_def *def, mbill__writer *to);
void mbill__alarm_notice_read(mbill__alarms_reader *reader, const mbill__node *object, mbill__alarm_level *out,
    int32_t max_count);

/* "watches": whose alarm it is; the alarm is read already, and what a balance cannot be watched by is refused. */
void mbill__alarm_watches_read(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out);

/* Micro-units of money that an alarm's own unit is; amounts of a watched balance are at most so far from 0. */
#define MBILL__WATCH_AMOUNT_MAX INT64_C(4000000000000000000)
int64_t mbill__watch_scale(const mbill__alarm_def *def);

/* The whole, with every default. */
void mbill__alarms_print(const mbill_alarms *alarms, mbill__writer *to);

#endif
