/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of kind "usage": inputs in their four forms, read into what pricing takes. Changes when usage gets another form.
 * Law: a document is read whole or not at all, and every refusal points to the value that it is about. */
#include "calendar/civil.h"
#include "document/json.h"
#include "document/say.h"
#include "meter/values.h"
#include "meterbill/decimal.h"
#include "meterbill/reading.h"

#include <string.h>

#define INPUTS_MAX 1000     /* entries of "inputs", each period of an entry counted */
#define VALUES_MAX 1000000  /* entries of "values" or "readings" */
#define STEP_MAX_S 31622400 /* 366 days */
#define ONE_MICRO INT64_C(1000000)

struct mbill_usage {
    mbill__arena arena; /* holds this struct's arrays and texts */
    int64_t from_utc_s, to_utc_s, span_to_utc_s;
    mbill_input *inputs;
    size_t n_inputs;
};

/* What the parts of the reader share. */
typedef struct reader {
    mbill_usage *usage;
    mbill_allocator allocator;
    const mbill_zone *zone;
    mbill_error *err;
} reader;

enum { FORM_TOTAL, FORM_PERIODS, FORM_VALUES, FORM_READINGS, N_FORMS };
static const char *const form_names[N_FORMS] = {"total", "periods", "values", "readings"};

static mbill_status no_memory(const mbill__node *node, mbill_error *err)
{
    return mbill__node_fail(node, err, MBILL_E_NOMEM, "no memory for the usage");
}

static mbill_status read_time(const reader *in, const mbill__node *node, int64_t *out_utc_s)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, in->err));
    return mbill__node_place(node, in->err, mbill_time_parse(text, strlen(text), in->zone, out_utc_s, in->err));
}

/* ---- one input ---- */

/* "quality" of an entry as flags; absent: measured. */
static mbill_status read_quality(const reader *in, const mbill__node *entry, uint32_t *out_flags)
{
    static const char *const words[] = {"measured", "estimated", "substituted"};
    static const uint32_t flags[] = {0, MBILL_READING_ESTIMATED, MBILL_READING_SUBSTITUTED};
    mbill__node node;
    int32_t index = 0;
    if (mbill__node_get(entry, "quality", &node)) MBILL_TRY(mbill__node_word(&node, words, 3, &index, in->err));
    *out_flags = flags[index];
    return MBILL_OK;
}

static mbill_status read_periods(const reader *in, const mbill__node *periods, const mbill_input *common, mbill_input *inputs)
{
    mbill__node total;
    size_t n = 0;
    for (bool more = mbill__node_first(periods, &total); more; more = mbill__node_next(&total), n++) {
        inputs[n] = *common;
        inputs[n].period = mbill__arena_text(&in->usage->arena, total.key, strlen(total.key));
        if (inputs[n].period == NULL) return no_memory(&total, in->err);
        MBILL_TRY(mbill__node_decimal(&total, MBILL_SCALE_MICRO, &inputs[n].total_micro, in->err));
    }
    return MBILL_OK;
}

/* How many entries a list of values has: 1 to VALUES_MAX. */
static mbill_status count_values(const mbill__node *list, size_t min_count, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(mbill__node_list(list, min_count, err));
    *out_n = mbill__node_count(list);
    if (*out_n > VALUES_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu values, expected at most %d", *out_n, VALUES_MAX);
    return MBILL_OK;
}

static mbill_status read_grid(const reader *in, const mbill__node *entry, size_t n_values, int64_t *out_start_utc_s,
    int64_t *out_step_s)
{
    mbill__node start, step;
    MBILL_TRY(mbill__node_need(entry, "start", &start, in->err));
    MBILL_TRY(read_time(in, &start, out_start_utc_s));
    MBILL_TRY(mbill__node_need(entry, "step_s", &step, in->err));
    MBILL_TRY(mbill__node_whole(&step, 1, STEP_MAX_S, out_step_s, in->err));
    if (*out_start_utc_s + (int64_t)n_values * *out_step_s <= MBILL__INSTANT_END) return MBILL_OK;
    return mbill__node_fail(&step, in->err, MBILL_E_RANGE, "%zu values from %s on end after the year %d", n_values,
        mbill__say_time(*out_start_utc_s, NULL).text, MBILL_YEAR_MAX);
}

static mbill_status read_values(const reader *in, const mbill__node *entry, const mbill__node *values, mbill_input *input)
{
    static const char *const rules[] = {"half_even"};
    mbill__node node;
    size_t n, i = 0;
    int64_t start_utc_s, step_s;
    int32_t rule;
    bool round = mbill__node_get(entry, "round", &node);
    if (round) MBILL_TRY(mbill__node_word(&node, rules, 1, &rule, in->err));
    MBILL_TRY(count_values(values, 1, &n, in->err));
    MBILL_TRY(read_grid(in, entry, n, &start_utc_s, &step_s));
    mbill_interval *intervals = mbill__arena_take(&in->usage->arena, n, sizeof *intervals);
    if (intervals == NULL) return no_memory(values, in->err);
    for (bool more = mbill__node_first(values, &node); more; more = mbill__node_next(&node), i++) {
        intervals[i] = (mbill_interval){start_utc_s + (int64_t)i * step_s, start_utc_s + (int64_t)(i + 1) * step_s, 0,
            input->flags, 0};
        MBILL_TRY(mbill__value_read(&node, round, &intervals[i].quantity_micro, in->err));
    }
    input->intervals = intervals;
    input->n_intervals = n;
    return MBILL_OK;
}

/* ["2026-02-01", "950"] or ["2026-02-01", "5", "rollover"] */
static mbill_status read_reading(const reader *in, const mbill__node *node, uint32_t flags, mbill_reading *out)
{
    static const char *const words[] = {"rollover", "removed", "installed"};
    static const uint32_t marks[] = {MBILL_READING_ROLLOVER, MBILL_READING_REMOVED, MBILL_READING_INSTALLED};
    mbill__node part;
    int32_t mark;
    MBILL_TRY(mbill__node_list(node, 2, in->err));
    if (mbill__node_count(node) > 3)
        return mbill__node_fail(node, in->err, MBILL_E_INVALID,
            "a reading of %zu entries, expected time, value and an optional mark", mbill__node_count(node));
    *out = (mbill_reading){0, 0, flags, 0};
    (void)mbill__node_first(node, &part);
    MBILL_TRY(read_time(in, &part, &out->at_utc_s));
    (void)mbill__node_next(&part);
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->value_micro, in->err));
    if (!mbill__node_next(&part)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&part, words, 3, &mark, in->err));
    out->flags |= marks[mark];
    return MBILL_OK;
}

static mbill_status read_register(const reader *in, const mbill__node *entry, mbill_register *out)
{
    mbill__node node;
    *out = (mbill_register){sizeof *out, 0, 0, ONE_MICRO};
    if (mbill__node_get(entry, "modulus", &node)) {
        MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->modulus_micro, in->err));
        if (out->modulus_micro <= 0)
            return mbill__node_fail(&node, in->err, MBILL_E_INVALID, "modulus %s is not above 0",
                mbill__say_micro(out->modulus_micro).text);
    }
    if (mbill__node_get(entry, "multiplier", &node)) {
        MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->multiplier_micro, in->err));
        if (out->multiplier_micro <= 0)
            return mbill__node_fail(&node, in->err, MBILL_E_INVALID, "multiplier %s is not above 0",
                mbill__say_micro(out->multiplier_micro).text);
    }
    return MBILL_OK;
}

/* A refusal that names a reading by its number, pointed to that reading. */
static mbill_status refuse_reading(const reader *in, const mbill__node *list, mbill_status status, const mbill_error *inner)
{
    mbill__node node;
    bool more = mbill__node_first(list, &node);
    while (more && (int64_t)node.index != inner->index) more = mbill__node_next(&node);
    return mbill__node_fail(more ? &node : list, in->err, status, "%s", inner->message);
}

/* Differences of the readings, kept by the usage. Time that they leave open is for pricing to judge; none of the span covered
 * is not. */
static mbill_status take_differences(const reader *in, const mbill__node *entry, const mbill__node *list,
    const mbill_reading *readings, size_t n, mbill_input *input)
{
    mbill_register reg;
    mbill_error inner;
    MBILL_TRY(read_register(in, entry, &reg));
    mbill_interval *intervals = mbill__arena_take(&in->usage->arena, n, sizeof *intervals);
    if (intervals == NULL) return no_memory(list, in->err);
    mbill_error_init(&inner);
    mbill_status status = mbill_usage_from_registers(&reg, readings, n, in->usage->from_utc_s, in->usage->to_utc_s,
        MBILL_USAGE_ALLOW_GAPS, intervals, n, &input->n_intervals, NULL, &inner);
    if (status != MBILL_OK) return refuse_reading(in, list, status, &inner);
    if (input->n_intervals == 0)
        return mbill__node_fail(list, in->err, MBILL_E_GAP, "no reading covers any of the time from %s to %s",
            mbill__say_time(in->usage->from_utc_s, NULL).text, mbill__say_time(in->usage->to_utc_s, NULL).text);
    input->intervals = intervals;
    return MBILL_OK;
}

static mbill_status read_readings(const reader *in, const mbill__node *entry, const mbill__node *list, mbill_input *input)
{
    mbill__node node;
    size_t n, i = 0;
    mbill_status status = MBILL_OK;
    MBILL_TRY(count_values(list, 2, &n, in->err));
    mbill_reading *readings = mbill__alloc_array(&in->allocator, n, sizeof *readings);
    if (readings == NULL) return no_memory(list, in->err);
    for (bool more = mbill__node_first(list, &node); more && status == MBILL_OK; more = mbill__node_next(&node))
        status = read_reading(in, &node, input->flags, &readings[i++]);
    if (status == MBILL_OK) status = take_differences(in, entry, list, readings, n, input);
    mbill__release(&in->allocator, readings, n * sizeof *readings);
    return status;
}

/* ---- the entries ---- */

/* Which of the forms an entry has: exactly one, and no key of another. */
static mbill_status read_form(const reader *in, const mbill__node *entry, int *out_form, mbill__node *out_node)
{
    static const struct {
        const char *key;
        int form;
    } belongs[] = {{"start", FORM_VALUES}, {"step_s", FORM_VALUES}, {"round", FORM_VALUES}, {"modulus", FORM_READINGS},
        {"multiplier", FORM_READINGS}};
    mbill__node node;
    *out_form = N_FORMS;
    for (int form = 0; form < N_FORMS; form++) {
        if (!mbill__node_get(entry, form_names[form], &node)) continue;
        if (*out_form != N_FORMS)
            return mbill__node_fail(&node, in->err, MBILL_E_INVALID, "the entry has both \"%s\" and \"%s\", expected one of them",
                form_names[*out_form], form_names[form]);
        *out_form = form;
        *out_node = node;
    }
    if (*out_form == N_FORMS)
        return mbill__node_fail(entry, in->err, MBILL_E_MISSING_KEY,
            "the entry has no quantity, expected one of total, periods, values, readings");
    for (size_t i = 0; i < sizeof belongs / sizeof belongs[0]; i++)
        if (belongs[i].form != *out_form && mbill__node_get(entry, belongs[i].key, &node))
            return mbill__node_fail(&node, in->err, MBILL_E_INVALID, "\"%s\" belongs to \"%s\", but the entry has \"%s\"",
                belongs[i].key, form_names[belongs[i].form], form_names[*out_form]);
    return MBILL_OK;
}

static mbill_status read_name(const reader *in, const mbill__node *entry, const char **out_name)
{
    mbill__node node;
    const char *name;
    MBILL_TRY(mbill__node_need(entry, "register", &node, in->err));
    MBILL_TRY(mbill__node_name(&node, &name, in->err));
    for (size_t i = 0; i < in->usage->n_inputs; i++)
        if (strcmp(in->usage->inputs[i].name, name) == 0)
            return mbill__node_fail(&node, in->err, MBILL_E_INVALID, "register \"%s\" stands in two entries, expected one", name);
    *out_name = mbill__arena_text(&in->usage->arena, name, strlen(name));
    return *out_name == NULL ? no_memory(&node, in->err) : MBILL_OK;
}

static mbill_status read_entry(const reader *in, const mbill__node *entry)
{
    static const char *const keys[] = {"register", "total", "periods", "values", "readings", "start", "step_s", "round",
        "modulus", "multiplier", "quality"};
    mbill_usage *usage = in->usage;
    mbill_input input = {.name = NULL}, *place = &usage->inputs[usage->n_inputs];
    mbill__node node;
    int form;
    size_t n = 1;
    MBILL_TRY(mbill__node_object(entry, keys, sizeof keys / sizeof keys[0], in->err));
    MBILL_TRY(read_name(in, entry, &input.name));
    MBILL_TRY(read_form(in, entry, &form, &node));
    MBILL_TRY(read_quality(in, entry, &input.flags));
    switch (form) {
    case FORM_TOTAL: MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &input.total_micro, in->err)); break;
    case FORM_VALUES: MBILL_TRY(read_values(in, entry, &node, &input)); break;
    case FORM_READINGS: MBILL_TRY(read_readings(in, entry, &node, &input)); break;
    default:
        MBILL_TRY(read_periods(in, &node, &input, place));
        n = mbill__node_count(&node);
        break;
    }
    if (form == FORM_VALUES || form == FORM_READINGS) input.flags = 0; /* its intervals carry them */
    if (form != FORM_PERIODS) *place = input;
    usage->n_inputs += n;
    return MBILL_OK;
}

/* How many inputs the entries make: one each, or one for each period. */
static mbill_status count_inputs(const reader *in, const mbill__node *list, size_t *out_n)
{
    mbill__node entry, periods;
    MBILL_TRY(mbill__node_list(list, 0, in->err)); /* none: the bill has fixed charges alone */
    *out_n = 0;
    for (bool more = mbill__node_first(list, &entry); more; more = mbill__node_next(&entry)) {
        bool by_period = mbill__node_get(&entry, "periods", &periods);
        if (by_period) MBILL_TRY(mbill__node_object(&periods, NULL, 0, in->err));
        size_t n = by_period ? mbill__node_count(&periods) : 1;
        if (n == 0) return mbill__node_fail(&periods, in->err, MBILL_E_INVALID, "0 periods, expected 1 or more");
        *out_n += n;
    }
    if (*out_n <= INPUTS_MAX) return MBILL_OK;
    return mbill__node_fail(list, in->err, MBILL_E_LIMIT, "%zu inputs, expected at most %d", *out_n, INPUTS_MAX);
}

/* The end of the billing span of which the usage covers a part. */
static mbill_status read_span_to(const reader *in, const mbill__node *root)
{
    mbill__node node;
    if (!mbill__node_get(root, "span_to", &node)) return MBILL_OK;
    MBILL_TRY(read_time(in, &node, &in->usage->span_to_utc_s));
    if (in->usage->span_to_utc_s >= in->usage->to_utc_s) return MBILL_OK;
    return mbill__node_fail(&node, in->err, MBILL_E_INVALID, "the billing span ends at %s, before the usage at %s",
        mbill__say_time(in->usage->span_to_utc_s, NULL).text, mbill__say_time(in->usage->to_utc_s, NULL).text);
}

static mbill_status read_span(const reader *in, const mbill__node *root)
{
    mbill__node from, to;
    mbill_usage *usage = in->usage;
    MBILL_TRY(mbill__node_need(root, "from", &from, in->err));
    MBILL_TRY(read_time(in, &from, &usage->from_utc_s));
    MBILL_TRY(mbill__node_need(root, "to", &to, in->err));
    MBILL_TRY(read_time(in, &to, &usage->to_utc_s));
    if (usage->from_utc_s < usage->to_utc_s) return read_span_to(in, root);
    return mbill__node_fail(&to, in->err, MBILL_E_INVALID, "usage ends at %s, not after its start at %s",
        mbill__say_time(usage->to_utc_s, NULL).text, mbill__say_time(usage->from_utc_s, NULL).text);
}

static mbill_status read_document(const reader *in, const mbill__node *root)
{
    static const char *const keys[] = {"meterbill", "kind", "from", "to", "span_to", "inputs"};
    mbill__node list, entry;
    size_t n = 0;
    MBILL_TRY(mbill__json_header(root, "usage", false, in->err));
    MBILL_TRY(mbill__node_object(root, keys, sizeof keys / sizeof keys[0], in->err));
    MBILL_TRY(read_span(in, root));
    MBILL_TRY(mbill__node_need(root, "inputs", &list, in->err));
    MBILL_TRY(count_inputs(in, &list, &n));
    in->usage->inputs = mbill__arena_take(&in->usage->arena, n + 1, sizeof *in->usage->inputs);
    if (in->usage->inputs == NULL) return no_memory(&list, in->err);
    for (bool more = mbill__node_first(&list, &entry); more; more = mbill__node_next(&entry)) MBILL_TRY(read_entry(in, &entry));
    return MBILL_OK;
}

mbill_status mbill_usage_read(const char *json, size_t len, const mbill_zone *zone, const mbill_allocator *allocator,
    mbill_usage **out_usage, mbill_error *err)
{
    reader in = {.zone = zone, .err = err};
    mbill__json *document;
    MBILL__NEED(out_usage);
    *out_usage = NULL;
    MBILL__NEED(json);
    MBILL_TRY(mbill__allocator_read(&in.allocator, allocator, err));
    MBILL_TRY(mbill__json_read(json, len, &in.allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    in.usage = mbill__alloc(&in.allocator, sizeof *in.usage);
    mbill_status status = in.usage == NULL ? no_memory(&root, err) : MBILL_OK;
    if (status == MBILL_OK) {
        mbill__arena_start(&in.usage->arena, &in.allocator);
        status = read_document(&in, &root);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_usage = in.usage;
    else mbill_usage_free(in.usage);
    return status;
}

void mbill_usage_free(mbill_usage *usage)
{
    if (usage == NULL) return;
    mbill_allocator allocator = usage->arena.allocator;
    mbill__arena_free(&usage->arena);
    mbill__release(&allocator, usage, sizeof *usage);
}

const mbill_input *mbill_usage_inputs(const mbill_usage *usage, size_t *out_n_inputs)
{
    if (out_n_inputs != NULL) *out_n_inputs = usage == NULL ? 0 : usage->n_inputs;
    return usage == NULL ? NULL : usage->inputs;
}

int64_t mbill_usage_from_utc_s(const mbill_usage *usage)
{
    return usage == NULL ? INT64_MIN : usage->from_utc_s;
}

int64_t mbill_usage_to_utc_s(const mbill_usage *usage)
{
    return usage == NULL ? INT64_MIN : usage->to_utc_s;
}

int64_t mbill_usage_span_to_utc_s(const mbill_usage *usage)
{
    return usage == NULL ? 0 : usage->span_to_utc_s;
}
