/* SPDX-License-Identifier: Apache-2.0 */
/* Changes only if UTF-8 does (RFC 3629). Invariant: well-formed text in, well-formed text out. */
#include "document/utf8.h"

size_t mbill__utf8_head(const char *text, size_t len, size_t room)
{
    if (len <= room) return len;
    while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80) room--;
    return room;
}

size_t mbill__utf8_put(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    uint32_t mark = len == 2 ? 0xC0 : len == 3 ? 0xE0 : 0xF0;
    for (size_t i = len; i-- > 1; code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(mark | code);
    return len;
}
