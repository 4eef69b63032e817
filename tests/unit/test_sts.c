/* SPDX-License-Identifier: Apache-2.0 */
/* STS tokens: blocks, CRC, identifiers and amount codes of the published vectors whatever their cipher; MISTY1; derivation; states; every refusal. */
#include "check_run.h"
#include "command/misty1.h"
#include "meterbill/token.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* NectarAPI/tokens-service, STS 531-1 compliance tests. */
static const struct {
    const char *id;
    int32_t token_class, subclass;
    uint32_t random;
    uint64_t block;
    int64_t issued_utc_s;
    int64_t tenths; /* -1: the register is not an amount */
} vectors[] = {
    {"S01", 0, 0, 5, UINT64_C(0x05599863000119e6), INT64_C(1078149300), 1},
    {"S03", 0, 1, 5, UINT64_C(0x1559986d00017ab5), INT64_C(1078149900), 1},
    {"S04", 0, 1, 5, UINT64_C(0x1559987200014b73), INT64_C(1078150200), 1},
    {"S05", 0, 2, 5, UINT64_C(0x2559987700015e82), INT64_C(1078150500), 1},
    {"S07", 2, 0, 5, UINT64_C(0x055a2f1d03e8f8f4), INT64_C(1080464460), -1},
    {"S08", 2, 1, 5, UINT64_C(0x155a2f2bffff1b64), INT64_C(1080465300), -1},
    {"S10", 2, 5, 5, UINT64_C(0x555a2f580000e5cf), INT64_C(1080468000), -1},
    {"S11", 0, 0, 5, UINT64_C(0x055a439e010036a2), INT64_C(1080779400), 256},
    {"S12", 0, 0, 5, UINT64_C(0x055a43a33ffff74e), INT64_C(1080779700), 16383},
    {"S13", 0, 0, 5, UINT64_C(0x055a43a84000e6fc), INT64_C(1080780000), 16384},
    {"S15", 0, 0, 5, UINT64_C(0x055a43b28000973b), INT64_C(1080780600), 180223},
    {"S16", 0, 0, 5, UINT64_C(0x055a43b78000873a), INT64_C(1080780900), 180224},
    {"S18", 0, 0, 5, UINT64_C(0x055a43edc00096e9), INT64_C(1080784140), 1818624},
    {"S19", 0, 0, 5, UINT64_C(0x055a43f2fffff69f), INT64_C(1080784440), 18201624},
    {"S20", 2, 1, 5, UINT64_C(0x155a32a0ffff6d22), INT64_C(1080518400), -1},
    {"S21", 2, 1, 5, UINT64_C(0x155a32a2ffffcce2), INT64_C(1080518460), -1},
    {"S26", 0, 0, 5, UINT64_C(0x0559982c00012831), INT64_C(1078146000), 1},
    {"S27", 0, 1, 5, UINT64_C(0x155998310001baa7), INT64_C(1078146300), 1},
    {"S29", 0, 0, 5, UINT64_C(0x055998400001e82c), INT64_C(1078147200), 1},
    {"S30", 2, 0, 5, UINT64_C(0x055a2f1d03e8f8f4), INT64_C(1080464460), -1},
    {"S32", 2, 5, 5, UINT64_C(0x555a2f580000e5cf), INT64_C(1080468000), -1},
};

static const uint8_t rfc_key[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF};
static const mbill_sts_key key_11 = {sizeof key_11, MBILL_STS_EA11, 2014, 0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
static const mbill_sts_key key_07 = {sizeof key_07, MBILL_STS_EA07, 1993, 0, {0xE6, 0x53, 0x34, 0x1F, 0x9D, 0x5B, 0xF3, 0x6F}};

START_TEST(blocks)
{
    mbill_sts_token token = {.struct_size = sizeof token};
    uint64_t block;
    uint32_t tid, code;
    ck_assert_int_eq(mbill_sts_block_decode(vectors[_i].token_class, vectors[_i].block, &token, NULL), MBILL_OK);
    ck_assert_int_eq(token.subclass, vectors[_i].subclass);
    ck_assert_uint_eq(token.random, vectors[_i].random);
    ck_assert_int_eq(mbill_sts_tid(1993, vectors[_i].issued_utc_s, &tid, NULL), MBILL_OK);
    ck_assert_uint_eq(token.tid, tid);
    if (vectors[_i].tenths >= 0) {
        ck_assert_int_eq(mbill_sts_amount_encode(vectors[_i].tenths, &code, NULL), MBILL_OK);
        ck_assert_uint_eq(token.value, code);
    }
    ck_assert_int_eq(mbill_sts_block_encode(&token, &block, NULL), MBILL_OK);
    ck_assert(block == vectors[_i].block);
}
END_TEST

START_TEST(every_bit_of_a_block_counts)
{
    mbill_sts_token token = {.struct_size = sizeof token};
    for (unsigned bit = 0; bit < 64; bit++)
        ck_assert_int_eq(mbill_sts_block_decode(vectors[_i].token_class, vectors[_i].block ^ (UINT64_C(1) << bit), &token, NULL), MBILL_E_TOKEN_CRC);
}
END_TEST

/* S23: two sections, TI 01 to 02, key expiry number 255. */
START_TEST(key_sections)
{
    mbill_sts_token one = {.struct_size = sizeof one}, two = {.struct_size = sizeof two};
    uint64_t block;
    ck_assert_int_eq(mbill_sts_block_decode(2, UINT64_C(0x3f12060b8643d717), &one, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_sts_block_decode(2, UINT64_C(0x4f02c59a27f189a8), &two, NULL), MBILL_OK);
    ck_assert_uint_eq(one.key_expiry * 16 + two.key_expiry, 255);
    ck_assert_uint_eq(one.key_part, 0x060B8643);
    ck_assert_uint_eq(two.key_part, 0xC59A27F1);
    ck_assert_uint_eq(one.key_revision, 1);
    ck_assert_uint_eq(one.key_type, 2);
    ck_assert_uint_eq(one.roll_over, 0);
    ck_assert_uint_eq(two.tariff_index, 2);
    ck_assert_int_eq(mbill_sts_block_encode(&one, &block, NULL), MBILL_OK);
    ck_assert(block == UINT64_C(0x3f12060b8643d717));
    for (int32_t subclass = MBILL_STS_SET_KEY_3; subclass <= MBILL_STS_SET_KEY_4; subclass++) {
        mbill_sts_token more = {.struct_size = sizeof more, .token_class = 2, .subclass = subclass, .key_part = 0x89ABCDEF, .supply_group_part = 0xABC};
        ck_assert_int_eq(mbill_sts_block_encode(&more, &block, NULL), MBILL_OK);
        ck_assert(block >> 16 == (((uint64_t)subclass << 44) | UINT64_C(0xABC89ABCDEF)));
        ck_assert_int_eq(mbill_sts_block_decode(2, block, &two, NULL), MBILL_OK);
        ck_assert_int_eq(two.subclass, more.subclass);
        ck_assert_uint_eq(two.key_part, more.key_part);
        ck_assert_uint_eq(two.supply_group_part, more.supply_group_part);
    }
}
END_TEST

/* RFC 2994, appendix A (S33) and what follows from a cipher: it can be undone. */
START_TEST(misty1)
{
    ck_assert(mbill__misty1(rfc_key, false, UINT64_C(0x0123456789ABCDEF)) == UINT64_C(0x8B1DA5F56AB3D07C));
    ck_assert(mbill__misty1(rfc_key, true, UINT64_C(0x8B1DA5F56AB3D07C)) == UINT64_C(0x0123456789ABCDEF));
    uint64_t block = 1;
    for (int i = 0; i < 1000; i++) {
        uint64_t next = mbill__misty1(rfc_key, false, block);
        ck_assert(mbill__misty1(rfc_key, true, next) == block);
        block = next;
    }
    /* The second block of the same example. */
    ck_assert(mbill__misty1(rfc_key, false, UINT64_C(0xFEDCBA9876543210)) == UINT64_C(0x04B68240B13BE95D));
}
END_TEST

/* A cipher of EA07's form from tables that are nobody's: it can be undone, and both tables, the permutation and every key bit count. */
static mbill_sts_tables made_up(void)
{
    mbill_sts_tables tables = {.struct_size = sizeof tables};
    for (unsigned i = 0; i < 16; i++) {
        tables.substitute[0][i] = (uint8_t)((i * 7 + 3) % 16);
        tables.substitute[1][i] = (uint8_t)((i * 11 + 6) % 16);
    }
    for (unsigned i = 0; i < 64; i++) tables.permute[i] = (uint8_t)((i * 19 + 5) % 64);
    return tables;
}

/* As a meter deciphers, written down from its own side: the decoder key as it stands, its nibbles' lowest bits, a bit to the right each time. */
static uint64_t as_a_meter(const mbill_sts_tables *tables, uint64_t key, uint64_t block)
{
    for (int round = 0; round < 16; round++) {
        uint64_t moved = 0, back = 0;
        for (unsigned bit = 0; bit < 64; bit++) moved |= (block >> tables->permute[bit] & 1) << bit;
        for (unsigned nibble = 0; nibble < 16; nibble++) {
            const uint8_t *table = tables->substitute[(key >> 4 * nibble & 1) == 0]; /* the key was complemented before */
            uint64_t was = 0;
            while (table[was] != (moved >> 4 * nibble & 15)) was++;
            back |= was << 4 * nibble;
        }
        block = back;
        key = key >> 1 | key << 63;
    }
    return block;
}

START_TEST(a_meter_reads_ea07)
{
    mbill_sts_tables tables = made_up();
    for (uint64_t i = 0; i < 500; i++) {
        mbill_sts_key key = key_07;
        uint64_t number = 0, block = i * UINT64_C(0x9E3779B97F4A7C15), ciphered;
        for (unsigned at = 0; at < 8; at++) key.bytes[at] = (uint8_t)(key.bytes[at] * (i + 1) + at);
        for (unsigned at = 0; at < 8; at++) number = number << 8 | key.bytes[at];
        ck_assert_int_eq(mbill_sts_cipher_block(&key, &tables, 0, block, &ciphered, NULL), MBILL_OK);
        ck_assert_uint_eq(as_a_meter(&tables, number, ciphered), block);
    }
}
END_TEST

START_TEST(tables_of_the_caller)
{
    mbill_sts_tables tables = made_up();
    mbill_sts_token token = {.struct_size = sizeof token, .random = 5, .tid = 5871715, .value = 1}, again = {.struct_size = sizeof again};
    char digits[MBILL_TOKEN_ROOM], other[MBILL_TOKEN_ROOM];
    int64_t at = 9;
    ck_assert_int_eq(mbill_sts_encode(&token, &key_07, &tables, digits, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_sts_decode(digits, 20, &key_07, 1, &tables, &again, &at, NULL), MBILL_OK);
    ck_assert_int_eq(at, 0);
    ck_assert_mem_eq(&again, &token, sizeof token);
    for (unsigned bit = 0; bit < 64; bit++) {
        mbill_sts_key changed = key_07;
        changed.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        ck_assert_int_eq(mbill_sts_encode(&token, &changed, &tables, other, NULL), MBILL_OK);
        ck_assert_str_ne(other, digits);
    }
}
END_TEST

/* S26 under the key that S37 derives; S38 is the same with a digit changed. */
START_TEST(derived_token)
{
    static const uint8_t vending[] = {0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0x94, 0x94, 0x94, 0x94, 0x94, 0x94, 0x94, 0x94, 0x01, 0x23, 0x45, 0x67};
    static const uint8_t derived[] = {0xF9, 0x4B, 0x6E, 0xD3, 0x53, 0xC3, 0xBF, 0xDB, 0x11, 0x3E, 0x2D, 0x3A, 0x7E, 0xA3, 0xC4, 0x1D};
    mbill_sts_meter meter = {sizeof meter, MBILL_STS_EA11, 1993, 2, 1, 1, "123457", "600727000000000009"};
    mbill_sts_key key = {.struct_size = sizeof key}, keys[3] = {key_11, key_11, key_11};
    mbill_sts_token token = {.struct_size = sizeof token};
    int64_t at;
    ck_assert_int_eq(mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, sizeof vending, &key, NULL), MBILL_OK);
    ck_assert_mem_eq(key.bytes, derived, 16);
    keys[2] = key;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_sts_decode("59386323472137426967", 20, keys, 3, NULL, &token, &at, &err), MBILL_OK);
    ck_assert_int_eq(at, 2);
    ck_assert_int_eq(err.status, MBILL_OK); /* keys that did not fit leave nothing behind */
    ck_assert_uint_eq(token.tid, 5871660);
    assert_refusal(&err, mbill_sts_decode("59386323472137426968", 20, keys, 3, NULL, &token, &at, &err), MBILL_E_TOKEN_CRC, "each of 3 keys");
    meter.cipher = MBILL_STS_EA07;
    ck_assert_int_eq(mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, sizeof vending, &key, NULL), MBILL_OK);
    for (int i = 8; i < 16; i++) ck_assert_uint_eq(key.bytes[i], 0);
}
END_TEST

START_TEST(amounts)
{
    uint32_t code, last = 0;
    int64_t before = -1;
    for (code = 0; code < 65536; code++) {
        int64_t tenths = mbill_sts_amount_decode(code);
        ck_assert(tenths > before);
        ck_assert_int_eq(mbill_sts_amount_encode(tenths, &last, NULL), MBILL_OK);
        ck_assert_uint_eq(last, code);
        ck_assert_int_eq(mbill_sts_amount_encode(before + 1, &last, NULL), MBILL_OK); /* rounded up */
        ck_assert_uint_eq(last, code);
        before = tenths;
    }
    ck_assert_int_eq(before, MBILL_STS_AMOUNT_MAX);
}
END_TEST

START_TEST(identifiers)
{
    static const int64_t bases[] = {INT64_C(725846400), INT64_C(1388534400), INT64_C(2051222400)};
    static const int32_t years[] = {1993, 2014, 2035};
    uint32_t tid;
    int64_t utc_s;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mbill_sts_tid(years[i], bases[i] + 59, &tid, NULL), MBILL_OK);
        ck_assert_uint_eq(tid, 0);
        ck_assert_int_eq(mbill_sts_tid(years[i], bases[i] + 60, &tid, NULL), MBILL_OK);
        ck_assert_uint_eq(tid, 2); /* 00:01 is reserved */
        ck_assert_int_eq(mbill_sts_tid(years[i], bases[i] + 86400 * 100 + 61, &tid, NULL), MBILL_OK);
        ck_assert_uint_eq(tid, 144002);
        ck_assert_int_eq(mbill_sts_tid(years[i], bases[i] + INT64_C(16777215) * 60 + 59, &tid, NULL), MBILL_OK);
        ck_assert_uint_eq(tid, MBILL_STS_TID_MAX);
        ck_assert_int_eq(mbill_sts_tid(years[i], bases[i] + INT64_C(16777216) * 60, &tid, NULL), MBILL_E_RANGE);
        ck_assert_int_eq(mbill_sts_tid_time(years[i], 144002, &utc_s, NULL), MBILL_OK);
        ck_assert_int_eq(utc_s, bases[i] + 86400 * 100 + 120);
    }
}
END_TEST

/* A meter remembers fifty: the fifty-first pushes the smallest out, and what is below all is old. */
START_TEST(used_identifiers)
{
    mbill_sts_used used = {.struct_size = sizeof used};
    mbill_sts_token token = {.struct_size = sizeof token};
    mbill_error err;
    mbill_error_init(&err);
    for (uint32_t i = 0; i < 50; i++) {
        token.tid = 1000 + i * 10;
        ck_assert_int_eq(mbill_sts_admit(&token, &used, &used, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_sts_admit(&token, &used, &used, NULL), MBILL_E_TOKEN_USED);
    }
    token.tid = 999;
    assert_refusal(&err, mbill_sts_admit(&token, &used, &used, &err), MBILL_E_TOKEN_OLD, "from 1000");
    token.tid = 1005; /* late, but unseen */
    ck_assert_int_eq(mbill_sts_admit(&token, &used, &used, NULL), MBILL_OK);
    ck_assert_uint_eq(used.n, 50);
    ck_assert_uint_eq(used.tids[0], 1005);
    token.tid = 1000;
    ck_assert_int_eq(mbill_sts_admit(&token, &used, &used, NULL), MBILL_E_TOKEN_OLD);
    token.tid = 2000;
    ck_assert_int_eq(mbill_sts_admit(&token, &used, &used, NULL), MBILL_OK);
    ck_assert_uint_eq(used.tids[0], 1010);
    ck_assert_uint_eq(used.tids[49], 2000);
    token = (mbill_sts_token){.struct_size = sizeof token, .token_class = 2, .subclass = MBILL_STS_SET_KEY_1};
    mbill_sts_used same = used;
    ck_assert_int_eq(mbill_sts_admit(&token, &used, &used, NULL), MBILL_OK);
    ck_assert_mem_eq(&same, &used, sizeof used);
    token = (mbill_sts_token){.struct_size = sizeof token, .tid = 3000};
    used.tids[3] = used.tids[2];
    assert_refusal_index(&err, mbill_sts_admit(&token, &used, &used, &err), MBILL_E_INVALID, 3, "rise");
    used.n = 51;
    assert_refusal(&err, mbill_sts_admit(&token, &used, &used, &err), MBILL_E_INVALID, "51");
    same.struct_size = 0;
    assert_refusal(&err, mbill_sts_admit(&token, &used, &same, &err), MBILL_E_MISUSE, "out_after");
}
END_TEST

START_TEST(selling)
{
    const int64_t base = INT64_C(1388534400); /* 2014-01-01 */
    mbill_token_sales sales = {.struct_size = sizeof sales};
    mbill_error err;
    uint32_t tid = 0;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_sts_sell(&sales, 1, 2014, base + 86400 - 60, &tid, &sales, NULL), MBILL_OK);
    ck_assert_uint_eq(tid, 1439);
    ck_assert_int_eq(mbill_sts_sell(&sales, 2, 2014, base + 86400 - 60, &tid, &sales, NULL), MBILL_OK); /* the same minute: the next one */
    ck_assert_uint_eq(tid, 1440);
    ck_assert_int_eq(mbill_sts_sell(&sales, 3, 2014, base, &tid, &sales, NULL), MBILL_OK); /* a clock that went back; 00:01 is left out */
    ck_assert_uint_eq(tid, 1442);
    assert_refusal(&err, mbill_sts_sell(&sales, 3, 2014, base, &tid, &sales, &err), MBILL_E_TOKEN_COUNT, "purchase 3");
    assert_refusal(&err, mbill_sts_sell(&sales, 5, 2014, base, &tid, &sales, &err), MBILL_E_TOKEN_COUNT, "purchase 5");
    assert_refusal(&err, mbill_sts_sell(&sales, 0, 2014, base, &tid, &sales, &err), MBILL_E_TOKEN_COUNT, "purchase 0");
    assert_refusal(&err, mbill_sts_sell(&sales, 4, 1993, base, &tid, &sales, &err), MBILL_E_ORDER, "1993");
    assert_refusal(&err, mbill_sts_sell(&sales, 4, 2000, base, &tid, &sales, &err), MBILL_E_INVALID, "2000");
    ck_assert_int_eq(mbill_sts_sell(&sales, 4, 2035, INT64_C(2051222400), &tid, &sales, NULL), MBILL_OK); /* a new base date begins anew */
    ck_assert_uint_eq(tid, 0);
    sales.tid = MBILL_STS_TID_MAX;
    ck_assert_int_eq(mbill_sts_sell(&sales, 5, 2035, INT64_C(2051222400), &tid, &sales, NULL), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_sts_sell(NULL, 5, 2035, 0, &tid, &sales, NULL), MBILL_E_MISUSE);
}
END_TEST

START_TEST(refused_tokens)
{
    mbill_sts_token token = {.struct_size = sizeof token};
    mbill_sts_tables tables = made_up();
    char digits[MBILL_TOKEN_ROOM] = "untouched";
    uint64_t block;
    uint32_t code;
    mbill_error err;
    mbill_error_init(&err);
    token.token_class = 3;
    assert_refusal(&err, mbill_sts_block_encode(&token, &block, &err), MBILL_E_TOKEN_CLASS, "class 3");
    token = (mbill_sts_token){.struct_size = sizeof token, .subclass = 8};
    assert_refusal(&err, mbill_sts_block_encode(&token, &block, &err), MBILL_E_TOKEN_CLASS, "subclass 8");
    token = (mbill_sts_token){.struct_size = sizeof token, .random = 16};
    assert_refusal(&err, mbill_sts_encode(&token, &key_11, NULL, digits, &err), MBILL_E_RANGE, "random does not fit its 4 bits");
    token = (mbill_sts_token){.struct_size = sizeof token, .control = 1};
    assert_refusal(&err, mbill_sts_encode(&token, &key_11, NULL, digits, &err), MBILL_E_RANGE, "control is not 0");
    token = (mbill_sts_token){.struct_size = sizeof token};
    assert_refusal(&err, mbill_sts_encode(&token, NULL, NULL, digits, &err), MBILL_E_MISUSE, "key_or_null");
    assert_refusal(&err, mbill_sts_encode(&token, &key_07, NULL, digits, &err), MBILL_E_TOKEN_TABLES, "EA07");
    tables.permute[3] = tables.permute[4];
    assert_refusal(&err, mbill_sts_encode(&token, &key_07, &tables, digits, &err), MBILL_E_INVALID, "every value once");
    tables = made_up();
    tables.substitute[1][0] = 16;
    assert_refusal(&err, mbill_sts_encode(&token, &key_07, &tables, digits, &err), MBILL_E_INVALID, "every value once");
    mbill_sts_key wrong = key_11;
    wrong.cipher = 9;
    assert_refusal(&err, mbill_sts_encode(&token, &wrong, NULL, digits, &err), MBILL_E_INVALID, "9 is no cipher");
    wrong = key_11;
    wrong.base_year = 2000;
    assert_refusal(&err, mbill_sts_encode(&token, &wrong, NULL, digits, &err), MBILL_E_INVALID, "2000");
    ck_assert_str_eq(digits, "untouched");
    assert_refusal(&err, mbill_sts_amount_encode(-1, &code, &err), MBILL_E_RANGE, "-1");
    assert_refusal(&err, mbill_sts_amount_encode(MBILL_STS_AMOUNT_MAX + 1, &code, &err), MBILL_E_RANGE, "18201625");
    assert_refusal(&err, mbill_sts_tid(1993, INT64_C(725846399), &code, &err), MBILL_E_RANGE, "1993-01-01");
    assert_refusal(&err, mbill_sts_tid(1994, 0, &code, &err), MBILL_E_INVALID, "1994");
    int64_t utc_s;
    assert_refusal(&err, mbill_sts_tid_time(2014, 16777216, &utc_s, &err), MBILL_E_RANGE, "24 bits");
}
END_TEST

START_TEST(refused_digits)
{
    mbill_sts_token token = {.struct_size = sizeof token};
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_sts_decode("123", 3, &key_11, 1, NULL, &token, NULL, &err), MBILL_E_TOKEN_FORM, "3 digits");
    assert_refusal(&err, mbill_sts_decode("1234567890123456789x", 20, &key_11, 1, NULL, &token, NULL, &err), MBILL_E_TOKEN_FORM, "digits alone");
    assert_refusal(&err, mbill_sts_decode("73786976294838206464", 20, &key_11, 1, NULL, &token, NULL, &err), MBILL_E_TOKEN_FORM, "66 bits"); /* 2^66 */
    ck_assert_int_eq(mbill_sts_decode("73786976294838206463", 20, &key_11, 1, NULL, &token, NULL, &err), MBILL_E_TOKEN_CLASS); /* all bits: class 3 */
    assert_refusal(&err, mbill_sts_decode("00000000000000000000", 20, NULL, 0, NULL, &token, NULL, &err), MBILL_E_TOKEN_CRC, "each of 0 keys");
    assert_refusal_index(&err, mbill_sts_decode("00000000000000000000", 20, &key_07, 1, NULL, &token, NULL, &err), MBILL_E_TOKEN_TABLES, 0, "licensed");
    assert_refusal(&err, mbill_sts_decode("00000000000000000000", 20, NULL, 1, NULL, &token, NULL, &err), MBILL_E_MISUSE, "keys");
    token.struct_size = 0;
    assert_refusal(&err, mbill_sts_block_decode(0, 0, &token, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

static const struct {
    size_t at;
    mbill_status status;
    const char *part;
} wrong_meters[] = {{offsetof(mbill_sts_meter, cipher), MBILL_E_INVALID, "cipher"}, {offsetof(mbill_sts_meter, base_year), MBILL_E_INVALID, "base year"},
    {offsetof(mbill_sts_meter, key_type), MBILL_E_RANGE, "key type"}, {offsetof(mbill_sts_meter, key_revision), MBILL_E_RANGE, "key revision"},
    {offsetof(mbill_sts_meter, tariff_index), MBILL_E_RANGE, "tariff index"}, {offsetof(mbill_sts_meter, supply_group), MBILL_E_INVALID, "supply group"},
    {offsetof(mbill_sts_meter, account_number), MBILL_E_INVALID, "account number"}};

START_TEST(refused_derivations)
{
    mbill_sts_meter meter = {sizeof meter, MBILL_STS_EA11, 1993, 2, 1, 1, "123457", "600727000000000009"};
    uint8_t vending[65] = {1};
    mbill_sts_key key = {.struct_size = sizeof key};
    const int32_t wrong = 100;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_sts_derive(&meter, MBILL_STS_DKGA02, vending, 8, &key, &err), MBILL_E_TOKEN_DERIVATION, "DKGA02");
    assert_refusal(&err, mbill_sts_derive(&meter, 3, vending, 20, &key, &err), MBILL_E_INVALID, "3 is no derivation");
    assert_refusal(&err, mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, 15, &key, &err), MBILL_E_RANGE, "15 bytes");
    assert_refusal(&err, mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, 65, &key, &err), MBILL_E_RANGE, "65 bytes");
    meter.account_number[17] = '8';
    assert_refusal(&err, mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, 20, &key, &err), MBILL_E_INVALID, "check digit");
    meter.account_number[17] = '9';
    memcpy((char *)&meter + wrong_meters[_i].at, &wrong, sizeof wrong);
    assert_refusal(&err, mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, 20, &key, &err), wrong_meters[_i].status, wrong_meters[_i].part);
    key.struct_size = 0;
    assert_refusal(&err, mbill_sts_derive(&meter, MBILL_STS_DKGA04, vending, 20, &key, &err), MBILL_E_MISUSE, "out_key");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sts");
    TCase *tests = tcase_create("sts");
    tcase_add_loop_test(tests, blocks, 0, (int)(sizeof vectors / sizeof vectors[0]));
    tcase_add_loop_test(tests, every_bit_of_a_block_counts, 0, (int)(sizeof vectors / sizeof vectors[0]));
    tcase_add_test(tests, key_sections);
    tcase_add_test(tests, misty1);
    tcase_add_test(tests, a_meter_reads_ea07);
    tcase_add_test(tests, tables_of_the_caller);
    tcase_add_test(tests, derived_token);
    tcase_add_test(tests, amounts);
    tcase_add_test(tests, identifiers);
    tcase_add_test(tests, used_identifiers);
    tcase_add_test(tests, selling);
    tcase_add_test(tests, refused_tokens);
    tcase_add_test(tests, refused_digits);
    tcase_add_loop_test(tests, refused_derivations, 0, (int)(sizeof wrong_meters / sizeof wrong_meters[0]));
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
