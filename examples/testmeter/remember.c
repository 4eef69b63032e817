/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the gateway keeps its memory in another form. */
#define _POSIX_C_SOURCE 200809L
#include "remember.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2 * MBILL_RECEIPT_BYTES_MAX + 256 };

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef", *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

const char *hex_read(const char *text, uint8_t *out, size_t cap, size_t *out_n)
{
    size_t n = 0;
    if (text == NULL) return NULL;
    while (digit_of(text[0]) >= 0 && n < cap) {
        if (digit_of(text[1]) < 0) return NULL;
        out[n++] = (uint8_t)(digit_of(text[0]) * 16 + digit_of(text[1]));
        text += 2;
    }
    *out_n = n;
    return *text == '\0' || *text == ' ' || *text == '\n' ? text + (*text == ' ') : NULL;
}

static void put(FILE *to, const uint8_t *bytes, size_t n)
{
    fputc(' ', to);
    for (size_t i = 0; i < n; i++) fprintf(to, "%02x", bytes[i]);
}

mbill_replay *memory_replay(memory *m, const uint8_t kid[8])
{
    for (size_t i = 0; i < m->n_keys; i++)
        if (memcmp(m->keys[i].kid, kid, 8) == 0) return &m->keys[i].replay;
    if (m->n_keys == KEYS_KEPT) return NULL;
    memcpy(m->keys[m->n_keys].kid, kid, 8);
    return &m->keys[m->n_keys++].replay;
}

kept_command *memory_find(memory *m, const mbill_id *id)
{
    for (size_t i = 0; i < m->n_commands; i++)
        if (memcmp(&m->commands[i].id, id, sizeof *id) == 0) return &m->commands[i];
    return NULL;
}

static bool take_key(memory *m, const char *text)
{
    uint8_t kid[8], state[MBILL_STATE_BYTES_MAX];
    size_t n, n_state;
    text = hex_read(text, kid, sizeof kid, &n);
    mbill_replay *replay = text != NULL && n == sizeof kid ? memory_replay(m, kid) : NULL;
    return replay != NULL && hex_read(text, state, sizeof state, &n_state) != NULL &&
        mbill_replay_decode((mbill_bytes){state, n_state}, replay, NULL) == MBILL_OK;
}

static bool take_command(memory *m, const char *text)
{
    kept_command *c = &m->commands[m->n_commands];
    size_t n;
    if (m->n_commands == COMMANDS_KEPT) return false;
    text = hex_read(text, c->id.bytes, sizeof c->id.bytes, &n);
    text = hex_read(text, c->hash, sizeof c->hash, &n);
    m->n_commands++;
    return hex_read(text, c->receipt, sizeof c->receipt, &c->n) != NULL;
}

static bool take_line(memory *m, const char *line)
{
    uint8_t state[MBILL_STATE_BYTES_MAX];
    size_t n;
    if (strncmp(line, "key ", 4) == 0) return take_key(m, line + 4);
    if (strncmp(line, "command ", 8) == 0) return take_command(m, line + 8);
    if (strncmp(line, "last ", 5) == 0) return hex_read(line + 5, m->last, sizeof m->last, &m->n_last) != NULL;
    if (strncmp(line, "purchase ", 9) != 0 || hex_read(line + 9, state, sizeof state, &n) == NULL) return false;
    return mbill_purchases_decode((mbill_bytes){state, n}, &m->purchase, NULL) == MBILL_OK;
}

bool memory_load(memory *m, const char *path)
{
    char line[LINE_MAX_BYTES];
    bool good = true;
    FILE *from = fopen(path, "r");
    memset(m, 0, sizeof *m);
    if (from == NULL) return true;
    while (good && fgets(line, sizeof line, from) != NULL) good = take_line(m, line);
    fclose(from);
    return good;
}

static bool write_states(const memory *m, FILE *to)
{
    uint8_t state[MBILL_STATE_BYTES_MAX];
    size_t n;
    for (size_t i = 0; i < m->n_keys; i++) {
        if (mbill_replay_encode(&m->keys[i].replay, state, sizeof state, &n, NULL) != MBILL_OK) return false;
        fputs("key", to), put(to, m->keys[i].kid, 8), put(to, state, n), fputc('\n', to);
    }
    if (m->purchase.version == 0) return true;
    if (mbill_purchases_encode(&m->purchase, state, sizeof state, &n, NULL) != MBILL_OK) return false;
    fputs("purchase", to), put(to, state, n), fputc('\n', to);
    return true;
}

static void write_commands(const memory *m, FILE *to)
{
    for (size_t i = 0; i < m->n_commands; i++) {
        const kept_command *c = &m->commands[i];
        fputs("command", to), put(to, c->id.bytes, sizeof c->id.bytes), put(to, c->hash, sizeof c->hash);
        put(to, c->receipt, c->n), fputc('\n', to);
    }
    if (m->n_last > 0) fputs("last", to), put(to, m->last, m->n_last), fputc('\n', to);
}

/* A new file takes the old one's place when it is whole on the disk. */
bool memory_save(const memory *m, const char *path)
{
    char fresh[1024];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) return false;
    FILE *to = fopen(fresh, "w");
    if (to == NULL) return false;
    bool good = write_states(m, to);
    write_commands(m, to);
    good = good && fflush(to) == 0 && fsync(fileno(to)) == 0;
    return fclose(to) == 0 && good && rename(fresh, path) == 0;
}
