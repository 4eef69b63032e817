/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when commands can go to something else. */
#include "command/target.h"

#include "base/digest.h"
#include "base/fail.h"
#include "meterbill/command.h"

#include <sodium.h>
#include <string.h>

static const struct {
    const char *prefix;
    mbill__target_kind kind;
} prefixes[] = {
    {"e/", MBILL__TARGET_METER},
    {"w/", MBILL__TARGET_METER},
    {"h/", MBILL__TARGET_METER},
    {"g/", MBILL__TARGET_METER},
    {"grp/", MBILL__TARGET_GROUP},
};

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

bool mbill__is_prefix(const char *text, size_t n)
{
    if (n >= MBILL_TARGET_ROOM) return false;
    for (size_t i = 0; i < n; i++)
        if (!is_letter_or_digit(text[i]) && text[i] != '/') return false;
    return true;
}

mbill__target_kind mbill__target_kind_of(const char *text, size_t n)
{
    if (n >= MBILL_TARGET_ROOM) return MBILL__TARGET_NONE;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t at = strlen(prefixes[i].prefix);
        if (n <= at || memcmp(text, prefixes[i].prefix, at) != 0) continue;
        while (at < n && is_letter_or_digit(text[at])) at++;
        return at == n ? prefixes[i].kind : MBILL__TARGET_NONE;
    }
    return MBILL__TARGET_NONE;
}

size_t mbill__target_len(const char text[MBILL_TARGET_ROOM])
{
    const char *end = memchr(text, '\0', MBILL_TARGET_ROOM);
    return end != NULL ? (size_t)(end - text) : MBILL_TARGET_ROOM;
}

bool mbill__is_signed_time(int64_t utc_s)
{
    return utc_s >= 0 && utc_s <= MBILL__SIGNED_TIME_MAX;
}

mbill_status mbill_targets_hash(const char *const *targets, size_t n, uint8_t out_hash[32], mbill_error *err)
{
    crypto_generichash_state state;
    const char *last = NULL;
    MBILL__NEED(out_hash);
    if (n == 0) return mbill__fail(err, MBILL_E_RANGE, "a group of no targets, expected 1 or more");
    MBILL__NEED(targets);
    (void)crypto_generichash_init(&state, NULL, 0, MBILL__DIGEST_BYTES);
    for (size_t i = 0; i < n; i++) {
        const char *one = targets[i];
        if (one == NULL || mbill__target_kind_of(one, strlen(one)) != MBILL__TARGET_METER)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i,
                "target %zu is \"%.70s\", expected a meter such as e/000000000001", i, one != NULL ? one : "");
        if (last != NULL && strcmp(last, one) >= 0)
            return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)i, "target \"%s\" is not above \"%s\" before it", one, last);
        (void)crypto_generichash_update(&state, (const unsigned char *)one, strlen(one) + 1);
        last = one;
    }
    (void)crypto_generichash_final(&state, out_hash, MBILL__DIGEST_BYTES);
    return MBILL_OK;
}
