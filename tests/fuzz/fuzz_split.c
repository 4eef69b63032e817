/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that split a cost. Laws: a refusal says why and makes nothing; what is split adds up to the total, is the same when it is read again, is
 * written as JSON that has every part, and its answer is verified; what it
 * comes to in accounts adds up too. */
#include "document/json.h"
#include "meterbill/split.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static int64_t sum_of(const mbill_split *split)
{
    size_t n;
    const mbill_split_part *parts = mbill_split_parts(split, &n);
    uint64_t sum = (uint64_t)mbill_split_residual(split);
    for (size_t i = 0; i < n; i++) sum += (uint64_t)parts[i].amount;
    return (int64_t)sum;
}

/* Those that are made hold all that somebody pays, and the residual or nothing of it. */
static void check_postings(const mbill_split *split)
{
    size_t n;
    const mbill_posting *postings = mbill_split_postings(split, &n);
    uint64_t sum_micro = 0, parts_micro = (uint64_t)sum_of(split), residual_micro = (uint64_t)mbill_split_residual(split);
    if (postings == NULL) return;
    for (size_t i = 0; i < n; i++) {
        uint64_t lines_micro = 0;
        for (size_t k = 0; k < postings[i].n_lines; k++) lines_micro += (uint64_t)postings[i].lines[k].amount_micro;
        need(lines_micro == (uint64_t)postings[i].amount_micro && postings[i].account > 0);
        need(i == 0 || postings[i - 1].account <= postings[i].account);
        sum_micro += (uint64_t)postings[i].amount_micro;
    }
    for (int32_t places = mbill_split_scale(split); places < 6; places++) parts_micro *= 10, residual_micro *= 10;
    if (mbill_split_scale(split) <= 6) need(sum_micro == parts_micro || sum_micro == parts_micro - residual_micro);
}

static char *text_of(const mbill_split *split, size_t *out_len)
{
    need(mbill_split_write(split, NULL, out_len, NULL) == MBILL_OK);
    char *text = malloc(*out_len);
    need(text != NULL && mbill_split_write(split, text, out_len, NULL) == MBILL_OK);
    return text;
}

/* The total that the answer says, at the split's scale. */
static int64_t total_of(const char *text, size_t len, int32_t scale)
{
    mbill__json *document;
    mbill__node part;
    int64_t total = 0;
    need(mbill__json_read(text, len - 1, NULL, &document, NULL) == MBILL_OK);
    mbill__node root = mbill__json_root(document);
    need(
        mbill__node_need(&root, "total", &part, NULL) == MBILL_OK && mbill__node_decimal(&part, scale, &total, NULL) == MBILL_OK);
    mbill__json_free(document);
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_split *split = (mbill_split *)(void *)&size, *again;
    mbill_error err;
    size_t len, len_again;
    mbill_error_init(&err);
    mbill_status status = mbill_split_read((const char *)data, size, NULL, &split, &err);
    if (status != MBILL_OK) {
        need(split == NULL && err.status == (int32_t)status && status != MBILL_E_INTERNAL && err.message[0] != '\0');
        return 0;
    }
    check_postings(split);
    char *text = text_of(split, &len);
    need(sum_of(split) == total_of(text, len, mbill_split_scale(split)));
    need(mbill_split_read((const char *)data, size, NULL, &again, NULL) == MBILL_OK);
    char *text_again = text_of(again, &len_again);
    need(len == len_again && memcmp(text, text_again, len) == 0);
    need(mbill_split_verify(again, text, len - 1, NULL) == MBILL_OK);
    need(mbill_split_verify(split, (const char *)data, size, NULL) != MBILL_OK); /* a request is no answer */
    free(text);
    free(text_again);
    mbill_split_free(split);
    mbill_split_free(again);
    return 0;
}
