/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how far a slip of the pen may lie from the word meant. Invariant: bounded work, whatever the text. */
#include "document/near.h"

#include <stdbool.h>
#include <string.h>

#define NEAR_LEN_MAX 64
#define NEAR_CHANGES_MAX 2

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein distance, two rows folded into one. */
static size_t changes(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[NEAR_LEN_MAX + 1];
    for (size_t j = 0; j <= b_len; j++) row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least(replaced, least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[b_len];
}

const char *mbill__near(const char *text, size_t len, const char *const *known, size_t n_known)
{
    const char *best = NULL;
    size_t best_changes = NEAR_CHANGES_MAX + 1;
    if (len > NEAR_LEN_MAX) return NULL;
    for (size_t i = 0; i < n_known; i++) {
        size_t known_len = strlen(known[i]);
        if (known_len > NEAR_LEN_MAX) continue;
        size_t n = changes(text, len, known[i], known_len);
        if (n < best_changes && n < known_len) {
            best_changes = n;
            best = known[i];
        }
    }
    return best;
}

/* The word behind what is in out already, if it fits with its comma and leaves `spare` bytes. */
static bool add_word(char *out, size_t room, size_t *used, const char *word, size_t spare)
{
    const char *comma = *used == 0 ? "" : ", ";
    size_t len = strlen(word), comma_len = strlen(comma);
    if (comma_len + len + 1 + spare > room - *used) return false;
    memcpy(out + *used, comma, comma_len);
    memcpy(out + *used + comma_len, word, len + 1);
    *used += comma_len + len;
    return true;
}

void mbill__near_list(const char *const *known, size_t n_known, char *out, size_t room)
{
    static const char cut[] = "...";
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n_known; i++) {
        size_t spare = i + 1 < n_known ? 2 + strlen(cut) : 0;
        if (add_word(out, room, &used, known[i], spare)) continue;
        add_word(out, room, &used, cut, 0);
        return;
    }
}
