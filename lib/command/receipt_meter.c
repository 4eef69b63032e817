/* SPDX-License-Identifier: Apache-2.0 */
/* Which meter a receipt is of: a receipt names its command, which may be a group's, and keeps the reply, in which the meter names itself. Changes when another wire
 * carries commands. */
#include "base/fail.h"
#include "command/target.h"
#include "meterbill/receipt.h"

#include <stdbool.h>
#include <string.h>

enum { BEGIN = 0x68, FROM_METER = 0x80, ADDRESS_DLT645 = 6, ADDRESS_CJT188 = 7 };

static int nibble_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Of a target's name, low byte first as both wires have it. */
static bool address_of(const char *digits, size_t n, uint8_t *out)
{
    if (strlen(digits) != 2 * n) return false;
    for (size_t i = 0; i < n; i++) {
        int high = nibble_of(digits[2 * i]), low = nibble_of(digits[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[n - 1 - i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* 68 A0..A5 68 C, and 68 T A0..A6 C. */
static bool begins_here(const uint8_t *at, bool is_dlt645, const uint8_t *address)
{
    if (at[0] != BEGIN) return false;
    if (is_dlt645)
        return memcmp(at + 1, address, ADDRESS_DLT645) == 0 && at[1 + ADDRESS_DLT645] == BEGIN &&
            (at[2 + ADDRESS_DLT645] & FROM_METER) != 0;
    return memcmp(at + 2, address, ADDRESS_CJT188) == 0 && (at[2 + ADDRESS_CJT188] & FROM_METER) != 0;
}

static bool is_from(const mbill_receipt *receipt, const char *target)
{
    uint8_t address[ADDRESS_CJT188];
    bool is_dlt645 = target[0] == 'e';
    size_t n = is_dlt645 ? ADDRESS_DLT645 : ADDRESS_CJT188, head = 3 + n;
    if (!address_of(target + 2, n, address)) return false;
    for (size_t at = 0; at + head <= receipt->n_reply; at++)
        if (begins_here(receipt->reply + at, is_dlt645, address)) return true;
    return false;
}

mbill_status mbill_receipt_is_from(const mbill_receipt *receipt, const char *target, mbill_error *err)
{
    MBILL__NEED(receipt);
    MBILL__NEED(target);
    if (mbill__target_kind_of(target, strlen(target)) != MBILL__TARGET_METER)
        return mbill__fail(err, MBILL_E_INVALID, "target \"%.70s\", expected a meter such as e/000000000001", target);
    if (receipt->n_reply > MBILL_RECEIPT_REPLY_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "a reply of %u bytes, expected %d at most", (unsigned)receipt->n_reply,
            MBILL_RECEIPT_REPLY_MAX);
    if (is_from(receipt, target)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ADDRESS,
        receipt->n_reply == 0 ? "the receipt has no reply, in which %s would name itself"
                              : "the reply in the receipt is not from %s",
        target);
}
