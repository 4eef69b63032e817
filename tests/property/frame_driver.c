/* SPDX-License-Identifier: Apache-2.0 */
/* Frames behind a line protocol: `decode|encode|stream PROTOCOL PROFILE TEXT REQUEST`, parted by tabs; PROFILE and REQUEST may be empty. TEXT is hexadecimal,
 * of encode a document, of stream pieces parted by commas. The answer is one line: a document, hexadecimal, or the name of a status. */
#include "meterbill/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1 << 20, PARTS = 5 };

static char line[LINE], text[LINE];
static uint8_t bytes[LINE], asked[LINE];

static size_t bytes_of(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        char digits[3] = {hex[0], hex[1], '\0'};
        out[n++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return n;
}

static void put_hex(const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) printf("%02X", from[i]);
}

static mbill_status decode(mbill_frame_codec *codec, const char *hex, const char *request)
{
    mbill_frame_verdict verdict;
    size_t len = sizeof text;
    mbill_bytes in = {bytes, bytes_of(hex, bytes)}, question = {asked, bytes_of(request, asked)};
    mbill_status status = mbill_frame_decode(codec, in, question, text, &len, &verdict, NULL);
    if (status == MBILL_OK) fputs(text, stdout);
    return status;
}

static mbill_status encode(mbill_frame_codec *codec, const char *document)
{
    mbill_frame_verdict verdict;
    size_t n = 0;
    mbill_status status = mbill_frame_encode(codec, document, strlen(document), bytes, sizeof bytes, &n, &verdict, NULL);
    if (status == MBILL_OK) put_hex(bytes, n);
    return status;
}

/* The frames of one piece, or of the end, each with a blank behind it. */
static mbill_status feed(mbill_frame_codec *codec, mbill_bytes in)
{
    mbill_bytes found = {NULL, 0};
    do {
        size_t used;
        mbill_status status = mbill_frame_feed(codec, in, &used, &found, NULL);
        if (status != MBILL_OK) return status;
        in = (mbill_bytes){in.n > 0 ? in.p + used : NULL, in.n - used};
        put_hex(found.p, found.n);
        if (found.n > 0) putchar(' ');
    } while (found.n > 0);
    return MBILL_OK;
}

static mbill_status stream(mbill_frame_codec *codec, char *pieces)
{
    mbill_status status = MBILL_OK;
    for (char *piece = strtok(pieces, ","); status == MBILL_OK && piece != NULL; piece = strtok(NULL, ","))
        status = feed(codec, (mbill_bytes){bytes, bytes_of(piece, bytes)});
    return status == MBILL_OK ? feed(codec, (mbill_bytes){NULL, 0}) : status;
}

static void split(char *parts[PARTS])
{
    char *at = line;
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = at;
        at += strcspn(at, "\t");
        if (*at != '\0') *at++ = '\0';
    }
}

int main(void)
{
    char *parts[PARTS];
    while (fgets(line, sizeof line, stdin) != NULL) {
        mbill_frame_codec *codec;
        split(parts);
        size_t len = strlen(parts[2]);
        mbill_status status = mbill_frame_codec_open(parts[1], len > 0 ? parts[2] : NULL, len, NULL, &codec, NULL);
        if (status == MBILL_OK && strcmp(parts[0], "decode") == 0) status = decode(codec, parts[3], parts[4]);
        else if (status == MBILL_OK && strcmp(parts[0], "encode") == 0) status = encode(codec, parts[3]);
        else if (status == MBILL_OK) status = stream(codec, parts[3]);
        if (status != MBILL_OK) fputs(mbill_status_name((int32_t)status), stdout);
        putchar('\n');
        fflush(stdout);
        mbill_frame_codec_free(codec);
    }
    return 0;
}
