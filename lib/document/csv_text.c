/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how fast bytes are sifted. Invariant: words of eight bytes only choose what is looked at byte by byte; they decide
 * nothing else, and nothing at or past the end is read. The tests on words are exact: no carry leaves a byte. */
#include "document/csv_text.h"
#include "base/utf8.h"

#include <string.h>

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Byte 0 of the text is the lowest byte on every machine; compilers make one load of it. */
static uint64_t load(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return (uint64_t)byte[0] | (uint64_t)byte[1] << 8 | (uint64_t)byte[2] << 16 | (uint64_t)byte[3] << 24 |
        (uint64_t)byte[4] << 32 | (uint64_t)byte[5] << 40 | (uint64_t)byte[6] << 48 | (uint64_t)byte[7] << 56;
}

/* The high bit of each byte that equals `byte`. */
static uint64_t equal(uint64_t word, unsigned char byte)
{
    uint64_t differs = word ^ (ONES * byte);
    return ~(((differs & ~HIGHS) + ~HIGHS) | differs) & HIGHS;
}

/* The high bit of each byte that is not printable ASCII or LF. */
static uint64_t unusual(uint64_t word)
{
    uint64_t low = ~((word | HIGHS) - ONES * 0x20) & HIGHS; /* below 0x20, or 0x80 to 0x9F, which the next term marks too */
    return (low & ~equal(word, '\n')) | (word & HIGHS) | equal(word, 0x7F);
}

/* Place of the lowest marked byte; marks is not 0 and holds high bits only. */
static size_t lowest(uint64_t marks)
{
    uint64_t below = (marks & (0 - marks)) - 1;
    return (size_t)(((below & ONES) * ONES) >> 56) - 1;
}

static const char *next_unusual(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t marks = unusual(load(at));
        if (marks != 0) return at + lowest(marks);
    }
    for (; at < end; at++) {
        unsigned char byte = (unsigned char)*at;
        if ((byte < 0x20 && byte != '\n') || byte >= 0x7F) return at;
    }
    return end;
}

const char *mbill__csv_text_stop(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word = load(at), marks = equal(word, ',') | equal(word, '\n') | equal(word, '"');
        if (marks != 0) return at + lowest(marks);
    }
    while (at < end && *at != ',' && *at != '\n' && *at != '"') at++;
    return at;
}

static mbill_status refuse_byte(const char *text, const char *bad, mbill_error *err)
{
    int64_t line = 1;
    const char *start = text;
    for (const char *lf; (lf = memchr(start, '\n', (size_t)(bad - start))) != NULL; start = lf + 1) line++;
    unsigned byte = (unsigned char)*bad;
    long long at = (long long)(bad - start) + 1, shown = (long long)line;
    if (byte == '\t' && line == 1)
        return mbill__fail_at(err, MBILL_E_SYNTAX, line, "line 1: the header uses a tab between columns, expected \",\"");
    if (byte == '\r')
        return mbill__fail_at(err, MBILL_E_SYNTAX, line, "line %lld: a carriage return (byte %lld) without a line feed behind it",
            shown, at);
    if (byte >= 0x80)
        return mbill__fail_at(err, MBILL_E_ENCODING, line, "line %lld: byte %lld is 0x%02x, which is not UTF-8 there", shown, at,
            byte);
    return mbill__fail_at(err, MBILL_E_ENCODING, line, "line %lld: byte %lld is 0x%02x, a control byte, expected text", shown, at,
        byte);
}

mbill_status mbill__csv_text_check(const char *text, size_t len, mbill_error *err)
{
    const char *end = text + len;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        return mbill__fail_at(err, MBILL_E_ENCODING, 1, "line 1: the text begins with a byte-order mark, expected plain UTF-8");
    if (len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return mbill__fail_at(err, MBILL_E_ENCODING, 1,
            "line 1: the text begins with the byte-order mark of UTF-16, expected plain UTF-8");
    for (const char *at = text; (at = next_unusual(at, end)) < end;) {
        size_t left = (size_t)(end - at), step = mbill__utf8_step(at, left);
        bool line_end = *at == '\r' && left > 1 && at[1] == '\n';
        if (step < 2 && !line_end) return refuse_byte(text, at, err);
        at += step;
    }
    return MBILL_OK;
}
