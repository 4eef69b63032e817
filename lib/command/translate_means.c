/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a document of kind "meter_means" says. */
#include "command/translate_means.h"

#include "command/document.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
enum { OFFSET_MAX_S = 14 * 3600, SER_MAX = 255, CUSTOMER_DIGITS = 12 };

/* Members that may be absent; each says whether it is there. */

static mbill_status take_bytes(const mbill__node *root, const char *key, uint8_t *out, size_t n, bool *out_there,
    mbill_error *err)
{
    mbill__node node;
    *out_there = mbill__node_get(root, key, &node);
    return *out_there ? mbill__node_bytes(&node, out, n, NULL, err) : MBILL_OK;
}

/* At most n bytes, as a view of them. */
static mbill_status take_view(const mbill__node *root, const char *key, uint8_t *room, size_t n, mbill_bytes *out,
    mbill_error *err)
{
    mbill__node node;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    out->p = room;
    return mbill__node_bytes(&node, room, n, &out->n, err);
}

static mbill_status take_whole(const mbill__node *root, const char *key, int64_t min, int64_t max, int64_t *out, bool *out_there,
    mbill_error *err)
{
    mbill__node node;
    *out_there = mbill__node_get(root, key, &node);
    return *out_there ? mbill__node_whole(&node, min, max, out, err) : MBILL_OK;
}

/* The digits as people read them, low byte first on the wire. */
static mbill_status take_customer(const mbill__node *root, mbill_means *means, mbill_error *err)
{
    mbill__node node;
    const char *text;
    if (!mbill__node_get(root, "customer", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (strlen(text) != CUSTOMER_DIGITS || strspn(text, "0123456789") != CUSTOMER_DIGITS)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "not the %d digits of a customer number", CUSTOMER_DIGITS);
    for (size_t i = 0; i < sizeof means->customer; i++)
        means->customer[sizeof means->customer - 1 - i] = (uint8_t)((text[2 * i] - '0') << 4 | (text[2 * i + 1] - '0'));
    means->has |= MBILL_MEANS_CUSTOMER;
    return MBILL_OK;
}

static mbill_status take_numbers(const mbill__node *root, mbill_means *means, mbill_error *err)
{
    uint8_t di[4] = {0};
    int64_t offset_s = 0, ser = 0;
    bool there, is_known;
    MBILL_TRY(take_whole(root, "offset_s", -OFFSET_MAX_S, OFFSET_MAX_S, &offset_s, &is_known, err));
    if (is_known) means->has |= MBILL_MEANS_OFFSET;
    means->offset_s = (int32_t)offset_s;
    MBILL_TRY(take_whole(root, "ser", 0, SER_MAX, &ser, &there, err));
    means->ser = (uint8_t)ser;
    MBILL_TRY(take_bytes(root, "type", &means->type, 1, &there, err));
    MBILL_TRY(take_bytes(root, "di", di, sizeof di, &there, err));
    means->di = (uint32_t)di[0] << 24 | (uint32_t)di[1] << 16 | (uint32_t)di[2] << 8 | di[3];
    return MBILL_OK;
}

static mbill_status read_means(const mbill__node *root, mbill__means_kept *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "offset_s", "password", "operator", "customer", "type", "ser", "di",
        "table", "sealed", "macs"};
    mbill_means *means = &out->means;
    bool there, is_known;
    MBILL_TRY(mbill__json_header(root, "meter_means", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(take_bytes(root, "password", means->password, sizeof means->password, &is_known, err));
    if (is_known) means->has |= MBILL_MEANS_PASSWORD;
    MBILL_TRY(take_bytes(root, "operator", means->operator_code, sizeof means->operator_code, &there, err));
    MBILL_TRY(take_customer(root, means, err));
    MBILL_TRY(take_numbers(root, means, err));
    MBILL_TRY(take_view(root, "table", out->table, sizeof out->table, &means->table, err));
    MBILL_TRY(take_view(root, "sealed", out->sealed, sizeof out->sealed, &means->sealed, err));
    return take_view(root, "macs", out->macs, sizeof out->macs, &means->macs, err);
}

mbill_status mbill__means_document(const char *text, size_t len, const mbill_allocator *allocator, mbill__means_kept *out,
    mbill_error *err)
{
    mbill__json *document;
    out->means = (mbill_means)MBILL_MEANS_INIT;
    if (text == NULL) return MBILL_OK;
    MBILL_TRY(mbill__json_read_secret(text, len, allocator, &document, err));
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_means(&root, out, err);
    mbill__json_free(document);
    return status;
}
