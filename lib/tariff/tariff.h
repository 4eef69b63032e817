/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled tariff: what the reader makes of a document and pricing only reads. Everything lives in one arena, so that a tariff is
 * freed at once and shared between threads without a lock. Limits are small and checked by the reader, so that pricing can keep its
 * working tables on the stack. */
#ifndef MBILL__TARIFF_H
#define MBILL__TARIFF_H

#include "base/memory.h"
#include "meterbill/decimal.h"
#include "meterbill/tariff.h"
#include "tariff/schedule.h"

#define MBILL__CHARGES_MAX 64
#define MBILL__TIERS_MAX 16
#define MBILL__INPUTS_MAX 32
#define MBILL__TERMS_MAX 8
#define MBILL__SLOTS_MAX 256
#define MBILL__MONEY_MAX 256
#define MBILL__DERIVED_TERMS_MAX 8
#define MBILL__TABLES_MAX 32
#define MBILL__SERIES_MAX 32
#define MBILL__TABLE_ROWS_MAX 256
#define MBILL__DERIVED_DEPTH_MAX 8
#define MBILL__DERIVED_LEAVES_MAX 64
#define MBILL__WORDS_MAX 32

/* A step of 0 means: not rounded. */
typedef struct mbill__rounding {
    int64_t step_micro;
    mbill_round_how how;
} mbill__rounding;

/* One row of a table: the numbers that are its own, and their value. */
typedef struct mbill__table_row {
    bool has_low, low_open, has_high, high_open;
    int64_t low_micro, high_micro;
    int64_t value_nano;
    int64_t each_micro; /* 0: the value is the same all over the row; else add_nano for so much of distance from the origin */
    int64_t origin_micro, add_nano;
    bool falling; /* the distance is counted downwards */
    bool exact;   /* in proportion; else in whole steps by how */
    mbill_round_how how;
} mbill__table_row;

typedef struct mbill__table {
    const char *name;
    const mbill__table_row *rows;
    size_t n_rows;
    bool used;
} mbill__table;

/* A rate that stands in a table, or that the word of a fact chooses; table -1 and no values: it is a number. */
typedef struct mbill__lookup {
    int32_t table, by;
    const int64_t *values_nano; /* by the place of the word; table is -1 */
} mbill__lookup;

/* Prices by steps of time that pricing is given, named here. */
typedef struct mbill__price_series {
    const char *name, *unit; /* the unit that a price is for */
    int32_t step_s;
    bool used;
} mbill__price_series;

/* A rate that is a price of a series x times + plus. */
typedef struct mbill__series_rate {
    int32_t series;
    int64_t times_nano, plus_nano;
    mbill__rounding round; /* of the rate; none: it must come out exact */
} mbill__series_rate;

/* What an input is made of when it is neither a register nor a fact. */
typedef enum mbill__derivation {
    MBILL__SUM = 1,
    MBILL__APPARENT,
    MBILL__QUOTIENT,
    MBILL__POWER_FACTOR,
    MBILL__TABLE_VALUE
} mbill__derivation;

/* For which stretch of time a sum is taken before a part of it is. */
typedef enum mbill__per_what { MBILL__PER_INTERVAL = 0, MBILL__PER_PERIOD, MBILL__PER_WHOLE_BILL } mbill__per_what;

/* A sum as it is, what of it is above 0, or how far it is below 0. */
typedef enum mbill__sum_part { MBILL__PART_ALL = 0, MBILL__PART_POSITIVE, MBILL__PART_NEGATIVE } mbill__sum_part;

typedef struct mbill__derived_term {
    int32_t input;
    int32_t period; /* its quantity in this period alone; -1: all */
    int64_t factor_nano;
} mbill__derived_term;

typedef struct mbill__derived {
    mbill__derivation how;
    mbill__per_what per;
    mbill__sum_part part;
    const mbill__derived_term *terms; /* of apparent energy, a quotient and a power factor: two */
    size_t n_terms;
    mbill__rounding round;
    int32_t table; /* of a value that stands in one, by the one term */
    bool has_if_none;
    int64_t if_none_micro; /* a quotient of nothing by nothing */
} mbill__derived;

typedef struct mbill__tariff_input {
    const char *name; /* as charges say */
    const char *from; /* the register's or fact's own name; NULL when derived */
    const char *unit;
    bool is_fact;             /* one number for the bill, which may multiply: a fact, a quotient or a power factor */
    const char *const *words; /* a fact that is one of these, and counted by its place among them */
    size_t n_words;           /* 0: a number */
    bool converted;           /* a register whose use is multiplied by dated factors of the request */
    bool prorate;             /* intervals across a boundary are divided in proportion to time, else refused */
    mbill__derived *derived;  /* NULL: a register or a fact of the account */
} mbill__tariff_input;

/* What a quantity is a product of: an input (>= 0) or one of these. */
enum { MBILL__TERM_ONE = -1, MBILL__TERM_DAYS = -2, MBILL__TERM_MONTHS = -3 };

/* Where a tier ends, how wide it is, what a condition compares with, or what a peak is at least: a number, or a product of facts over a number. */
typedef struct mbill__tier_bound {
    int64_t value_micro;
    const struct mbill__quantity *product; /* NULL: the number */
    int64_t over_micro;
    int32_t demand; /* the charge (from 1) whose billed peak multiplies it too; 0: none */
    int32_t begins,
        cut; /* a bound inside a band: the bounds (from 1) of the ladder that the band lies between; 0: its start, no end */
} mbill__tier_bound;

#define MBILL__TOP_MAX 31
#define MBILL__RATCHET_SPANS_MAX 23

/* What earlier peaks make of one, each of a month of the calendar or of a bill. */
typedef struct mbill__ratchet {
    bool of_bills;
    bool by_last_day;          /* a bill is of the month of its last day; else of its first */
    int32_t spans;             /* so many before it are looked at */
    int64_t percent_micro[12]; /* what counts of the peak of an earlier January, … */
    int64_t own_micro[12];     /* … and of its own */
    bool has_if_unknown;
    int64_t if_unknown_micro; /* the peak of one that is not known */
    size_t slot;              /* spans + 1 places of the position: a month's at its number modulo that, a bill's at any */
} mbill__ratchet;

/* The highest average power of the intervals of a span: of an input in a unit by the hour. */
typedef struct mbill__peak {
    int32_t input;
    int32_t interval_s;
    uint32_t window;                /* one bit a period; 0: all time */
    const char *at;                 /* the list of instants whose intervals alone count; NULL: all */
    int32_t top;                    /* the mean of so many highest, … */
    bool distinct;                  /* … each on a day of its own */
    int32_t over;                   /* mbill__over: a peak for each of these in the bill */
    const mbill__ratchet *ratchet;  /* NULL: none */
    const mbill__tier_bound *floor; /* NULL: none */
} mbill__peak;

/* What is billed in one band of a comparison with a contracted quantity: a share of each, added up. */
typedef struct mbill__contract_band {
    int64_t end_nano; /* where the band ends, as a multiple of what is contracted; the last has no end */
    bool end_open;    /* the end itself belongs to the next band */
    int64_t contracted_nano, actual_nano;
} mbill__contract_band;

typedef struct mbill__contracted {
    int32_t fact;
    const mbill__contract_band *bands; /* rising */
    size_t n_bands;
} mbill__contracted;

/* A quantity that is priced in equal parts, such as two months as twice one. */
typedef struct mbill__in_parts {
    bool is;
    int32_t number; /* of parts; or 0 … */
    int32_t term;   /* … and what says it: a fact, or MBILL__TERM_MONTHS */
} mbill__in_parts;

#define MBILL__PARTS_MAX 12

typedef struct mbill__quantity {
    int32_t meter;                   /* the register among the inputs, or -1 */
    int32_t terms[MBILL__TERMS_MAX]; /* the other factors */
    size_t n_terms;
    int64_t factor_nano;
    int64_t in_numerator, in_denominator; /* what converts it into another unit; 0, 0: it is priced in its own */
    const char *converted;                /* the same in words; NULL: it is not converted */
    int64_t free_micro;                   /* taken off after the factor; 0: none */
    int32_t free_times;                   /* what multiplies it: an input or a MBILL__TERM_ */
    int64_t least_micro;                  /* at least so much is billed; 0: what there is */
    int32_t least_times;                  /* what multiplies it */
    mbill__rounding round;                /* of the quantity; none: half_even at 10^-6 */
    int32_t cut;                          /* "days" are those before (> 0) or from (< 0) the first such month-day on; 0: all */
    mbill__in_parts parts;
    const int32_t *money; /* these amounts (places in the tariff's money) instead; NULL otherwise */
    size_t n_money;
    const mbill__peak *peak;             /* this instead; NULL otherwise */
    const mbill__contracted *contracted; /* compared with it; NULL: billed as it is */
    const char *unit;
} mbill__quantity;

typedef enum mbill__over {
    MBILL__OVER_NONE = 0,
    MBILL__OVER_BILL,
    MBILL__OVER_DAY,
    MBILL__OVER_MONTH,
    MBILL__OVER_QUARTER,
    MBILL__OVER_YEAR,
    MBILL__OVER_PURCHASES,
    MBILL__OVER_TWO_MONTHS,
    MBILL__OVER_FOUR_MONTHS,
    MBILL__OVER_HALF_YEAR,
    MBILL__OVER_SEASON
} mbill__over;
typedef enum mbill__across { MBILL__ACROSS_NONE = 0, MBILL__ACROSS_PERIODS, MBILL__ACROSS_EACH } mbill__across;
typedef enum mbill__split {
    MBILL__SPLIT_NONE = 0,
    MBILL__SPLIT_CHRONOLOGICAL,
    MBILL__SPLIT_PROPORTIONAL,
    MBILL__SPLIT_UNIFORM
} mbill__split;

/* Bounds written for so many days, for a bill of another length. */
typedef struct mbill__day_scale {
    int64_t of_days;            /* 0: not scaled; or one of these two */
    int64_t from_days, to_days; /* bills of this many days, both included, are not scaled; 0, 0: all are */
    mbill__rounding round;
} mbill__day_scale;

enum { MBILL__SCALE_MONTH = -1, MBILL__SCALE_PREVIOUS_MONTH = -2 };

typedef enum mbill__fee_due { MBILL__FEE_NONE = 0, MBILL__FEE_ENTERED, MBILL__FEE_REACHED } mbill__fee_due;

typedef struct mbill__ladder {
    const mbill__schedule *schedule; /* the charge's calendar; NULL: none */
    mbill__over over;
    int32_t start; /* month * 100 + day on which a span longer than a month begins */
    bool whole;
    bool bound_above; /* whole: a quantity on a bound is in the tier above */
    mbill__across across;
    mbill__split split;
    size_t n_tiers;
    const mbill__tier_bound *bounds;    /* [season][n_tiers - 1] */
    bool by_season;                     /* else one season */
    bool widths;                        /* bounds are widths */
    bool inside_band;                   /* bounds inside a band are counted on from where it begins */
    int32_t times;                      /* what multiplies the bounds: an input or a MBILL__TERM_ */
    int32_t add_fact;                   /* what moves them: a fact, MBILL__TERM_ONE for none, … */
    int64_t add_above_micro, add_micro; /* … by add for each unit above this */
    mbill__day_scale scale;
    mbill__fee_due fee_due;
    const int64_t *fees_nano;     /* by tier */
    const int64_t *packs_micro;   /* units in a pack by tier; NULL: none */
    const int64_t *crossing_nano; /* by tier, for all periods: the rates of a bill that crosses a bound, split uniformly */
    bool keeps_paid;              /* bounds that move leave the units already priced in their tiers: one place a tier */
    size_t slot, n_slots;         /* its places in the position */
} mbill__ladder;

typedef enum mbill__per { MBILL__PER_BILL = 0, MBILL__PER_DAY, MBILL__PER_MONTH, MBILL__PER_YEAR } mbill__per;

/* An amount that a later charge looks at: of a charge, of some of its tiers, or of one of its periods. */
typedef struct mbill__money {
    int32_t charge;
    int32_t from_tier, to_tier; /* from 1; 0, 0: all tiers */
    int32_t period;             /* -1: all periods */
} mbill__money;

/* How a part of a month or year is counted: 0 = refused, > 0 = its days over this number, or over the days of the month or year it is part of. */
enum { MBILL__PART_OF_STRETCH = -1 };

typedef enum mbill__bound { MBILL__BOUND_NONE = 0, MBILL__BOUND_AT_LEAST, MBILL__BOUND_AT_MOST } mbill__bound;

typedef enum mbill__compare {
    MBILL__IS = 0,
    MBILL__ABOVE,
    MBILL__AT_LEAST,
    MBILL__BELOW,
    MBILL__UP_TO,
    MBILL__IS_ONE_OF
} mbill__compare;

/* A fact, or the total of a register over the bill, against a number; or a fact that is a word against words. */
typedef struct mbill__condition {
    int32_t input;
    mbill__compare compare;
    mbill__tier_bound limit;
    uint32_t words; /* IS_ONE_OF: one bit a word of the input */
} mbill__condition;

/* A base that is charged on lines of its own, beside tiers whose rates are what they add. */
typedef struct mbill__own_base {
    int64_t *rates_nano;  /* [season][period], as the charge's; the same in all periods without by_period */
    size_t n_each_season; /* how many are a season's */
    bool by_period;
    bool adds_by_period; /* the tiers' rates differ by period too */
} mbill__own_base;

typedef struct mbill__charge {
    size_t place;                       /* its own, among the tariff's charges */
    const mbill__condition *conditions; /* all must hold, or the charge is not due */
    size_t n_conditions;
    mbill__quantity quantity; /* of a bound: what its limit is counted in */
    mbill__ladder ladder;
    bool by_period;
    int32_t by_tier_of;               /* the charge whose tier chooses among the rates, or -1 */
    const int64_t *rates_nano;        /* [season][tier][period]; without seasons or periods where they make no difference */
    size_t rates_each_season;         /* how many of them; 0: the same in all seasons */
    const mbill__lookup *lookups;     /* the same; NULL: all rates are numbers */
    mbill__own_base *base;            /* besides; NULL: none */
    const mbill__series_rate *series; /* this instead; NULL otherwise */
    mbill__per per;
    int32_t part;
    mbill__over once_per; /* MBILL__OVER_NONE; or due once in each such span … */
    int32_t once_start;   /* … that begins on this month-day, 0: 01-01, … */
    int32_t credit_until; /* month * 100 + day at which what is kept below 0 or below a minimum is settled; 0: nothing is kept */
    int64_t credit_nano;  /* what a unit of it is then paid; 0: it is lost */
    size_t credit_slot;
    size_t once_slot; /* … of which the last is at this place of the position */
    mbill__bound bound;
    mbill__over limit_over; /* MBILL__OVER_NONE: the bill; or a span that begins on … */
    int32_t limit_start;    /* … this month-day, … */
    size_t limit_slot;      /* … of which this place of the position knows what it came to */
    const int32_t *of;      /* the amounts that a bound looks at */
    size_t n_of;
    mbill__rounding round;
} mbill__charge;

/* How money becomes a quantity. */
typedef struct mbill__buying {
    int64_t step_micro; /* 0: the tariff does not say how it is bought */
    bool half_up;       /* to the nearest step, half a step up; else down to what the money pays in full */
} mbill__buying;

struct mbill_tariff {
    mbill__arena arena;
    mbill_labels labels;
    const char *title, *source;
    int64_t valid_from_utc_s, valid_to_utc_s;
    mbill_zone *zone;
    const char *canonical;
    mbill__tariff_input *inputs;
    size_t n_inputs;
    mbill__table *tables;
    size_t n_tables;
    mbill__price_series *series;
    size_t n_series;
    mbill__schedule *schedules; /* the calendars */
    size_t n_schedules;
    mbill__rounding round_line, round_bill;
    mbill__buying buy;
    mbill__charge *charges;
    size_t n_charges;
    size_t n_slots;
    mbill__money *money;
    size_t n_money;
};

/* Rate in a season (any when not by season) of a tier (from 0) in a period (any when not by period). */
static inline int64_t mbill__charge_rate(const mbill__charge *charge, size_t n_periods, size_t season, size_t tier, size_t period)
{
    const int64_t *rates_nano = charge->rates_nano + season * charge->rates_each_season;
    return charge->by_period ? rates_nano[tier * n_periods + period] : rates_nano[tier];
}

/* The same of a base of its own. */
static inline int64_t mbill__own_base_rate(const mbill__charge *charge, size_t season, size_t period)
{
    const mbill__own_base *base = charge->base;
    size_t place = charge->rates_each_season == 0 ? 0 : season;
    return base->rates_nano[place * base->n_each_season + (base->by_period ? period : 0)];
}

/* The names of a calendar's periods, in the labels' order; returns how many. */
size_t mbill__period_names(const mbill_tariff *tariff, const mbill__schedule *schedule, const char *out[MBILL__PERIODS_MAX]);

/* Index of a name in the tariff's periods, or -1. */
int32_t mbill__tariff_period(const mbill_tariff *tariff, const char *name);

#endif
