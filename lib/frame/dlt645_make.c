/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a DL/T 645 frame is made otherwise from JSON. Either from "data", or part by part, in the order of the function's row. */
#include "frame/dlt645_items.h"
#include "frame/dlt645_json.h"
#include "frame/dlt645_write.h"
#include "frame/value.h"

#include <string.h>

/* Where the next part goes. */
typedef struct making {
    const mbill__node *root;
    const mbill_dlt645_profile *profile;
    mbill_dlt645_frame *frame;
    size_t n; /* of the data, so far */
    mbill_error *err;
} making;

static mbill_status add(making *to, const uint8_t *bytes, size_t n)
{
    if (n > MBILL_DLT645_DATA_MAX - to->n)
        return mbill__node_fail(to->root, to->err, MBILL_E_LENGTH, "more than %d bytes of data", MBILL_DLT645_DATA_MAX);
    if (n > 0) memcpy(to->frame->data + to->n, bytes, n);
    to->n += n;
    return MBILL_OK;
}

static mbill_status add_hex(making *to, const char *key, bool high_first, size_t n)
{
    mbill__node node;
    uint8_t bytes[16];
    MBILL_TRY(mbill__node_need(to->root, key, &node, to->err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, high_first, bytes, n, to->err));
    return add(to, bytes, n);
}

static mbill_status add_byte(making *to, const char *key)
{
    mbill__node node;
    int64_t value;
    MBILL_TRY(mbill__node_need(to->root, key, &node, to->err));
    MBILL_TRY(mbill__node_whole(&node, 0, 255, &value, to->err));
    const uint8_t byte = (uint8_t)value;
    return add(to, &byte, 1);
}

static mbill_status add_time(making *to, const char *key, const char *parts)
{
    mbill__node node;
    mbill_frame_item item = {.kind = MBILL_FRAME_ITEM_TIME};
    uint8_t bytes[8];
    MBILL_TRY(mbill__node_need(to->root, key, &node, to->err));
    MBILL_TRY(mbill__frame_time_take(&node, parts, &item, to->err));
    MBILL_TRY(mbill__node_place(&node, to->err, mbill__frame_time_write(parts, &item, bytes, to->err)));
    return add(to, bytes, strlen(parts));
}

/* As many bytes as there are, or none when the key is not there. */
static mbill_status add_rest(making *to, const char *key)
{
    mbill__node node;
    uint8_t bytes[MBILL_DLT645_DATA_MAX];
    size_t n;
    if (!mbill__node_get(to->root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__frame_hex_read(&node, bytes, sizeof bytes, &n, to->err));
    return add(to, bytes, n);
}

/* A payload in bytes, or by the members of its layout. */
static mbill_status add_payload(making *to, uint32_t di)
{
    mbill__node node;
    uint8_t bytes[MBILL_DLT645_DATA_MAX + 1];
    size_t n = 0;
    if (mbill__node_get(to->root, "payload", &node)) return add_rest(to, "payload");
    MBILL_TRY(mbill__dlt645_payload_take(to->root, to->frame->control, di, to->profile, bytes, &n, to->err));
    return add(to, bytes, n);
}

/* Level, password and operator stand before what the level may seal. */
static mbill_status add_sealed(making *to, bool *out_sealed)
{
    uint8_t level = to->frame->data[to->n - 8];
    *out_sealed = level == MBILL__DLT645_PA_CIPHER;
    if (!*out_sealed) return MBILL_OK;
    MBILL_TRY(add_rest(to, "cipher"));
    return add_rest(to, "mac");
}

static bool has(const making *to, const char *key)
{
    mbill__node node;
    return mbill__node_get(to->root, key, &node);
}

static mbill_status add_part(making *to, char part)
{
    bool reply = (to->frame->control & MBILL__DLT645_REPLY) != 0;
    bool control = (to->frame->control & MBILL__DLT645_FUNCTION) == MBILL_DLT645_CONTROL;
    switch (part) {
    case 'I': return add_hex(to, "di", true, 4);
    case 'A': MBILL_TRY(add_hex(to, "pa", false, 1)); return add_hex(to, "password", false, 3);
    case 'O': return add_hex(to, "operator", false, 4);
    case 'B': return has(to, "blocks") ? add_byte(to, "blocks") : MBILL_OK;
    case 'M': return has(to, "from") ? add_time(to, "from", "mhDMY") : MBILL_OK;
    case 'S': return add_byte(to, "seq");
    case 'E': return add_byte(to, "err");
    case 'N': MBILL_TRY(add_hex(to, "n1", false, 1)); return add_hex(to, "n2", false, 1);
    case 'T': return add_time(to, control ? "expiry" : "time", "smhDMY");
    case 'R': return add_hex(to, reply ? "reported_address" : "new_address", true, 6);
    case 'F': return add_hex(to, "freeze", false, 4);
    case 'W': return add_hex(to, "new_password", false, 4);
    case 'X': return add_rest(to, "serr");
    default: return add_rest(to, "payload");
    }
}

static mbill_status add_parts(making *to, const mbill__dlt645_row *row)
{
    bool sealed = false;
    bool has_di = row->shape[0] == 'I';
    if (row->empty != 0 && !has(to, "di") && !has(to, "payload")) return MBILL_OK;
    for (const char *part = row->shape; *part != '\0' && !sealed; part++) {
        MBILL_TRY(*part == '*' && has_di ? add_payload(to, mbill__dlt645_di(to->frame->data)) : add_part(to, *part));
        if (*part == 'O' && strchr(row->shape, 'A') != NULL) MBILL_TRY(add_sealed(to, &sealed));
    }
    if (!sealed && to->frame->control == MBILL_DLT645_WRITE) return add_rest(to, "mac");
    return MBILL_OK;
}

/* Control byte and address; the preamble is that of a sender unless the document says another. */
static mbill_status take_outer(const mbill__node *root, mbill_dlt645_frame *frame, mbill_error *err)
{
    mbill__node node;
    int64_t preamble = MBILL_DLT645_PREAMBLE;
    MBILL_TRY(mbill__node_need(root, "address", &node, err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, true, frame->address, 6, err));
    MBILL_TRY(mbill__node_need(root, "control", &node, err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, false, &frame->control, 1, err));
    if (mbill__node_get(root, "preamble", &node)) MBILL_TRY(mbill__node_whole(&node, 0, INT32_MAX, &preamble, err));
    frame->preamble = (uint32_t)preamble;
    return MBILL_OK;
}

mbill_status mbill__dlt645_make(const void *profile, const mbill__node *root, uint8_t *out, size_t cap, size_t *out_n,
    mbill_error *err)
{
    mbill_dlt645_profile known;
    mbill_dlt645_frame frame = {.preamble = 0};
    making to = {root, &known, &frame, 0, err};
    mbill__node node;
    const mbill_dlt645_profile *given = mbill__dlt645_given(profile);
    MBILL_TRY(mbill__dlt645_profile_known(given, &known, err));
    MBILL_TRY(take_outer(root, &frame, err));
    if (mbill__node_get(root, "data", &node)) {
        MBILL_TRY(mbill__frame_hex_read(&node, frame.data, sizeof frame.data, &to.n, err));
    } else {
        const mbill__dlt645_row *row = mbill__dlt645_row_find(frame.control);
        (void)mbill__node_get(root, "control", &node);
        if (row == NULL) return mbill__node_fail(&node, err, MBILL_E_FUNCTION, "no function of the 2007 protocol");
        MBILL_TRY(add_parts(&to, row));
    }
    frame.length = (uint8_t)to.n;
    return mbill_dlt645_encode(&frame, given, out, cap, out_n, err);
}
