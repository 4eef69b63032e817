/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a bill shows of a conversion does: measured x factor = quantity, checked, written, read and said. */
#include "bill/converted.h"

#include "base/fail.h"
#include "bill/line.h"
#include "document/say.h"
#include "document/time_read.h"
#include "meterbill/decimal.h"
#include "number/ratio.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NANO INT64_C(1000000000)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* ---- whether it holds ---- */

static bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool is_product(const mbill_converted *converted)
{
    int64_t quantity_micro;
    return converted->numerator > 0 && converted->denominator > 0 &&
        mbill__multiply_divide(converted->measured_micro, converted->numerator, converted->denominator, MBILL_ROUND_HALF_EVEN,
            &quantity_micro) &&
        quantity_micro == converted->quantity_micro;
}

mbill_status mbill__converted_check(const mbill_converted *converted, size_t index, mbill_error *err)
{
    if (!ends(converted->name, sizeof converted->name) || !ends(converted->unit, sizeof converted->unit) ||
        !ends(converted->measured_unit, sizeof converted->measured_unit) || !ends(converted->origin, sizeof converted->origin))
        return mbill__fail(err, MBILL_E_INVALID, "a text of conversion %zu does not end", index);
    if (converted->from_utc_s >= converted->to_utc_s)
        return mbill__fail(err, MBILL_E_INVALID, "conversion %zu ends before it begins", index);
    if (is_product(converted)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "the quantity %s of conversion %zu is not the product %s x %" PRId64 "/%" PRId64,
        mbill__say_micro(converted->quantity_micro).text, index, mbill__say_micro(converted->measured_micro).text,
        converted->numerator, converted->denominator);
}

/* ---- the factor as text ---- */

typedef struct factor_text {
    char text[64];
} factor_text;

/* A decimal where it has at most nine places, so that a person can multiply; else a fraction. */
static factor_text say_factor(const mbill_converted *converted)
{
    factor_text out;
    int64_t unit = 1, value, numerator = converted->numerator, denominator = converted->denominator;
    int64_t common = mbill__common_divisor(numerator, denominator);
    for (int32_t scale = 0; scale <= MBILL_SCALE_NANO; scale++, unit *= 10) {
        if (unit % (denominator / common) != 0 || !mbill__multiply(numerator / common, unit / (denominator / common), &value))
            continue;
        snprintf(out.text, sizeof out.text, "%s", mbill__say_decimal(value, scale).text);
        return out;
    }
    snprintf(out.text, sizeof out.text, "%" PRId64 "/%" PRId64, numerator / common, denominator / common);
    return out;
}

static mbill_status read_factor(const mbill__node *node, mbill_converted *out, mbill_error *err)
{
    const char *text = "";
    MBILL_TRY(mbill__node_text(node, &text, err));
    const char *slash = strchr(text, '/');
    size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
    out->denominator = NANO;
    MBILL_TRY(
        mbill__node_place(node, err, mbill_decimal_parse(text, len, slash == NULL ? MBILL_SCALE_NANO : 0, &out->numerator, err)));
    if (slash != NULL)
        MBILL_TRY(mbill__node_place(node, err, mbill_decimal_parse(slash + 1, strlen(slash + 1), 0, &out->denominator, err)));
    if (out->numerator <= 0 || out->denominator <= 0)
        return mbill__node_fail(node, err, MBILL_E_RANGE, "the factor is %s; expected more than 0", text);
    int64_t common = mbill__common_divisor(out->numerator, out->denominator);
    out->numerator /= common;
    out->denominator /= common;
    return MBILL_OK;
}

/* ---- document ---- */

static mbill_status write_one(mbill__writer *to, const mbill_converted *converted, const mbill_zone *zone, mbill_error *err)
{
    mbill__write_object(to, NULL);
    mbill__write_text(to, "register", converted->name);
    MBILL_TRY(mbill__write_time(to, "from", converted->from_utc_s, zone, err));
    MBILL_TRY(mbill__write_time(to, "to", converted->to_utc_s, zone, err));
    mbill__write_decimal(to, "measured", converted->measured_micro, MBILL_SCALE_MICRO);
    mbill__write_text(to, "measured_unit", converted->measured_unit);
    mbill__write_text(to, "factor", say_factor(converted).text);
    if (converted->origin[0] != '\0') mbill__write_text(to, "origin", converted->origin);
    mbill__write_decimal(to, "quantity", converted->quantity_micro, MBILL_SCALE_MICRO);
    mbill__write_text(to, "unit", converted->unit);
    mbill__write_object_end(to);
    return MBILL_OK;
}

mbill_status mbill__converted_write(mbill__writer *to, const mbill_bill *bill, const mbill_zone *zone, mbill_error *err)
{
    if (bill->n_converted == 0) return MBILL_OK;
    MBILL__NEED(bill->converted);
    mbill__write_list(to, "converted");
    for (size_t i = 0; i < bill->n_converted; i++) {
        MBILL_TRY(mbill__converted_check(&bill->converted[i], i, err));
        MBILL_TRY(write_one(to, &bill->converted[i], zone, err));
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static mbill_status copy_text(const mbill__node *node, char *out, size_t size, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    if (strlen(text) >= size)
        return mbill__node_fail(node, err, MBILL_E_LIMIT, "it has %zu bytes; expected at most %zu", strlen(text), size - 1);
    memcpy(out, text, strlen(text) + 1);
    return MBILL_OK;
}

static mbill_status read_text(const mbill__node *object, const char *key, char *out, size_t size, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return copy_text(&node, out, size, err);
}

mbill_status mbill__converted_read(const mbill__node *object, const mbill_zone *zone, mbill_converted *out, mbill_error *err)
{
    static const char *const keys[] = {"register", "from", "to", "measured", "measured_unit", "factor", "origin", "quantity",
        "unit"};
    mbill__node node;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(read_text(object, "register", out->name, sizeof out->name, err));
    MBILL_TRY(mbill__node_time(object, "from", zone, &out->from_utc_s, err));
    MBILL_TRY(mbill__node_time(object, "to", zone, &out->to_utc_s, err));
    MBILL_TRY(mbill__node_need_decimal(object, "measured", MBILL_SCALE_MICRO, &out->measured_micro, err));
    MBILL_TRY(read_text(object, "measured_unit", out->measured_unit, sizeof out->measured_unit, err));
    MBILL_TRY(mbill__node_need(object, "factor", &node, err));
    MBILL_TRY(read_factor(&node, out, err));
    if (mbill__node_get(object, "origin", &node)) MBILL_TRY(copy_text(&node, out->origin, sizeof out->origin, err));
    MBILL_TRY(mbill__node_need_decimal(object, "quantity", MBILL_SCALE_MICRO, &out->quantity_micro, err));
    MBILL_TRY(read_text(object, "unit", out->unit, sizeof out->unit, err));
    return mbill__node_place(object, err, mbill__converted_check(out, object->index, err));
}

static mbill_status read_list(const mbill__node *root, const mbill_zone *zone, mbill_converted *out, size_t cap, size_t *out_n,
    mbill_error *err)
{
    mbill__node list, node;
    mbill_converted one;
    MBILL_TRY(mbill__json_header(root, "bill", false, err));
    *out_n = 0;
    if (!mbill__node_get(root, "converted", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__converted_read(&node, zone, &one, err));
    *out_n = mbill__node_count(&list);
    if (*out_n > cap)
        return mbill__fail(err, MBILL_E_ROOM, "the bill has %zu conversions, but there is room for %zu", *out_n, cap);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__converted_read(&node, zone, &out[node.index], err));
    return MBILL_OK;
}

mbill_status mbill_bill_read_converted(const char *json, size_t len, const mbill_labels *labels, mbill_converted *out, size_t cap,
    size_t *out_n, mbill_error *err)
{
    mbill_labels names;
    mbill_allocator libc;
    mbill__json *document;
    size_t n = 0;
    MBILL__NEED(json);
    MBILL__NEED(labels);
    MBILL__NEED(out_n);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill__labels_read(&names, labels, err));
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    MBILL_TRY(mbill__json_read(json, len, &libc, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_list(&root, names.zone, out, cap, &n, err);
    if (status == MBILL_OK || status == MBILL_E_ROOM) *out_n = n;
    mbill__json_free(document);
    return status;
}

/* ---- sentence ---- */

mbill_status mbill_converted_explain(const mbill_converted *converted, const mbill_labels *labels, char *out_text,
    size_t *inout_len, mbill_error *err)
{
    mbill_labels known;
    char text[1024];
    MBILL__NEED(converted);
    MBILL__NEED(labels);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__labels_read(&known, labels, err));
    MBILL_TRY(mbill__converted_check(converted, 0, err));
    bool said = converted->origin[0] != '\0';
    int written = snprintf(text, sizeof text, "%s, %s to %s: %s %s x %s = %s %s%s%s%s", converted->name,
        mbill__say_time(converted->from_utc_s, known.zone).text, mbill__say_time(converted->to_utc_s, known.zone).text,
        mbill__say_micro(converted->measured_micro).text, converted->measured_unit, say_factor(converted).text,
        mbill__say_micro(converted->quantity_micro).text, converted->unit, said ? " (" : "", converted->origin, said ? ")" : "");
    size_t need = (size_t)written + 1, room = *inout_len;
    *inout_len = need;
    if (out_text == NULL) return MBILL_OK;
    if (room < need) return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the sentence needs %zu", room, need);
    memcpy(out_text, text, need);
    return MBILL_OK;
}
