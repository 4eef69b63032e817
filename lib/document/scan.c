/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what we take as JSON text. Invariant: text that passes is RFC 8259 JSON that every parser reads the same way;
 * cJSON alone would take comments' lookalikes, control characters, "01", trailing text, overlong UTF-8 and numbers that a double
 * cannot hold. */
#include "document/scan.h"
#include "base/utf8.h"
#include "document/json.h"
#include "document/path.h"
#include "document/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct level {
    const char *key; /* as written, between the quotes, escapes and all; NULL in a list */
    size_t key_len;
    size_t index;
    bool inside; /* a member or entry has begun: it is part of the pointer */
} level;

typedef struct scan {
    const char *at, *end;
    int64_t line;
    int depth;
    level levels[MBILL__JSON_DEPTH_MAX];
    mbill_error *err;
} scan;

static mbill_status scan_value(scan *s);

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Four hex digits at `at`, or -1. */
static int32_t hex_unit(const char *at, const char *end)
{
    int32_t unit = 0;
    if (end - at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* One checked escape behind its backslash → bytes in out; returns the bytes read. */
static size_t unescape(const char *at, const char *end, char out[4], size_t *out_len)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    if (*at == 'u') {
        uint32_t code = (uint32_t)hex_unit(at + 1, end);
        bool pair = is_high((int32_t)code);
        if (pair) code = 0x10000 + ((code - 0xD800) << 10) + ((uint32_t)hex_unit(at + 7, end) - 0xDC00);
        *out_len = mbill__utf8_put(code, out);
        return pair ? 11 : 5;
    }
    const char *known = strchr(from, *at);
    out[0] = known == NULL ? *at : to[known - from];
    *out_len = 1;
    return 1;
}

/* A key as written becomes a step of the pointer; only its head is decoded, as only that can be shown. */
static void path_raw_key(mbill__path *path, const char *key, size_t len)
{
    char plain[sizeof path->text + 4];
    size_t n = 0, unit;
    const char *end = key + len;
    while (key < end && n < sizeof path->text) {
        if (*key == '\\') {
            key += 1 + unescape(key + 1, end, plain + n, &unit);
        } else {
            unit = mbill__utf8_step(key, (size_t)(end - key));
            memcpy(plain + n, key, unit);
            key += unit;
        }
        n += unit;
    }
    mbill__path_key(path, plain, n);
}

static mbill_status refuse(scan *s, mbill_status status, const char *format, ...) MBILL__PRINTF(3, 4);
static mbill_status refuse(scan *s, mbill_status status, const char *format, ...)
{
    char what[sizeof s->err->message];
    mbill__path path;
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(what, sizeof what, format, arguments) < 0) what[0] = '\0';
    va_end(arguments);
    mbill__path_start(&path);
    for (int i = 0; i < s->depth && s->levels[i].inside; i++) {
        const level *at = &s->levels[i];
        if (at->key != NULL) path_raw_key(&path, at->key, at->key_len);
        else mbill__path_index(&path, at->index);
    }
    return mbill__fail_path(s->err, status, path.text, "line %lld: %s", (long long)s->line, what);
}

/* What stands at s->at where something else was expected. */
static mbill_status refuse_found(scan *s, const char *expected)
{
    if (s->at == s->end) return refuse(s, MBILL_E_SYNTAX, "the text ends early, expected %s", expected);
    unsigned char byte = (unsigned char)*s->at;
    if (byte == 0) return refuse(s, MBILL_E_ENCODING, "a NUL byte in the text, expected %s", expected);
    if (mbill__utf8_step(s->at, (size_t)(s->end - s->at)) == 0)
        return refuse(s, MBILL_E_ENCODING, "byte 0x%02x is not UTF-8 here, expected %s", byte, expected);
    if (byte == '/') return refuse(s, MBILL_E_SYNTAX, "a comment, or a stray \"/\", expected %s", expected);
    if (byte == '\'') return refuse(s, MBILL_E_SYNTAX, "a single quote, expected %s, with double quotes around text", expected);
    if (byte < 0x20 || byte >= 0x7F) return refuse(s, MBILL_E_SYNTAX, "byte 0x%02x, expected %s", byte, expected);
    return refuse(s, MBILL_E_SYNTAX, "\"%c\", expected %s", byte, expected);
}

static void skip_space(scan *s)
{
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\n') s->line++;
        else if (*s->at != ' ' && *s->at != '\t' && *s->at != '\r') return;
    }
}

/* s->at is behind "\u". */
static mbill_status scan_unicode_escape(scan *s)
{
    int32_t unit = hex_unit(s->at, s->end);
    if (unit < 0) return refuse(s, MBILL_E_SYNTAX, "\"\\u\" in text is not followed by four hex digits");
    if (unit == 0) return refuse(s, MBILL_E_ENCODING, "\"\\u0000\" in text makes a NUL, which no text may hold");
    if (is_low(unit))
        return refuse(s, MBILL_E_ENCODING, "\"\\u%04x\" in text is half a surrogate pair, expected its first half before it",
            (unsigned)unit);
    s->at += 4;
    if (!is_high(unit)) return MBILL_OK;
    if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u' || !is_low(hex_unit(s->at + 2, s->end)))
        return refuse(s, MBILL_E_ENCODING, "\"\\u%04x\" in text is half a surrogate pair, expected its second half behind it",
            (unsigned)unit);
    s->at += 6;
    return MBILL_OK;
}

/* s->at is behind the backslash. */
static mbill_status scan_escape(scan *s)
{
    if (s->at == s->end) return refuse(s, MBILL_E_SYNTAX, "the text ends early, expected a closing \"");
    char c = *s->at;
    if (c == 'u') {
        s->at++;
        return scan_unicode_escape(s);
    }
    if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL) {
        unsigned byte = (unsigned char)c;
        if (byte > 0x20 && byte < 0x7F) return refuse(s, MBILL_E_SYNTAX, "\"\\%c\" in text is not an escape of JSON", c);
        return refuse(s, MBILL_E_SYNTAX, "a backslash before byte 0x%02x in text is not an escape of JSON", byte);
    }
    s->at++;
    return MBILL_OK;
}

/* s->at is at the opening quote; ends behind the closing one. */
static mbill_status scan_text(scan *s)
{
    s->at++;
    while (s->at < s->end) {
        unsigned char byte = (unsigned char)*s->at;
        if (byte == '"') {
            s->at++;
            return MBILL_OK;
        }
        if (byte == '\\') {
            s->at++;
            MBILL_TRY(scan_escape(s));
        } else if (byte == 0) {
            return refuse(s, MBILL_E_ENCODING, "a NUL byte in text");
        } else if (byte < 0x20) {
            return refuse(s, MBILL_E_SYNTAX, "control byte 0x%02x in text, expected an escape such as \"\\n\" or a closing \"",
                byte);
        } else if (byte < 0x80) {
            s->at++;
        } else {
            size_t unit = mbill__utf8_step(s->at, (size_t)(s->end - s->at));
            if (unit == 0) return refuse(s, MBILL_E_ENCODING, "byte 0x%02x in text is not UTF-8", byte);
            s->at += unit;
        }
    }
    return refuse(s, MBILL_E_SYNTAX, "the text ends early, expected a closing \"");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool in_token(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '+' || c == '-' || c == '.';
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at)) at++;
    return at;
}

/* RFC 8259 section 6: [ "-" ] int [ frac ] [ exp ]. */
static bool is_json_number(const char *at, const char *end)
{
    if (at < end && *at == '-') at++;
    const char *whole = at;
    at = skip_digits(at, end);
    if (at == whole || (*whole == '0' && at - whole > 1)) return false;
    if (at < end && *at == '.') {
        const char *places = ++at;
        at = skip_digits(at, end);
        if (at == places) return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        const char *exponent = at;
        at = skip_digits(at, end);
        if (at == exponent) return false;
    }
    return at == end;
}

/* A JSON number as we take it: whole, |n| < 2^31, no "-0". */
static bool is_count(const char *at, const char *end)
{
    bool minus = *at == '-';
    int64_t value = 0;
    if (minus) at++;
    if (end - at > 10) return false;
    for (; at < end; at++) {
        if (!is_digit(*at)) return false;
        value = value * 10 + (*at - '0');
    }
    return value <= INT32_MAX && !(minus && value == 0);
}

static mbill_status scan_token(scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    const char *start = s->at, *end = start;
    while (end < s->end && in_token(*end)) end++;
    size_t len = (size_t)(end - start);
    int shown = (int)(len > 60 ? 60 : len);
    if (len == 0) return refuse_found(s, "a value");
    if (*start == '-' || *start == '+' || *start == '.' || is_digit(*start)) {
        if (!is_json_number(start, end))
            return refuse(s, MBILL_E_SYNTAX, "\"%.*s\" is not a number of JSON; for a decimal write it as text", shown, start);
        if (!is_count(start, end))
            return refuse(s, MBILL_E_NUMBER, "number %.*s is not a whole count below 2147483648: write it as text", shown, start);
        s->at = end;
        return MBILL_OK;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) != len || memcmp(words[i], start, len) != 0) continue;
        s->at = end;
        return MBILL_OK;
    }
    return refuse(s, MBILL_E_SYNTAX,
        "\"%.*s\" is not a value of JSON, expected text in double quotes, a number, true, false, null, [ or {", shown, start);
}

static mbill_status open_level(scan *s)
{
    if (s->depth == MBILL__JSON_DEPTH_MAX)
        return refuse(s, MBILL_E_LIMIT, "lists and objects are nested deeper than %d levels", MBILL__JSON_DEPTH_MAX);
    s->levels[s->depth++] = (level){NULL, 0, 0, false};
    s->at++;
    skip_space(s);
    return MBILL_OK;
}

static void close_level(scan *s)
{
    s->depth--;
    s->at++;
}

/* Behind a value: the closing character ends the level, a comma must be followed by another value. */
static mbill_status scan_after(scan *s, char closing, bool *out_done)
{
    s->levels[s->depth - 1].inside = false;
    skip_space(s);
    *out_done = s->at < s->end && *s->at == closing;
    if (*out_done) {
        close_level(s);
        return MBILL_OK;
    }
    if (s->at == s->end || *s->at != ',') return refuse_found(s, closing == '}' ? "\",\" or \"}\"" : "\",\" or \"]\"");
    s->at++;
    skip_space(s);
    if (s->at < s->end && *s->at == closing) return refuse(s, MBILL_E_SYNTAX, "a comma before \"%c\"", closing);
    return MBILL_OK;
}

static mbill_status scan_member(scan *s)
{
    level *here = &s->levels[s->depth - 1];
    if (s->at == s->end || *s->at != '"') return refuse_found(s, "a key in double quotes");
    const char *key = s->at + 1;
    MBILL_TRY(scan_text(s));
    here->key = key;
    here->key_len = (size_t)(s->at - 1 - key);
    here->inside = true;
    skip_space(s);
    if (s->at == s->end || *s->at != ':') return refuse_found(s, "\":\" behind the key");
    s->at++;
    return scan_value(s);
}

static mbill_status scan_object(scan *s)
{
    bool done = false;
    MBILL_TRY(open_level(s));
    if (s->at < s->end && *s->at == '}') {
        close_level(s);
        return MBILL_OK;
    }
    while (!done) {
        MBILL_TRY(scan_member(s));
        MBILL_TRY(scan_after(s, '}', &done));
    }
    return MBILL_OK;
}

static mbill_status scan_list(scan *s)
{
    bool done = false;
    MBILL_TRY(open_level(s));
    if (s->at < s->end && *s->at == ']') {
        close_level(s);
        return MBILL_OK;
    }
    for (size_t index = 0; !done; index++) {
        level *here = &s->levels[s->depth - 1];
        here->index = index;
        here->inside = true;
        MBILL_TRY(scan_value(s));
        MBILL_TRY(scan_after(s, ']', &done));
    }
    return MBILL_OK;
}

static mbill_status scan_value(scan *s)
{
    skip_space(s);
    if (s->at == s->end) return refuse_found(s, "a value");
    switch (*s->at) {
    case '{': return scan_object(s);
    case '[': return scan_list(s);
    case '"': return scan_text(s);
    default: return scan_token(s);
    }
}

mbill_status mbill__scan(const char *text, size_t len, mbill_error *err)
{
    scan s = {.at = text, .end = text + len, .line = 1, .err = err};
    if (len > MBILL__JSON_SIZE_MAX)
        return mbill__fail(err, MBILL_E_LIMIT, "the document has %zu bytes, expected at most %zu", len, MBILL__JSON_SIZE_MAX);
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        return refuse(&s, MBILL_E_ENCODING, "the text begins with a byte-order mark, expected plain UTF-8");
    if (len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return refuse(&s, MBILL_E_ENCODING, "the text begins with the byte-order mark of UTF-16, expected plain UTF-8");
    MBILL_TRY(scan_value(&s));
    skip_space(&s);
    if (s.at < s.end) return refuse_found(&s, "nothing more behind the document");
    return MBILL_OK;
}
