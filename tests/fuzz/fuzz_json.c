/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON: what is refused says why; what is taken has a canonical form that reads back to itself, decimals included. */
#include "document/json.h"

#include <stdlib.h>
#include <string.h>

#define SCALE 9

/* Read every value that can be a decimal as one; add up what was read and how much of it. */
static uint64_t read_decimals(const mbill__node *node, uint64_t sum)
{
    mbill__node child;
    int64_t value;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill__node_decimal(node, SCALE, &value, &err) == MBILL_OK) return sum * 31 + (uint64_t)value + 1;
    if (err.message[0] == '\0' || (node->parent != NULL && err.path[0] != '/')) abort();
    for (bool more = mbill__node_first(node, &child); more; more = mbill__node_next(&child)) {
        mbill__node again;
        if (child.key != NULL && (!mbill__node_get(node, child.key, &again) || again.item != child.item)) abort();
        sum = sum * 31 + read_decimals(&child, 0);
    }
    return sum;
}

static void canonical(mbill__json *document, mbill__buffer *out)
{
    mbill__node root = mbill__json_root(document);
    mbill_allocator libc;
    if (mbill__allocator_read(&libc, NULL, NULL) != MBILL_OK) abort();
    mbill__buffer_start(out, &libc);
    mbill__json_canonical(&root, out);
    if (mbill__buffer_check(out, NULL) != MBILL_OK) abort();
}

/* The canonical form of document must read, and be its own canonical form; with decimals read as such or not. */
static void check_form(mbill__json *document, bool decimals)
{
    mbill__buffer first, second;
    mbill__json *again = NULL;
    canonical(document, &first);
    if (mbill__json_read(first.data, first.len, NULL, &again, NULL) != MBILL_OK) abort();
    if (decimals) {
        mbill__node root = mbill__json_root(again);
        read_decimals(&root, 0);
    }
    canonical(again, &second);
    if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0) abort();
    mbill__buffer_free(&first);
    mbill__buffer_free(&second);
    mbill__json_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill__json *document = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill__json_read((const char *)data, size, NULL, &document, &err);
    if (status != MBILL_OK) {
        if (document != NULL || err.message[0] == '\0' || status == MBILL_E_NOMEM || status == MBILL_E_INTERNAL) abort();
        return 0;
    }
    check_form(document, false);
    mbill__node root = mbill__json_root(document);
    uint64_t sum = read_decimals(&root, 0);
    check_form(document, true);
    if (read_decimals(&root, 0) != sum) abort();
    mbill__json_free(document);
    return 0;
}
