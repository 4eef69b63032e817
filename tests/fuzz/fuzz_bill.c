/* SPDX-License-Identifier: Apache-2.0 */
/* Bill documents: what is taken holds together and is the same when it is written and read again; what is refused has a status and a sentence
 * and gives nothing out. */
#include "meterbill/bill.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINES 64
#define SEGMENTS 8

static const mbill_charge_label OLD_CHARGES[] = {{"energy", "Energy", "power company", "kWh", NULL},
    {"basic", NULL, NULL, "m2", NULL}};
static const mbill_charge_label NEW_CHARGES[] = {{"basic", NULL, NULL, "m2", NULL}, {"energy", "Energy", NULL, "kWh", NULL},
    {"tax", NULL, NULL, "", NULL}};
static const char *const OLD_PERIODS[] = {"peak", "valley"}, *const NEW_PERIODS[] = {"valley"};
static const mbill_labels OLD = {sizeof OLD, 0, "home", "1", "CNY", "00ff", NULL, OLD_CHARGES, 2, OLD_PERIODS, 2};
static const mbill_labels NEW = {sizeof NEW, 0, "home", "2", "CNY", NULL, NULL, NEW_CHARGES, 3, NEW_PERIODS, 1};
static const mbill_labels *const LABELS[] = {&NEW, &OLD};

typedef struct taken {
    mbill_line lines[LINES];
    mbill_bill_segment segments[SEGMENTS];
    size_t n_lines, n_segments;
    mbill_bill bill;
} taken;

static void need(bool holds)
{
    if (!holds) abort();
}

/* Records of conversion of a bill that was taken are taken too. */
static void check_converted(const char *text, size_t len)
{
    mbill_converted records[SEGMENTS];
    size_t n = 0;
    mbill_status status = mbill_bill_read_converted(text, len, &OLD, records, SEGMENTS, &n, NULL);
    need(status == MBILL_OK || status == MBILL_E_ROOM);
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        size_t room = 0;
        need(mbill_converted_explain(&records[i], &OLD, NULL, &room, NULL) == MBILL_OK && room > 1);
    }
}

static mbill_status take(const char *text, size_t len, taken *out)
{
    mbill_error err;
    mbill_error_init(&err);
    memset(out, 0, sizeof *out);
    out->bill = (mbill_bill){.struct_size = sizeof out->bill, .total_micro = 7};
    mbill_status status = mbill_bill_read_segments(text, len, LABELS, 2, out->lines, LINES, &out->n_lines, out->segments,
        SEGMENTS, &out->n_segments, &out->bill, &err);
    if (status == MBILL_OK) {
        check_converted(text, len);
        return status;
    }
    need(err.status == (int32_t)status && err.message[0] != '\0' && out->bill.total_micro == 7);
    return status;
}

static char *write(const taken *from, size_t *out_len)
{
    size_t len = 0;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_bill_write_segments(&from->bill, from->lines, from->n_lines, from->segments, from->n_segments, 0,
        NULL, &len, &err);
    need(status == MBILL_OK || status == MBILL_E_RANGE); /* a year that a document may say without an offset, and not with it */
    if (status != MBILL_OK) return NULL;
    char *text = malloc(len);
    need(text != NULL);
    need(mbill_bill_write_segments(&from->bill, from->lines, from->n_lines, from->segments, from->n_segments, 0, text, &len,
             &err) == MBILL_OK);
    *out_len = len - 1;
    return text;
}

static void check_segments(const taken *of)
{
    size_t at = 0;
    int64_t total_micro = 0;
    need(of->n_segments >= 1);
    for (size_t i = 0; i < of->n_segments; i++) {
        const mbill_bill_segment *segment = &of->segments[i];
        need(segment->labels == &OLD || segment->labels == &NEW);
        need(segment->first_line == at && segment->from_utc_s < segment->to_utc_s);
        need(segment->from_utc_s == (i == 0 ? of->bill.from_utc_s : of->segments[i - 1].to_utc_s));
        for (; at < segment->first_line + segment->n_lines; at++) total_micro += of->lines[at].amount_micro;
    }
    need(at == of->n_lines && total_micro == of->bill.total_micro);
    need(of->segments[of->n_segments - 1].to_utc_s == of->bill.to_utc_s);
}

/* The one labels of the old version take nothing that both do not. */
static void read_by_one(const char *text, size_t len, const taken *by_version)
{
    mbill_line lines[LINES];
    size_t n_lines = 0;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_bill_read(text, len, &OLD, lines, LINES, &n_lines, &bill, &err);
    if (status == MBILL_OK && by_version != NULL) need(memcmp(&bill, &by_version->bill, sizeof bill) == 0);
    if (status != MBILL_OK) need(err.status == (int32_t)status && err.message[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static taken first, again;
    mbill_error err;
    size_t len = 0;
    const char *text = size == 0 ? "" : (const char *)data;
    mbill_status status = take(text, size, &first);
    read_by_one(text, size, status == MBILL_OK ? &first : NULL);
    if (status != MBILL_OK) return 0;
    mbill_error_init(&err);
    need(mbill_bill_check(&first.bill, first.lines, first.n_lines, &err) == MBILL_OK);
    check_segments(&first);
    char *written = write(&first, &len);
    if (written == NULL) return 0;
    need(take(written, len, &again) == MBILL_OK);
    need(memcmp(&first, &again, sizeof first) == 0);
    free(written);
    return 0;
}
