/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the test meter can go wrong in another way. */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned bit;
} words[] = {{"deaf", FAULT_DEAF}, {"mute", FAULT_MUTE}, {"noise", FAULT_NOISE}, {"checksum", FAULT_CHECKSUM}, {"di", FAULT_DI},
    {"echo", FAULT_ECHO}, {"bytewise", FAULT_BYTEWISE}, {"stuck", FAULT_STUCK}, {"short", FAULT_SHORT}, {"lost", FAULT_LOST},
    {"ser", FAULT_SER}, {"refuse", FAULT_REFUSE}, {"none", 0}};

static bool read_word(const char *word, size_t n, fault *out)
{
    if (n > 6 && strncmp(word, "delay=", 6) == 0) {
        out->delay_ms = atoi(word + 6);
        return out->delay_ms >= 0 && out->delay_ms <= 60000;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].name) == n && strncmp(words[i].name, word, n) == 0) {
            out->set |= words[i].bit;
            return true;
        }
    return false;
}

bool fault_read(const char *text, fault *out)
{
    fault all = {0, 0};
    while (*text != '\0') {
        size_t n = strcspn(text, ",");
        if (!read_word(text, n, &all)) return false;
        text += n;
        if (*text == ',') text++;
    }
    *out = all;
    return true;
}

size_t fault_spoil(const fault *f, mbill_bytes request, mbill_bytes answer, uint8_t *out)
{
    static const uint8_t noise[] = {0x00, 0x68, 0xFE, 0x16, 0x68, 0x99, 0x68, 0x11, 0x42};
    size_t n = 0;
    if ((f->set & FAULT_ECHO) != 0 && request.n <= FAULT_BYTES_MAX / 3) memcpy(out, request.p, request.n), n += request.n;
    if ((f->set & FAULT_NOISE) != 0) memcpy(out + n, noise, sizeof noise), n += sizeof noise;
    memcpy(out + n, answer.p, answer.n);
    n += answer.n;
    if ((f->set & FAULT_CHECKSUM) != 0) out[n - 2]++;
    return n;
}

void fault_change(const fault *f, mbill_dlt645_frame *answer)
{
    if ((f->set & FAULT_DI) != 0 && answer->length >= 4) answer->data[0]++;
}
