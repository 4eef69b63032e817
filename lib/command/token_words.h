/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens in words: what requests call them and answers say of them. */
#ifndef MBILL__TOKEN_WORDS_H
#define MBILL__TOKEN_WORDS_H

#include "document/json.h"
#include "document/write.h"
#include "meterbill/token.h"
#include "meterbill/token_document.h"

#include <stdbool.h>

/* What an STS token is called; n is the number of words. */
#define MBILL__STS_WORDS 9
typedef enum mbill__sts_word {
    MBILL__STS_WORD_CREDIT,
    MBILL__STS_WORD_TEST,
    MBILL__STS_WORD_MAXIMUM_POWER,
    MBILL__STS_WORD_CLEAR_CREDIT,
    MBILL__STS_WORD_TARIFF_RATE,
    MBILL__STS_WORD_CLEAR_TAMPER,
    MBILL__STS_WORD_PHASE_UNBALANCE,
    MBILL__STS_WORD_WATER_FACTOR,
    MBILL__STS_WORD_KEY_CHANGE
} mbill__sts_word;
extern const char *const mbill__sts_words[MBILL__STS_WORDS];
extern const char *const mbill__sts_services[4];      /* of credits, by subclass */
int32_t mbill__sts_subclass_of(mbill__sts_word word); /* of management tokens with a register */

extern const char *const mbill__openpaygo_words[4]; /* by kind - 1 */

/* The members of an object that is open. Parts of keys are not written. */
mbill_status mbill__token_write_sts(mbill__writer *writer, const mbill_sts_token *token, int32_t base_year, mbill_error *err);
void mbill__token_write_openpaygo(mbill__writer *writer, const mbill_openpaygo_token *token);

/* "register": a whole number of 16 bits, as documents have it; absent: *out is left. */
mbill_status mbill__token_whole(const mbill__node *of, const char *key, int64_t min, int64_t max, uint32_t *out,
    mbill_error *err);
mbill_status mbill__token_need_whole(const mbill__node *of, const char *key, int64_t min, int64_t max, uint32_t *out,
    mbill_error *err);

/* The members of an answer behind its header, into an object that is open. */
typedef mbill_status (*mbill__token_answer)(const mbill_token_keys *keys, const mbill__node *request, bool is_sts,
    mbill__writer *writer, mbill_error *err);
/* A request is read, answered and forgotten: what it and its answer were kept in is overwritten. */
mbill_status mbill__token_serve(const mbill_token_keys *keys, const char *text, size_t len, mbill__token_answer answer,
    char *out_text, size_t *inout_len, mbill_error *err);

#endif
