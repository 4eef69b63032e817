/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the OpenPAYGO token: its chain of hashes, forms and windows. SipHash-2-4 is libsodium's crypto_shorthash, which needs no
 * sodium_init. */
#include "command/digits.h"
#include "command/sales.h"

#include "base/memory.h"

#include <sodium.h>
#include <string.h>

#define VALUE_DISABLE 998
#define VALUE_SYNCHRONISE 999
#define BELOW_BITS 16

_Static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16, "SipHash-2-4");

/* What plain and extended tokens differ in. */
typedef struct form {
    uint64_t codes, values; /* a code is below codes, its last digits, base and value, below values */
    uint64_t above;         /* taken off a hash that has too many digits */
    size_t digits, restricted_digits;
} form;

static const form forms[2] = {{UINT64_C(1000000000), 1000, 73741825, 9, 15},
    {UINT64_C(1000000000000), 1000000, UINT64_C(99511627777), 12, 20}};

static const form *form_of(uint32_t flags)
{
    return &forms[(flags & MBILL_OPENPAYGO_EXTENDED) != 0];
}

static uint64_t with_end(const form *of, uint64_t code, uint64_t end)
{
    return code - code % of->values + end;
}

/* Both written out: compilers make one load or store of them, and a chain waits for each. */
static uint64_t little_endian(const uint8_t b[8])
{
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
        (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

static void put_big_endian(uint64_t word, uint8_t b[8])
{
    b[0] = (uint8_t)(word >> 56);
    b[1] = (uint8_t)(word >> 48);
    b[2] = (uint8_t)(word >> 40);
    b[3] = (uint8_t)(word >> 32);
    b[4] = (uint8_t)(word >> 24);
    b[5] = (uint8_t)(word >> 16);
    b[6] = (uint8_t)(word >> 8);
    b[7] = (uint8_t)word;
}

static uint64_t siphash(const uint8_t *bytes, size_t n, const uint8_t key[16])
{
    uint8_t hash[8];
    (void)crypto_shorthash(hash, bytes, n, key); /* cannot fail */
    return little_endian(hash);
}

/* Plain: 30 bits of the two words of the hash; extended: its upper 40 bits. */
static uint64_t code_of_hash(const form *of, uint64_t hash)
{
    uint64_t code = of == &forms[0] ? ((hash >> 32) ^ (hash & UINT32_MAX)) >> 2 : hash >> 24;
    return code >= of->codes ? code - of->above : code;
}

/* The next link: the hash of the code, big-endian, which a plain token writes twice in 32 bits. */
static uint64_t next_code(const form *of, uint64_t code, const uint8_t key[16])
{
    uint8_t bytes[8];
    uint64_t word = of == &forms[0] ? (code << 32) | code : code;
    put_big_endian(word, bytes);
    return code_of_hash(of, siphash(bytes, sizeof bytes, key));
}

uint64_t mbill_openpaygo_starting_code(const uint8_t *key)
{
    return key != NULL ? code_of_hash(&forms[0], siphash(key, 16, key)) : 0;
}

/* --- forms of digits --- */

/* Two bits a digit, 1 to 4, the most significant first. */
static void restricted_digits(uint64_t code, size_t n, char *out)
{
    out[n] = '\0';
    for (; n > 0; n--, code >>= 2) out[n - 1] = (char)('1' + (char)(code & 3));
}

static uint64_t of_restricted(const char *digits, size_t n)
{
    uint64_t code = 0;
    for (size_t i = 0; i < n; i++) code = (code << 2) | (uint64_t)(digits[i] - '1');
    return code;
}

static mbill_status read_form(const char *digits, size_t len, uint32_t *out_form, uint64_t *out_code, mbill_error *err)
{
    for (uint32_t extended = 0; extended < 2; extended++) {
        const form *of = &forms[extended];
        bool restricted = len == of->restricted_digits;
        if (len != of->digits && !restricted) continue;
        if (!mbill__digits_are(digits, len, restricted ? '1' : '0', restricted ? '4' : '9'))
            return mbill__fail(err, MBILL_E_TOKEN_FORM, "a token of %zu digits has %s alone", len,
                restricted ? "the digits 1 to 4" : "digits");
        *out_form = (extended ? MBILL_OPENPAYGO_EXTENDED : 0) | (restricted ? MBILL_OPENPAYGO_RESTRICTED : 0);
        *out_code = restricted ? of_restricted(digits, len) : mbill__digits_to(digits, len);
        if (*out_code < of->codes) return MBILL_OK;
        return mbill__fail(err, MBILL_E_TOKEN_FORM, "a number that no token of %zu digits is", len);
    }
    return mbill__fail(err, MBILL_E_TOKEN_FORM, "%zu digits; a token has 9, 12, 15 or 20", len);
}

/* --- checks --- */

static mbill_status check_device(const mbill_openpaygo_device *device, const form *of, mbill_error *err)
{
    if (device->struct_size < sizeof *device) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the device is not set");
    if (device->starting_code < of->codes) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "the starting code has more than %zu digits", of->digits);
}

static mbill_status check_kind(int32_t kind, uint32_t count, mbill_error *err)
{
    if (kind < MBILL_OPENPAYGO_ADD || kind > MBILL_OPENPAYGO_SYNCHRONISE)
        return mbill__fail(err, MBILL_E_INVALID, "%d is no kind of token", (int)kind);
    if (count == 0 || count > MBILL_OPENPAYGO_COUNT_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "the count %lu is not one of 1 to %d", (unsigned long)count,
            MBILL_OPENPAYGO_COUNT_MAX);
    if ((kind == MBILL_OPENPAYGO_ADD) != (count % 2 == 0))
        return mbill__fail(err, MBILL_E_INVALID, "the count %lu is %s, but a token that %s has %s", (unsigned long)count,
            count % 2 == 0 ? "even" : "odd", kind == MBILL_OPENPAYGO_ADD ? "adds" : "does not add",
            kind == MBILL_OPENPAYGO_ADD ? "an even one" : "an odd one");
    return MBILL_OK;
}

/* The value that stands in the digits. */
static mbill_status value_of(const mbill_openpaygo_token *token, uint64_t *out, mbill_error *err)
{
    bool extended = (token->form & MBILL_OPENPAYGO_EXTENDED) != 0, valued = token->kind <= MBILL_OPENPAYGO_SET;
    uint32_t max = !valued ? 0 : extended ? MBILL_OPENPAYGO_EXTENDED_MAX : MBILL_OPENPAYGO_VALUE_MAX;
    if ((token->form & ~(uint32_t)(MBILL_OPENPAYGO_EXTENDED | MBILL_OPENPAYGO_RESTRICTED)) != 0 || token->reserved != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "a form that this version does not know");
    if (extended && !valued) return mbill__fail(err, MBILL_E_INVALID, "an extended token can only add or set");
    if (token->value > max)
        return mbill__fail(err, MBILL_E_RANGE, "the value %lu is not one of 0 to %lu", (unsigned long)token->value,
            (unsigned long)max);
    *out = valued ? token->value : token->kind == MBILL_OPENPAYGO_DISABLE ? VALUE_DISABLE : VALUE_SYNCHRONISE;
    return MBILL_OK;
}

/* --- make --- */

mbill_status mbill_openpaygo_encode(const mbill_openpaygo_device *device, const mbill_openpaygo_token *given, char *out_digits,
    mbill_error *err)
{
    mbill_openpaygo_token token;
    uint64_t value = 0;
    MBILL__NEED(device);
    MBILL__NEED(given);
    MBILL__NEED(out_digits);
    MBILL_TRY(mbill__struct_read(&token, sizeof token, sizeof token.struct_size, given, err));
    const form *of = form_of(token.form);
    MBILL_TRY(check_device(device, of, err));
    MBILL_TRY(check_kind(token.kind, token.count, err));
    MBILL_TRY(value_of(&token, &value, err));
    uint64_t end = (device->starting_code % of->values + value) % of->values;
    uint64_t code = with_end(of, device->starting_code, end);
    for (uint32_t i = 0; i < token.count; i++) code = next_code(of, code, device->key);
    code = with_end(of, code, end);
    if ((token.form & MBILL_OPENPAYGO_RESTRICTED) != 0) restricted_digits(code, of->restricted_digits, out_digits);
    else mbill__digits_of(code, of->digits, out_digits);
    return MBILL_OK;
}

/* --- read --- */

/* What a value says at a count; false: no token says it. */
static bool meaning(uint64_t value, uint32_t count, mbill_openpaygo_token *out)
{
    bool extended = (out->form & MBILL_OPENPAYGO_EXTENDED) != 0;
    out->count = count;
    out->value = (uint32_t)value;
    out->kind = count % 2 == 0 ? MBILL_OPENPAYGO_ADD : MBILL_OPENPAYGO_SET;
    if (extended || value <= MBILL_OPENPAYGO_VALUE_MAX) return true;
    out->value = 0;
    out->kind = value == VALUE_DISABLE ? MBILL_OPENPAYGO_DISABLE : MBILL_OPENPAYGO_SYNCHRONISE;
    return count % 2 == 1 && value >= VALUE_DISABLE;
}

/* Taken before, or no longer to be taken. */
static bool is_used(const mbill_openpaygo_used *used, uint32_t count)
{
    if (count > used->count) return false;
    if (count == used->count || count % 2 == 1 || count == 0) return true;
    uint32_t back = used->count - count;
    return back >= MBILL_OPENPAYGO_BACK || ((used->below >> (back - 1)) & 1) != 0;
}

static void take(mbill_openpaygo_used *used, const mbill_openpaygo_token *token)
{
    if (token->count < used->count) {
        used->below |= UINT32_C(1) << (used->count - token->count - 1);
        return;
    }
    uint32_t step = token->count - used->count;
    uint32_t kept = step > BELOW_BITS ? 0 : (used->below << step) | (UINT32_C(1) << (step - 1));
    used->below = token->kind == MBILL_OPENPAYGO_ADD ? kept & 0xFFFF : 0xFFFF;
    used->count = token->count;
}

/* The count that gives the code: an unused one, or none and whether a used one does. */
static mbill_status find_count(const mbill_openpaygo_device *device, const form *of, uint64_t wanted,
    const mbill_openpaygo_used *used, uint32_t jump, uint32_t *out_count, mbill_error *err)
{
    bool was_used = false;
    uint64_t end = wanted % of->values, code = with_end(of, device->starting_code, end);
    for (uint32_t count = 0; count <= used->count + jump && count <= MBILL_OPENPAYGO_COUNT_MAX; count++) {
        bool same = with_end(of, code, end) == wanted;
        if (same && !is_used(used, count)) {
            *out_count = count;
            return MBILL_OK;
        }
        was_used |= same;
        code = next_code(of, code, device->key);
    }
    if (was_used) return mbill__fail(err, MBILL_E_TOKEN_USED, "the count of this token was used before, or is too far back");
    return mbill__fail(err, MBILL_E_TOKEN_CRC, "no count up to %lu gives these digits", (unsigned long)used->count + jump);
}

static mbill_status check_used(mbill_openpaygo_used *used, const mbill_openpaygo_used *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(used, sizeof *used, sizeof used->struct_size, given, err));
    used->struct_size = sizeof *used;
    if (used->count > MBILL_OPENPAYGO_COUNT_MAX || used->below > 0xFFFF || used->reserved != 0)
        return mbill__fail(err, MBILL_E_RANGE,
            "counts that no device has: the last is above %d, or more than 16 below it are remembered",
            MBILL_OPENPAYGO_COUNT_MAX);
    return MBILL_OK;
}

mbill_status mbill_openpaygo_decode(const mbill_openpaygo_device *device, const char *digits, size_t len,
    const mbill_openpaygo_used *before, mbill_openpaygo_token *out_token, mbill_openpaygo_used *out_after, mbill_error *err)
{
    mbill_openpaygo_used used;
    mbill_openpaygo_token token = {.struct_size = sizeof token};
    uint64_t code = 0;
    uint32_t count = 0;
    MBILL__NEED(device);
    MBILL__NEED(digits);
    MBILL__NEED(before);
    MBILL__NEED(out_token);
    MBILL__NEED(out_after);
    if (out_token->struct_size < sizeof token || out_after->struct_size < sizeof used)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of an output is not set");
    MBILL_TRY(check_used(&used, before, err));
    MBILL_TRY(read_form(digits, len, &token.form, &code, err));
    const form *of = form_of(token.form);
    MBILL_TRY(check_device(device, of, err));
    uint64_t value = (code % of->values + of->values - device->starting_code % of->values) % of->values;
    bool far = of == &forms[0] && value == VALUE_SYNCHRONISE;
    MBILL_TRY(find_count(device, of, code, &used, far ? MBILL_OPENPAYGO_JUMP_SYNCHRONISE : MBILL_OPENPAYGO_JUMP, &count, err));
    if (!meaning(value, count, &token))
        return mbill__fail(err, MBILL_E_TOKEN_VALUE, "a token that %s with the value %llu, which has no meaning there",
            count % 2 == 0 ? "adds" : "sets", (unsigned long long)value);
    take(&used, &token);
    *out_token = token;
    *out_after = used;
    return MBILL_OK;
}

/* --- sell --- */

mbill_status mbill_openpaygo_sell(const mbill_token_sales *before, uint64_t purchase, int32_t kind, uint32_t *out_count,
    mbill_token_sales *out_after, mbill_error *err)
{
    mbill_token_sales sales;
    MBILL__NEED(out_count);
    MBILL_TRY(mbill__sales_read(before, purchase, out_after, &sales, err));
    bool wants_even = kind == MBILL_OPENPAYGO_ADD;
    if (sales.count >= MBILL_OPENPAYGO_COUNT_MAX - 1)
        return mbill__fail(err, MBILL_E_RANGE, "behind the count %lu there is none for this token", (unsigned long)sales.count);
    sales.count += (sales.count % 2 == 0) == wants_even ? 2 : 1;
    MBILL_TRY(check_kind(kind, sales.count, err));
    *out_after = sales;
    *out_count = sales.count;
    return MBILL_OK;
}
