/* SPDX-License-Identifier: Apache-2.0 */
/* A board in memory: shared by what reads its lines, what runs them, what prints events and what keeps its state. */
#ifndef MBILL__BOARD_H
#define MBILL__BOARD_H

#include "alarm/alarms.h"

/* One alarm of the document for one key. */
typedef struct mbill__standing {
    const mbill__alarm_def *def;
    const char *key;                      /* "" when lines name none */
    mbill_alarm alarms[MBILL_LEVELS_MAX]; /* a window has one too, for its label */
    uint64_t bits;                        /* of votes */
    mbill_window *window;                 /* NULL: the alarm is no window */
    mbill_detector *detector;             /* NULL: it is no detector; what alarms has is a copy of its alarm */
    mbill_notice notices[MBILL_LEVELS_MAX];
    uint8_t active[MBILL_LEVELS_MAX];    /* raised and not returned, as far as events are told */
    uint8_t resolved[MBILL_LEVELS_MAX];  /* returned, and the group is not told yet */
    uint8_t asked[MBILL_LEVELS_MAX];     /* suppressed by an operator */
    uint8_t inhibited[MBILL_LEVELS_MAX]; /* suppressed by another alarm */
    mbill_group_member members[MBILL_LEVELS_MAX];
    size_t group;                          /* place in the board's */
    size_t first_labelled;                 /* place of its first level among those that inhibition sees */
    uint8_t keeps_supply, tripped, closed; /* closed: the line has reset what was tripped */
    uint8_t has_kept;                      /* 1: kept_s is the last time that it had when it was loaded */
    int64_t kept_s;
} mbill__standing;

/* Alarms that are told together. */
typedef struct mbill__gathering {
    const char *by; /* values of the labels, each ended by a line feed */
    mbill_group group;
} mbill__gathering;

/* What a line of output says. */
typedef enum mbill__says {
    MBILL__SAYS_RAISE = 1,
    MBILL__SAYS_CLEAR,
    MBILL__SAYS_TRIP,
    MBILL__SAYS_RELEASE,
    MBILL__SAYS_NOTIFY,
    MBILL__SAYS_ESCALATE,
    MBILL__SAYS_GROUP,
    MBILL__SAYS_STATE,
    MBILL__SAYS_ROLLOVER, /* as MBILL_DETECT_ROLLOVER, and so on */
    MBILL__SAYS_LOCK,
    MBILL__SAYS_UNLOCK
} mbill__says;

typedef struct mbill__saying {
    int32_t what;    /* mbill__says */
    size_t standing; /* of a group: the gathering */
    size_t level;
    int64_t effective_s, observed_s, value;
    bool has_value;
    uint32_t episode, channels, count, step, priority;
    size_t first_member, n_members; /* of a group */
} mbill__saying;

/* An alarm of a group's message. */
typedef struct mbill__told {
    size_t standing, level;
    bool fires;
} mbill__told;

/* What a line asks. */
typedef enum mbill__asks { MBILL__ASKS_SAMPLE, MBILL__ASKS_EVENT, MBILL__ASKS_TICK, MBILL__ASKS_ACTION } mbill__asks;

typedef struct mbill__board_line {
    int32_t asks; /* mbill__asks */
    int64_t t_s, until_s;
    const mbill__alarm_def *def; /* NULL: every alarm that takes such a line */
    const char *key;             /* NULL: none; of the document */
    char key_text[24];           /* a key that is a number */
    mbill__node value, use, second;
    const char *second_key; /* NULL: no second value */
    bool has_value, has_use, has_holds, holds, estimated;
    bool is_balance; /* what the value is stands in balance_micro, and not in a document */
    int64_t balance_micro;
    uint64_t who;
    int32_t action; /* mbill_notice_kind, or one of those below */
    int32_t level;  /* from 1; 0: all */
} mbill__board_line;

enum { MBILL__KEEP_SUPPLY = 101, MBILL__FREE_SUPPLY, MBILL__SHOW, MBILL__RECLOSE };

typedef struct mbill__found {
    mbill_alarm_event event;
    size_t standing;
} mbill__found;

struct mbill_board {
    const mbill_alarms *alarms;
    mbill__arena arena; /* keys and windows */
    mbill__standing *standings;
    size_t n_standings, cap_standings;
    mbill__gathering *gatherings;
    size_t n_gatherings, cap_gatherings;
    mbill__saying *sayings;
    size_t n_sayings, cap_sayings;
    mbill__told *told;
    size_t n_told, cap_told;
    mbill__found *found;
    size_t n_found, cap_found;
    size_t *index, n_index;   /* standings by name and key: open addressing, place + 1 */
    mbill_labelled *labelled; /* for inhibition: every level of every alarm, added to when one is new */
    uint8_t *suppressed;
    size_t n_labelled, n_known, cap_labelled, cap_suppressed; /* n_known: alarms whose levels are there */
    mbill_group_member *members;                              /* of one group, while it is looked at */
    size_t cap_members;
    mbill__buffer text;
    int64_t last_s, tick_s;
    bool has_last, has_tick, restores, other_config;
    bool is_kept;    /* by a store: alarms of balances take no lines, and each alarm only what is later than what it had when it was loaded */
    int64_t n_passed; /* lines that were not */
    int64_t kept_tick_s;
    bool has_kept_tick;
    int64_t saved_s;
};

/* count of *items becomes at least wanted; E_NOMEM. */
mbill_status mbill__board_grow(mbill_board *board, void **items, size_t *cap, size_t wanted, size_t size, mbill_error *err);
/* The alarm of a definition for a key; made when it is new. */
mbill_status mbill__board_find(mbill_board *board, const mbill__alarm_def *def, const char *key, size_t *out, mbill_error *err);
/* The values of the labels that inhibition and groups see: those of the document, and alarm, key and level. */
const char *mbill__board_label(const mbill__standing *standing, size_t level, const char *name);

mbill_status mbill__board_line_read(const mbill_alarms *alarms, const mbill__node *root, mbill__board_line *out,
    mbill_error *err);
/* What the line does to every alarm that it is for; fills the board's sayings. */
mbill_status mbill__board_run(mbill_board *board, const mbill__board_line *line, mbill_error *err);
/* The same to the one alarm at that place. */
mbill_status mbill__board_run_at(mbill_board *board, const mbill__board_line *line, size_t at, mbill_error *err);
/* What RAISE and CLEAR mean to notices, groups and the supply. */
mbill_status mbill__board_tell(mbill_board *board, const mbill__board_line *line, const size_t *touched, size_t n_touched,
    mbill_error *err);
mbill_status mbill__board_act(mbill_board *board, const mbill__board_line *line, const size_t *touched, size_t n_touched,
    mbill_error *err);
/* The supply of an alarm's key, when what trips it has changed. */
mbill_status mbill__board_trip(mbill_board *board, size_t at, int64_t t_s, int64_t observed_s, mbill_error *err);
/* An event more of a line. */
mbill_status mbill__board_say(mbill_board *board, const mbill__saying *one, mbill_error *err);
/* Every alarm that others suppress, or no longer do. */
mbill_status mbill__board_inhibit(mbill_board *board, int64_t t_s, int64_t observed_s, mbill_error *err);
/* An input to a notice, with all that is due before it; at the notice's own time if that is later. A level without a notice takes everything. */
mbill_status mbill__board_notice(mbill_board *board, size_t at, size_t level, const mbill_notice_input *input, int64_t observed_s,
    mbill_error *err);
/* Suppressed by an operator or by a rule: the notice hears of the first and of the last. */
mbill_status mbill__board_suppress(mbill_board *board, size_t at, size_t level, bool asked, bool inhibited, int64_t t_s,
    int64_t observed_s, mbill_error *err);
/* Groups whose time is before t_s, or with it. */
mbill_status mbill__board_flush(mbill_board *board, int64_t t_s, bool inclusive, int64_t observed_s, mbill_error *err);
/* What it says in order of effective times. */
void mbill__board_order(mbill_board *board);
void mbill__board_print(mbill_board *board);
/* A detector with a line: whether it takes such a one, and what it does. *closed: what was tripped is reset. */
bool mbill__board_detector_takes(const mbill__alarm_def *def, const mbill__board_line *line);
mbill_status mbill__board_detect(const mbill__alarm_def *def, const mbill__board_line *line, int64_t value,
    mbill_detector *detector, mbill_alarm_event *events, size_t *n, bool *closed, mbill_error *err);
/* The board is a store's from now on, as it was loaded: delays go on as if it had never been away. */
void mbill__board_keep(mbill_board *board);
/* Delays that ran when the board was saved. */
mbill_status mbill__board_restore(mbill_board *board, int64_t t_s, mbill_error *err);

#endif
