/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the form of JSON pointers. Invariant: what stands in a path is a head of the true pointer, cut between characters.
 * */
#include "document/path.h"
#include "base/utf8.h"

#include <string.h>

void mbill__path_start(mbill__path *path)
{
    path->text[0] = '\0';
    path->len = 0;
    path->full = false;
}

static void put(mbill__path *path, const char *bytes, size_t len)
{
    if (path->full || len >= sizeof path->text - path->len) {
        path->full = true;
        return;
    }
    memcpy(path->text + path->len, bytes, len);
    path->len += len;
    path->text[path->len] = '\0';
}

static void put_unit(mbill__path *path, const char *unit, size_t len)
{
    unsigned char first = (unsigned char)unit[0];
    if (first == '~') put(path, "~0", 2);
    else if (first == '/') put(path, "~1", 2);
    else if (first < 0x20 || first == 0x7F || (first == 0xC2 && (unsigned char)unit[1] < 0xA0)) put(path, "?", 1);
    else put(path, unit, len);
}

void mbill__path_key(mbill__path *path, const char *key, size_t len)
{
    put(path, "/", 1);
    for (size_t at = 0, unit; at < len && !path->full; at += unit) {
        unit = mbill__utf8_step(key + at, len - at);
        if (unit == 0) return;
        put_unit(path, key + at, unit);
    }
}

void mbill__path_index(mbill__path *path, size_t index)
{
    char text[24];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + index % 10);
        index /= 10;
    } while (index != 0);
    text[--at] = '/';
    put(path, text + at, sizeof text - at);
}
