/* SPDX-License-Identifier: Apache-2.0 */
/* The library behind a line protocol, so that models in any language can check it without bindings. Public functions alone.
 *
 * One request a line on stdin, one answer a line on stdout. Words are separated by one tab; numbers are decimal integers in the
 * library's own units (micro, nano, seconds, civil days); documents are JSON on one line. An answer is
 *     ok <tab> value …              or
 *     STATUS <tab> index <tab> path <tab> message
 * with STATUS as mbill_status_name gives it. The end of the input ends the program with 0, a request that is none of these with 2.
 *
 *     parse SCALE TEXT                         mbill_decimal_parse       → value
 *     print SCALE VALUE                        mbill_decimal_print       → text
 *     places SCALE MIN VALUE                   mbill_decimal_print_places → text
 *     round VALUE STEP HOW                     mbill_decimal_round       → value      (HOW 1-6, mbill_round_how)
 *     multiply QUANTITY RATE STEP HOW          mbill_decimal_multiply    → amount
 *     scale VALUE NUMERATOR DENOMINATOR HOW    mbill_decimal_scale       → value
 *     sum SCALE VALUE …                        mbill_sum_add, _print, _value → text, and the value or -
 *     days YYYY-MM-DD                          mbill_date_parse, _to_days → days, weekday
 *     date DAYS                                mbill_date_of_days, _print → text
 *     add_months YYYY-MM-DD MONTHS             mbill_date_add_months     → text
 *     zone RULE                                mbill_zone_from_rule: the zone of the requests that follow; empty: UTC
 *     tzif HEX                                 mbill_zone_from_tzif: the same
 *     offset UTC                               mbill_zone_offset, _standard_offset, _next_change → three numbers
 *     to_utc LOCAL FOLD                        mbill_zone_to_utc         → UTC        (FOLD 0-2, mbill_fold)
 *     day_start DAYS                           mbill_zone_day_start      → UTC
 *     day UTC                                  mbill_zone_day            → days
 *     time TEXT                                mbill_time_parse          → UTC
 *     time_print UTC                           mbill_time_print          → text
 * and, unless it was compiled with DRIVER_GROUND (numbers and calendar alone, for 32-bit programs),
 *     registers MODULUS MULTIPLIER FROM TO FLAGS [AT VALUE MARKS] …
 *                                              mbill_usage_from_registers → total, gap, rollovers, replacements, then start end quantity …
 *     tariff JSON                              mbill_tariff_read: the tariff of the requests that follow; forgets the position
 *     canonical                                mbill_tariff_canonical    → JSON
 *     price USAGE FACTS FLAGS                  mbill_usage_read, mbill_facts_read (empty: none), mbill_tariff_price, mbill_bill_check,
 *                                              mbill_bill_write, mbill_position_write → bill, position after
 *     buy MONEY AT FACTS                       mbill_tariff_buy of MONEY micro-units at UTC second AT → quantity, change, bill, position after
 *     later JSON                               mbill_tariff_read: a version that begins inside the bills of `change`
 *     change USAGE FACTS FLAGS SPLIT STEP HOW  mbill_change_price, _bill_check, _bill_write_segments → bill, position after
 *                                              (SPLIT mbill_change_split)
 *     correct OLD NEW                          mbill_bill_read, mbill_bill_difference, mbill_bill_check, mbill_bill_write → correction
 *     carry                                    the position after the last price is the one before the next
 *     restart                                  the next price begins without a position
 *     alarms JSON LINE …                       mbill_board_line → for each line "refused" or nothing, and its events, 0x1e behind each
 *     cycle JSON                               mbill_cycle_run → answer
 *     score MONTHS WEIGHT LEAST DAY DUE DISPUTED AMOUNT ON_TIME …
 *                                              mbill_score → score
 *     document KIND JSON                       mbill_usage_read, _facts_read, _position_read, _accounts_read, _operations_read, _heat_records_read, mbill_settlement_read,
 *                                              mbill_split_read, mbill_cycle_policy_read, mbill_cycle_run or mbill_bill_read: whether it is taken
 *                                              (usage, positions and bills by the tariff given before)
 */
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"
#include "meterbill/status.h"
#ifndef DRIVER_GROUND
#include "bulk_agrees.h"
#include "change_price.h"
#include "stream_agrees.h"

#include "meterbill/alarms.h"
#include "meterbill/bill.h"
#include "meterbill/buy.h"
#include "meterbill/charge.h"
#include "meterbill/command.h"
#include "meterbill/contract.h"
#include "meterbill/cycle.h"
#include "meterbill/heat.h"
#include "meterbill/operations.h"
#include "meterbill/person.h"
#include "meterbill/place.h"
#include "meterbill/reading.h"
#include "meterbill/receipt.h"
#include "meterbill/score.h"
#include "meterbill/settle.h"
#include "meterbill/split.h"
#include "meterbill/tariff.h"
#include "meterbill/task.h"
#endif

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 100000

typedef struct command {
    char **words; /* words[0] is the verb */
    size_t n_words;
} command;

static mbill_zone *zone;
static mbill_error err;

static void stop(const char *why)
{
    fprintf(stderr, "driver: %s\n", why);
    exit(2);
}

static const char *word(const command *r, size_t index)
{
    if (index >= r->n_words) stop("a word is missing");
    return r->words[index];
}

static int64_t number(const command *r, size_t index)
{
    char *end;
    const char *text = word(r, index);
    intmax_t value = strtoimax(text, &end, 10);
    if (end == text || *end != '\0') stop("a number was expected");
    return value;
}

/* For arguments that are 32 bits wide in the library. */
static int32_t small(const command *r, size_t index)
{
    int64_t value = number(r, index);
    if (value < INT32_MIN || value > INT32_MAX) stop("a 32-bit number was expected");
    return (int32_t)value;
}

static void *room(size_t size)
{
    void *block = calloc(1, size > 0 ? size : 1);
    if (block == NULL) stop("no memory");
    return block;
}

/* Print the failure, if it is one. */
static int refused(mbill_status status)
{
    if (status == MBILL_OK) return 0;
    if (err.status != (int32_t)status || err.message[0] == '\0') stop("a failure did not fill the error");
    printf("%s\t%" PRId64 "\t%s\t%s\n", mbill_status_name((int32_t)status), err.index, err.path, err.message);
    return 1;
}

static void answer_number(mbill_status status, int64_t value)
{
    if (!refused(status)) printf("ok\t%" PRId64 "\n", value);
}

static void answer_text(mbill_status status, const char *text)
{
    if (!refused(status)) printf("ok\t%s\n", text);
}

static void do_parse(const command *r)
{
    int64_t value = 0;
    const char *text = word(r, 2);
    mbill_status status = mbill_decimal_parse(text, strlen(text), small(r, 1), &value, &err);
    answer_number(status, value);
}

static void do_print(const command *r)
{
    char text[64];
    size_t len = sizeof text;
    mbill_status status = mbill_decimal_print(number(r, 2), small(r, 1), text, &len, &err);
    answer_text(status, text);
}

static void do_places(const command *r)
{
    char text[64];
    size_t len = sizeof text;
    mbill_status status = mbill_decimal_print_places(number(r, 3), small(r, 1), small(r, 2), text, &len, &err);
    answer_text(status, text);
}

static void do_round(const command *r)
{
    int64_t value = 0;
    mbill_status status = mbill_decimal_round(number(r, 1), number(r, 2), (mbill_round_how)small(r, 3), &value, &err);
    answer_number(status, value);
}

static void do_multiply(const command *r)
{
    int64_t value = 0;
    mbill_status status = mbill_decimal_multiply(number(r, 1), number(r, 2), number(r, 3), (mbill_round_how)small(r, 4), &value,
        &err);
    answer_number(status, value);
}

static void do_scale(const command *r)
{
    int64_t value = 0;
    mbill_status status = mbill_decimal_scale(number(r, 1), number(r, 2), number(r, 3), (mbill_round_how)small(r, 4), &value,
        &err);
    answer_number(status, value);
}

static void do_sum(const command *r)
{
    mbill_sum sum = {0, 0};
    size_t n = r->n_words > 2 ? r->n_words - 2 : 0;
    int64_t *values = room(n * sizeof *values), value = 0;
    for (size_t i = 0; i < n; i++) values[i] = number(r, i + 2);
    mbill_status status = mbill_sum_add(&sum, values, n, &err);
    free(values);
    char text[64];
    size_t len = sizeof text;
    if (status == MBILL_OK) status = mbill_sum_print(&sum, small(r, 1), text, &len, &err);
    if (refused(status)) return;
    if (mbill_sum_value(&sum, &value, &err) == MBILL_OK) printf("ok\t%s\t%" PRId64 "\n", text, value);
    else printf("ok\t%s\t-\n", text);
}

static void do_days(const command *r)
{
    mbill_date date;
    int32_t days = 0;
    mbill_status status = mbill_date_parse(word(r, 1), strlen(word(r, 1)), &date, &err);
    if (status == MBILL_OK) status = mbill_date_to_days(date, &days, &err);
    if (!refused(status)) printf("ok\t%" PRId32 "\t%" PRId32 "\n", days, mbill_date_weekday(days));
}

static void answer_date(mbill_status status, mbill_date date)
{
    char text[32];
    size_t len = sizeof text;
    if (status == MBILL_OK) status = mbill_date_print(date, text, &len, &err);
    answer_text(status, text);
}

static void do_date(const command *r)
{
    mbill_date date = {0, 0, 0};
    mbill_status status = mbill_date_of_days(small(r, 1), &date, &err);
    answer_date(status, date);
}

static void do_add_months(const command *r)
{
    mbill_date date = {0, 0, 0};
    mbill_status status = mbill_date_parse(word(r, 1), strlen(word(r, 1)), &date, &err);
    if (status == MBILL_OK) status = mbill_date_add_months(date, small(r, 2), &date, &err);
    answer_date(status, date);
}

static void take_zone(mbill_status status, mbill_zone *made)
{
    if (refused(status)) return;
    mbill_zone_free(zone);
    zone = made;
    printf("ok\n");
}

static void do_zone(const command *r)
{
    mbill_zone *made = NULL;
    const char *rule = r->n_words > 1 ? r->words[1] : "";
    mbill_status status = *rule == '\0' ? MBILL_OK : mbill_zone_from_rule(rule, strlen(rule), NULL, &made, &err);
    take_zone(status, made);
}

static void do_tzif(const command *r)
{
    const char *hex = word(r, 1);
    size_t n = strlen(hex) / 2;
    unsigned char *bytes = room(n);
    for (size_t i = 0; i < n; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    mbill_zone *made = NULL;
    mbill_status status = mbill_zone_from_tzif(bytes, n, NULL, &made, &err);
    free(bytes); /* the zone must not need it any more */
    take_zone(status, made);
}

static void do_offset(const command *r)
{
    int64_t utc_s = number(r, 1);
    printf("ok\t%" PRId32 "\t%" PRId32 "\t%" PRId64 "\n", mbill_zone_offset(zone, utc_s), mbill_zone_standard_offset(zone, utc_s),
        mbill_zone_next_change(zone, utc_s));
}

static void do_to_utc(const command *r)
{
    int64_t utc_s = 0;
    mbill_status status = mbill_zone_to_utc(zone, number(r, 1), (mbill_fold)small(r, 2), &utc_s, &err);
    answer_number(status, utc_s);
}

static void do_day_start(const command *r)
{
    int64_t utc_s = 0;
    mbill_status status = mbill_zone_day_start(zone, small(r, 1), &utc_s, &err);
    answer_number(status, utc_s);
}

static void do_day(const command *r)
{
    answer_number(MBILL_OK, mbill_zone_day(zone, number(r, 1)));
}

static void do_time(const command *r)
{
    int64_t utc_s = 0;
    mbill_status status = mbill_time_parse(word(r, 1), strlen(word(r, 1)), zone, &utc_s, &err);
    answer_number(status, utc_s);
}

static void do_time_print(const command *r)
{
    char text[64];
    size_t len = sizeof text;
    mbill_status status = mbill_time_print(number(r, 1), zone, text, &len, &err);
    answer_text(status, text);
}

#ifndef DRIVER_GROUND
static mbill_tariff *tariff;
static mbill_tariff *later[VERSIONS_MAX]; /* the versions of `change` behind it */
static size_t n_later;
static mbill_position *position_before, *position_after; /* before: NULL until `carry` */

static void do_registers(const command *r)
{
    mbill_register reg = {(uint32_t)sizeof reg, 0, number(r, 1), number(r, 2)};
    size_t n = r->n_words > 6 ? (r->n_words - 6) / 3 : 0, n_intervals = 0;
    mbill_reading *readings = room(n * sizeof *readings);
    mbill_interval *intervals = room(n * sizeof *intervals);
    for (size_t i = 0; i < n; i++)
        readings[i] = (mbill_reading){number(r, 6 + 3 * i), number(r, 7 + 3 * i), (uint32_t)number(r, 8 + 3 * i), 0};
    mbill_usage_summary summary;
    memset(&summary, 0, sizeof summary);
    summary.struct_size = (uint32_t)sizeof summary;
    mbill_status status = mbill_usage_from_registers(&reg, readings, n, number(r, 3), number(r, 4), (uint32_t)number(r, 5),
        intervals, n, &n_intervals, &summary, &err);
    if (!refused(status)) {
        printf("ok\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64, summary.total_micro, summary.gap_s, summary.n_rollovers,
            summary.n_replacements);
        for (size_t i = 0; i < n_intervals; i++)
            printf("\t%" PRId64 "\t%" PRId64 "\t%" PRId64, intervals[i].start_utc_s, intervals[i].end_utc_s,
                intervals[i].quantity_micro);
        printf("\n");
    }
    free(intervals);
    free(readings);
}

static void forget_positions(void)
{
    free(position_before);
    free(position_after);
    position_before = position_after = NULL;
}

static void forget_later(void)
{
    while (n_later > 0) mbill_tariff_free(later[--n_later]);
}

static void do_tariff(const command *r)
{
    mbill_tariff *made = NULL;
    mbill_status status = mbill_tariff_read(word(r, 1), strlen(word(r, 1)), NULL, &made, &err);
    if (refused(status)) return;
    forget_positions();
    forget_later();
    mbill_tariff_free(tariff);
    tariff = made;
    printf("ok\n");
}

static void do_later(const command *r)
{
    if (n_later + 1 >= VERSIONS_MAX) stop("too many versions");
    mbill_status status = mbill_tariff_read(word(r, 1), strlen(word(r, 1)), NULL, &later[n_later], &err);
    if (refused(status)) return;
    n_later++;
    printf("ok\n");
}

static void need_tariff(void)
{
    if (tariff == NULL) stop("no tariff was given");
}

static void do_canonical(const command *r)
{
    (void)r;
    need_tariff();
    size_t len = 0;
    mbill_status status = mbill_tariff_canonical(tariff, NULL, &len, &err);
    char *text = room(len);
    if (status == MBILL_OK) status = mbill_tariff_canonical(tariff, text, &len, &err);
    answer_text(status, text);
    free(text);
}

/* The conversions of a document are those that it was written of. */
static void read_converted_again(const mbill_bill *bill, const char *text)
{
    size_t n = 0;
    mbill_converted *again = room((bill->n_converted + 1) * sizeof *again);
    if (mbill_bill_read_converted(text, strlen(text), mbill_tariff_labels(tariff), again, bill->n_converted, &n, &err) !=
            MBILL_OK ||
        n != bill->n_converted || (n > 0 && memcmp(again, bill->converted, n * sizeof *again) != 0))
        stop("the conversions of a bill are others when read again");
    free(again);
}

/* Print what stands before them, the bill and the position after it. */
static mbill_status write_bill(const char *before, const mbill_bill *bill, const mbill_line *lines, size_t n_lines)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    mbill_status status = mbill_bill_check(bill, lines, n_lines, &err);
    size_t bill_len = 0, position_len = 0;
    if (status == MBILL_OK) status = mbill_bill_write(bill, lines, n_lines, labels, 0, NULL, &bill_len, &err);
    if (status == MBILL_OK) status = mbill_position_write(tariff, position_after, NULL, &position_len, &err);
    char *bill_text = room(bill_len), *position_text = room(position_len);
    if (status == MBILL_OK) status = mbill_bill_write(bill, lines, n_lines, labels, 0, bill_text, &bill_len, &err);
    if (status == MBILL_OK) status = mbill_position_write(tariff, position_after, position_text, &position_len, &err);
    if (status == MBILL_OK) read_converted_again(bill, bill_text);
    if (status == MBILL_OK) printf("ok\t%s%s\t%s\n", before, bill_text, position_text);
    free(bill_text);
    free(position_text);
    return status;
}

static mbill_price_request request_of(const mbill_usage *usage, const mbill_facts *facts, uint32_t flags)
{
    mbill_price_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = (uint32_t)sizeof request;
    request.flags = flags;
    request.from_utc_s = mbill_usage_from_utc_s(usage);
    request.to_utc_s = mbill_usage_to_utc_s(usage);
    request.span_to_utc_s = mbill_usage_span_to_utc_s(usage);
    request.inputs = mbill_usage_inputs(usage, &request.n_inputs);
    if (facts != NULL) {
        request.facts = mbill_facts_values(facts, &request.n_facts);
        request.lists = mbill_facts_lists(facts, &request.n_lists);
        request.instants = mbill_facts_instants(facts, &request.n_instants);
        request.series = mbill_facts_series(facts, &request.n_series);
        request.factors = mbill_facts_factors(facts, &request.n_factors);
    }
    return request;
}

/* What was converted; *out is to be freed. */
static mbill_status make_converted(const mbill_price_request *request, mbill_bill *bill, mbill_converted **out)
{
    size_t n = 0;
    mbill_status status = mbill_tariff_converted(tariff, request, NULL, 0, &n, &err);
    if (status != MBILL_E_ROOM) return status;
    *out = room(n * sizeof **out);
    bill->converted = *out;
    bill->n_converted = n;
    return mbill_tariff_converted(tariff, request, *out, n, &n, &err);
}

static mbill_status price(const mbill_usage *usage, const mbill_facts *facts, uint32_t flags)
{
    const mbill_price_request request = request_of(usage, facts, flags);
    size_t cap = 0, n_lines = 0;
    mbill_status status = mbill_tariff_lines_max(tariff, request.from_utc_s, request.to_utc_s, &cap, &err);
    if (status != MBILL_OK) return status;
    mbill_line *lines = room(cap * sizeof *lines);
    mbill_bill bill;
    memset(&bill, 0, sizeof bill);
    bill.struct_size = (uint32_t)sizeof bill;
    free(position_after);
    position_after = room(mbill_position_size(tariff));
    status = mbill_tariff_price(tariff, &request, position_before, lines, cap, &n_lines, &bill, position_after, &err);
    const single_price single = {status, lines, n_lines, &bill, position_after};
    const char *differs = bulk_differs(tariff, &request, position_before, &single);
    if (differs == NULL) differs = stream_differs(tariff, &request, position_before, &single);
    if (differs != NULL) stop(differs);
    mbill_converted *converted = NULL;
    if (status == MBILL_OK) status = make_converted(&request, &bill, &converted);
    if (status == MBILL_OK) status = write_bill("", &bill, lines, n_lines);
    free(converted);
    free(lines);
    return status;
}

static mbill_status buy(int64_t money, int64_t at, const mbill_facts *facts)
{
    mbill_price_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = (uint32_t)sizeof request;
    request.flags = MBILL_PRICE_PURCHASE;
    request.from_utc_s = at;
    request.to_utc_s = at + 1;
    if (facts != NULL) request.facts = mbill_facts_values(facts, &request.n_facts);
    size_t cap = 0, n_lines = 0;
    mbill_status status = mbill_tariff_lines_max(tariff, request.from_utc_s, request.to_utc_s, &cap, &err);
    if (status != MBILL_OK) return status;
    mbill_line *lines = room(cap * sizeof *lines);
    mbill_bill bill;
    mbill_purchase purchase;
    memset(&bill, 0, sizeof bill);
    memset(&purchase, 0, sizeof purchase);
    bill.struct_size = (uint32_t)sizeof bill;
    purchase.struct_size = (uint32_t)sizeof purchase;
    free(position_after);
    position_after = room(mbill_position_size(tariff));
    status = mbill_tariff_buy(tariff, &request, position_before, money, lines, cap, &n_lines, &bill, &purchase, position_after,
        &err);
    char before[64];
    snprintf(before, sizeof before, "%lld\t%lld\t", (long long)purchase.quantity_micro, (long long)purchase.change_micro);
    if (status == MBILL_OK) status = write_bill(before, &bill, lines, n_lines);
    free(lines);
    return status;
}

static void do_buy(const command *r)
{
    need_tariff();
    mbill_facts *facts = NULL;
    const char *facts_text = word(r, 3);
    mbill_status status = MBILL_OK;
    if (*facts_text != '\0') status = mbill_facts_read(facts_text, strlen(facts_text), NULL, &facts, &err);
    if (status == MBILL_OK) status = buy(number(r, 1), number(r, 2), facts);
    refused(status);
    mbill_facts_free(facts);
}

static mbill_status change(const mbill_change_rule *rule, const mbill_usage *usage, const mbill_facts *facts, uint32_t flags)
{
    const mbill_price_request request = request_of(usage, facts, flags);
    const mbill_tariff *versions[VERSIONS_MAX] = {tariff};
    char *bill_text, *position_text;
    for (size_t i = 0; i < n_later; i++) versions[1 + i] = later[i];
    mbill_status status = change_price(versions, 1 + n_later, rule, &request, position_before, &bill_text, &position_text, &err);
    if (status == MBILL_OK) printf("ok\t%s\t%s\n", bill_text, position_text);
    free(bill_text);
    free(position_text);
    return status;
}

static mbill_status read_both(const char *usage_text, const char *facts_text, mbill_usage **out_usage, mbill_facts **out_facts)
{
    *out_usage = NULL;
    *out_facts = NULL;
    mbill_status status = mbill_usage_read(usage_text, strlen(usage_text), mbill_tariff_labels(tariff)->zone, NULL, out_usage,
        &err);
    if (status != MBILL_OK || *facts_text == '\0') return status;
    return mbill_facts_read(facts_text, strlen(facts_text), NULL, out_facts, &err);
}

static void do_change(const command *r)
{
    need_tariff();
    mbill_usage *usage;
    mbill_facts *facts;
    const mbill_change_rule rule = {(uint32_t)sizeof rule, small(r, 4), number(r, 5), small(r, 6), 0};
    mbill_status status = read_both(word(r, 1), word(r, 2), &usage, &facts);
    if (status == MBILL_OK) status = change(&rule, usage, facts, (uint32_t)number(r, 3));
    refused(status);
    mbill_facts_free(facts);
    mbill_usage_free(usage);
}

static void do_price(const command *r)
{
    need_tariff();
    mbill_usage *usage;
    mbill_facts *facts;
    mbill_status status = read_both(word(r, 1), word(r, 2), &usage, &facts);
    if (status == MBILL_OK) status = price(usage, facts, (uint32_t)number(r, 3));
    refused(status);
    mbill_facts_free(facts);
    mbill_usage_free(usage);
}

typedef struct read_bill {
    mbill_bill bill;
    mbill_line *lines;
    size_t n_lines;
} read_bill;

/* It must be written as it was read, byte by byte. */
static mbill_status take_bill(const char *json, read_bill *out)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    size_t len = strlen(json), cap = len / 100 + 1, room_len = len + 1;
    memset(out, 0, sizeof *out);
    out->bill.struct_size = (uint32_t)sizeof out->bill;
    out->lines = room(cap * sizeof *out->lines);
    mbill_status status = mbill_bill_read(json, len, labels, out->lines, cap, &out->n_lines, &out->bill, &err);
    if (status != MBILL_OK) return status;
    char *again = room(room_len);
    status = mbill_bill_write(&out->bill, out->lines, out->n_lines, labels, 0, again, &room_len, &err);
    if (status == MBILL_OK && strcmp(again, json) != 0) stop("a bill is written in another way than it was read");
    free(again);
    return status;
}

static mbill_status correct(const read_bill *old, const read_bill *now)
{
    read_bill out;
    size_t cap = old->n_lines + now->n_lines, len = 0;
    memset(&out, 0, sizeof out);
    out.bill.struct_size = (uint32_t)sizeof out.bill;
    out.lines = room((cap + 1) * sizeof *out.lines);
    mbill_status status = mbill_bill_difference(&old->bill, old->lines, old->n_lines, &now->bill, now->lines, now->n_lines,
        out.lines, cap, &out.n_lines, &out.bill, &err);
    if (status == MBILL_OK) status = mbill_bill_check(&out.bill, out.lines, out.n_lines, &err);
    if (status == MBILL_OK)
        status = mbill_bill_write(&out.bill, out.lines, out.n_lines, mbill_tariff_labels(tariff), 0, NULL, &len, &err);
    char *text = room(len);
    if (status == MBILL_OK)
        status = mbill_bill_write(&out.bill, out.lines, out.n_lines, mbill_tariff_labels(tariff), 0, text, &len, &err);
    if (status == MBILL_OK) printf("ok\t%s\n", text);
    free(text);
    free(out.lines);
    return status;
}

static void do_correct(const command *r)
{
    read_bill old, now;
    need_tariff();
    mbill_status status = take_bill(word(r, 1), &old);
    if (!refused(status)) {
        status = take_bill(word(r, 2), &now);
        if (status == MBILL_OK) status = correct(&old, &now);
        refused(status);
        free(now.lines);
    }
    free(old.lines);
}

static void do_carry(const command *r)
{
    (void)r;
    if (position_after == NULL) stop("nothing was priced");
    free(position_before);
    position_before = position_after;
    position_after = NULL;
    printf("ok\n");
}

static void do_restart(const command *r)
{
    (void)r;
    forget_positions();
    printf("ok\n");
}

/* The next pricing begins with this position. */
static void do_begin(const command *r)
{
    need_tariff();
    const char *text = word(r, 1);
    mbill_position *position = malloc(mbill_position_size(tariff));
    if (position == NULL) stop("no memory");
    if (refused(mbill_position_read(tariff, text, strlen(text), position, &err))) {
        free(position);
        return;
    }
    free(position_before);
    position_before = position;
    printf("ok\n");
}

static mbill_status read_usage(const char *json)
{
    mbill_usage *usage = NULL;
    need_tariff();
    mbill_status status = mbill_usage_read(json, strlen(json), mbill_tariff_labels(tariff)->zone, NULL, &usage, &err);
    mbill_usage_free(usage);
    return status;
}

static mbill_status read_facts(const char *json)
{
    mbill_facts *facts = NULL;
    mbill_status status = mbill_facts_read(json, strlen(json), NULL, &facts, &err);
    mbill_facts_free(facts);
    return status;
}

static mbill_status read_position(const char *json)
{
    need_tariff();
    mbill_position *position = room(mbill_position_size(tariff));
    mbill_status status = mbill_position_read(tariff, json, strlen(json), position, &err);
    free(position);
    return status;
}

static mbill_status read_accounts(const char *json)
{
    mbill_accounts *accounts = NULL;
    mbill_status status = mbill_accounts_read(json, strlen(json), NULL, &accounts, &err);
    mbill_accounts_free(accounts);
    return status;
}

static mbill_status read_people(const char *json)
{
    mbill_people *people = NULL;
    mbill_status status = mbill_people_read(json, strlen(json), NULL, &people, &err);
    mbill_people_free(people);
    return status;
}

static mbill_status read_places(const char *json)
{
    mbill_places *places = NULL;
    mbill_status status = mbill_places_read(json, strlen(json), NULL, &places, &err);
    mbill_places_free(places);
    return status;
}

static mbill_status read_heat_records(const char *json)
{
    mbill_heat_records *records = NULL;
    mbill_status status = mbill_heat_records_read(json, strlen(json), NULL, &records, &err);
    mbill_heat_records_free(records);
    return status;
}

static mbill_status read_settlement(const char *json)
{
    mbill_settlement_document *document = NULL;
    mbill_status status = mbill_settlement_read(json, strlen(json), NULL, &document, &err);
    mbill_settlement_document_free(document);
    return status;
}

static mbill_status read_operations(const char *json)
{
    mbill_operations *operations = NULL;
    mbill_status status = mbill_operations_read(json, strlen(json), NULL, &operations, &err);
    mbill_operations_free(operations);
    return status;
}

static mbill_status read_command(const char *json)
{
    mbill_command got;
    return mbill_command_read(json, strlen(json), &got, &err);
}

static mbill_status read_keyset(const char *json)
{
    uint8_t payload[MBILL_KEYSET_BYTES_MAX];
    size_t n;
    return mbill_keyset_read(json, strlen(json), payload, sizeof payload, &n, &err);
}

static mbill_status read_receipt(const char *json)
{
    mbill_receipt receipt;
    return mbill_receipt_read(json, strlen(json), &receipt, &err);
}

static mbill_status read_charge(const char *json)
{
    mbill_charge *charge;
    mbill_status status = mbill_charge_read(json, strlen(json), NULL, &charge, &err);
    mbill_charge_free(charge);
    return status;
}

static mbill_status read_task(const char *json)
{
    mbill_task *task;
    mbill_status status = mbill_task_read(json, strlen(json), NULL, 0, NULL, NULL, NULL, &task, &err);
    mbill_task_free(task);
    return status;
}

static mbill_status read_split(const char *json)
{
    mbill_split *split = NULL;
    mbill_status status = mbill_split_read(json, strlen(json), NULL, &split, &err);
    mbill_split_free(split);
    return status;
}

static mbill_status read_alarms(const char *json)
{
    mbill_alarms *alarms = NULL;
    mbill_status status = mbill_alarms_read(json, strlen(json), NULL, &alarms, NULL, 0, NULL, &err);
    mbill_alarms_free(alarms);
    return status;
}

/* A board on a configuration: for each line its events, with 0x1e in place of line feeds, behind "refused" if it was. */
static void do_alarms(const command *r)
{
    const char *json = word(r, 1);
    mbill_alarms *alarms = NULL;
    mbill_board *board = NULL;
    if (refused(mbill_alarms_read(json, strlen(json), NULL, &alarms, NULL, 0, NULL, &err))) return;
    if (mbill_board_open(alarms, NULL, &board, &err) != MBILL_OK) stop("no board");
    printf("ok");
    for (size_t i = 2; i < r->n_words; i++) {
        const char *text;
        size_t len;
        mbill_status status = mbill_board_line(board, word(r, i), strlen(word(r, i)), &text, &len, &err);
        printf("\t%s", status != MBILL_OK ? "refused" : "");
        for (size_t k = 0; k < len; k++) putchar(text[k] == '\n' ? 0x1e : text[k]);
    }
    printf("\n");
    mbill_board_free(board);
    mbill_alarms_free(alarms);
}

static mbill_status read_billing_policy(const char *json)
{
    mbill_cycle_policy policy;
    return mbill_cycle_policy_read(json, strlen(json), &policy, &err);
}

static mbill_status read_cycle(const char *json)
{
    size_t len = 0;
    return mbill_cycle_run(json, strlen(json), NULL, NULL, &len, &err);
}

static void do_cycle(const command *r)
{
    const char *json = word(r, 1);
    size_t len = 0;
    if (refused(mbill_cycle_run(json, strlen(json), NULL, NULL, &len, &err))) return;
    char *text = room(len);
    if (!refused(mbill_cycle_run(json, strlen(json), NULL, text, &len, &err))) printf("ok\t%s\n", text);
    free(text);
}

static void do_score(const command *r)
{
    mbill_score_rule rule = {sizeof rule, (int32_t)number(r, 1), (int32_t)number(r, 2), (int32_t)number(r, 3)};
    size_t n = (r->n_words - 5) / 4;
    mbill_score_bill *bills = room((n + 1) * sizeof *bills);
    int32_t score;
    for (size_t i = 0; i < n; i++)
        bills[i] = (mbill_score_bill){(int32_t)number(r, 5 + 4 * i), (int32_t)number(r, 6 + 4 * i), number(r, 7 + 4 * i),
            number(r, 8 + 4 * i)};
    if (!refused(mbill_score(&rule, bills, n, (int32_t)number(r, 4), &score, NULL, &err))) printf("ok\t%" PRId32 "\n", score);
    free(bills);
}

static mbill_status read_bill_text(const char *json)
{
    size_t len = strlen(json), cap = len / 100 + 1, n_lines;
    mbill_bill bill;
    need_tariff();
    mbill_line *lines = room(cap * sizeof *lines);
    memset(&bill, 0, sizeof bill);
    bill.struct_size = (uint32_t)sizeof bill;
    mbill_status status = mbill_bill_read(json, len, mbill_tariff_labels(tariff), lines, cap, &n_lines, &bill, &err);
    free(lines);
    return status;
}

static void do_document(const command *r)
{
    static const struct {
        const char *kind;
        mbill_status (*read)(const char *json);
    } kinds[] = {{"usage", read_usage}, {"facts", read_facts}, {"position", read_position}, {"accounts", read_accounts}, {"people", read_people}, {"places", read_places},
        {"operations", read_operations}, {"heat_records", read_heat_records}, {"heat_settlement", read_settlement},
        {"split", read_split}, {"alarms", read_alarms}, {"billing_policy", read_billing_policy}, {"cycle", read_cycle}, {"task", read_task}, {"charge", read_charge}, {"command", read_command}, {"keyset", read_keyset}, {"receipt", read_receipt}, {"bill", read_bill_text}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].kind, word(r, 1)) != 0) continue;
        if (!refused(kinds[i].read(word(r, 2)))) printf("ok\n");
        return;
    }
    stop("no such kind of document");
}
#endif

static const struct {
    const char *verb;
    void (*call)(const command *r);
} verbs[] = {
    {"parse", do_parse},
    {"print", do_print},
    {"places", do_places},
    {"round", do_round},
    {"multiply", do_multiply},
    {"scale", do_scale},
    {"sum", do_sum},
    {"days", do_days},
    {"date", do_date},
    {"add_months", do_add_months},
    {"zone", do_zone},
    {"tzif", do_tzif},
    {"offset", do_offset},
    {"to_utc", do_to_utc},
    {"day_start", do_day_start},
    {"day", do_day},
    {"time", do_time},
    {"time_print", do_time_print},
#ifndef DRIVER_GROUND
    {"registers", do_registers},
    {"tariff", do_tariff},
    {"canonical", do_canonical},
    {"later", do_later},
    {"price", do_price},
    {"change", do_change},
    {"buy", do_buy},
    {"correct", do_correct},
    {"carry", do_carry},
    {"begin", do_begin},
    {"alarms", do_alarms},
    {"cycle", do_cycle},
    {"score", do_score},
    {"document", do_document},
    {"restart", do_restart},
#endif
};

/* One line without its end, in a block that grows; NULL at the end of the input. */
static char *read_line(char **block, size_t *size)
{
    size_t len = 0;
    for (int c = getchar(); c != EOF; c = getchar()) {
        if (len + 1 >= *size) {
            *size = *size > 0 ? *size * 2 : 4096;
            *block = realloc(*block, *size);
            if (*block == NULL) stop("no memory");
        }
        if (c == '\n') {
            (*block)[len] = '\0';
            return *block;
        }
        (*block)[len++] = (char)c;
    }
    return NULL;
}

static void serve(char *line, char **words)
{
    command r = {words, 0};
    for (char *at = line; at != NULL && r.n_words < WORDS_MAX; r.n_words++) {
        words[r.n_words] = at;
        at = strchr(at, '\t');
        if (at != NULL) *at++ = '\0';
    }
    mbill_error_init(&err);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(words[0], verbs[i].verb) == 0) {
            verbs[i].call(&r);
            fflush(stdout);
            return;
        }
    }
    stop("no such request");
}

int main(void)
{
    char *block = NULL, **words = room(WORDS_MAX * sizeof *words);
    size_t size = 0;
    for (char *line = read_line(&block, &size); line != NULL; line = read_line(&block, &size)) serve(line, words);
    free(words);
    free(block);
    mbill_zone_free(zone);
#ifndef DRIVER_GROUND
    forget_positions();
    forget_later();
    mbill_tariff_free(tariff);
#endif
    return 0;
}
