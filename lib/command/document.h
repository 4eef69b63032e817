/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, names and 64-bit numbers as the documents of commands, keysets and receipts have them. */
#ifndef MBILL__COMMAND_DOCUMENT_H
#define MBILL__COMMAND_DOCUMENT_H

#include "document/json.h"
#include "document/write.h"

/* Two hex digits of either case a byte; n bytes, or at most n when out_n is given. E_INVALID. */
mbill_status mbill__node_bytes(const mbill__node *node, uint8_t *out, size_t n, size_t *out_n, mbill_error *err);
/* A whole number, as text from 2^31 on; E_NUMBER. */
mbill_status mbill__node_uint64(const mbill__node *node, uint64_t *out, mbill_error *err);
/* The names of a table, first is `least`: the number of the name. */
mbill_status mbill__node_named(const mbill__node *node, const char *(*name)(int32_t), int32_t least, int32_t most, int32_t *out,
    mbill_error *err);
mbill_status mbill__need_hex(const mbill__node *object, const char *key, uint8_t *out, size_t n, mbill_error *err);
mbill_status mbill__need_uint64(const mbill__node *object, const char *key, uint64_t *out, mbill_error *err);
mbill_status mbill__need_instant(const mbill__node *object, const char *key, int64_t *out, mbill_error *err);

void mbill__write_uint64(mbill__writer *to, const char *key, uint64_t value);
void mbill__write_instant(mbill__writer *to, const char *key, int64_t utc_s);
void mbill__write_head(mbill__writer *to, const char *kind);

#endif
