/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the ciphers of STS: EA11 is MISTY1, EA07 runs on the caller's tables alone. */
#include "command/misty1.h"
#include "command/sts_block.h"

#include "base/memory.h"

#define NIBBLES 16
#define EA07_ROUNDS 16
#define EA07_KEY_TURN 12 /* the key begins as its complement, turned right by so many bits */
#define EA07_KEY_BIT 3   /* of each nibble of the key: chooses the table of the same nibble of the block */

static bool is_permutation(const uint8_t *list, size_t n)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (list[i] >= n) return false;
        seen |= UINT64_C(1) << list[i];
    }
    return seen == ~UINT64_C(0) >> (64 - n);
}

static mbill_status check_tables(const mbill_sts_tables *tables_or_null, mbill_sts_tables *out, mbill_error *err)
{
    if (tables_or_null == NULL)
        return mbill__fail(err, MBILL_E_TOKEN_TABLES,
            "a key of EA07, whose tables are licensed by the STS Association and were not supplied");
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof out->struct_size, tables_or_null, err));
    if (is_permutation(out->substitute[0], NIBBLES) && is_permutation(out->substitute[1], NIBBLES) &&
        is_permutation(out->permute, 64))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "tables of EA07 that do not hold every value once");
}

static uint64_t turn_right(uint64_t word, unsigned bits)
{
    return (word >> bits) | (word << ((64 - bits) % 64));
}

static uint64_t substitute(const uint8_t tables[2][NIBBLES], uint64_t key, uint64_t block)
{
    uint64_t out = 0;
    for (unsigned i = 0; i < NIBBLES; i++)
        out |= (uint64_t)tables[(key >> (4 * i + EA07_KEY_BIT)) & 1][(block >> (4 * i)) & 0xF] << (4 * i);
    return out;
}

static uint64_t permute(const uint8_t list[64], uint64_t block)
{
    uint64_t out = 0;
    for (unsigned i = 0; i < 64; i++) out |= ((block >> i) & 1) << list[i];
    return out;
}

/* The tables that undo the others. */
static void invert(mbill_sts_tables *tables)
{
    mbill_sts_tables other = *tables;
    for (unsigned which = 0; which < 2; which++)
        for (unsigned i = 0; i < NIBBLES; i++) tables->substitute[which][other.substitute[which][i]] = (uint8_t)i;
    for (unsigned i = 0; i < 64; i++) tables->permute[other.permute[i]] = (uint8_t)i;
}

/* Each round substitutes, then permutes, and turns the key left by one bit; the other way begins with the last key and turns it back. */
static uint64_t ea07(const uint8_t bytes[8], mbill_sts_tables *tables, bool decipher, uint64_t block)
{
    uint64_t key = 0;
    for (unsigned i = 0; i < 8; i++) key = (key << 8) | bytes[i];
    key = turn_right(~key, EA07_KEY_TURN);
    if (decipher) {
        invert(tables);
        key = turn_right(key, 64 - (EA07_ROUNDS - 1));
    }
    for (unsigned round = 0; round < EA07_ROUNDS; round++) {
        if (decipher) block = permute(tables->permute, block);
        block = substitute((const uint8_t(*)[NIBBLES])tables->substitute, key, block);
        if (!decipher) block = permute(tables->permute, block);
        key = turn_right(key, decipher ? 1 : 63);
    }
    mbill__wipe(&key, sizeof key);
    return block;
}

static mbill_status check_key(const mbill_sts_key *key, mbill_error *err)
{
    if (key->struct_size < sizeof *key) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of a key is not set");
    if (mbill__sts_base_code(key->base_year) == NULL)
        return mbill__fail(err, MBILL_E_INVALID, "%d is no base year of tokens; expected 1993, 2014 or 2035",
            (int)key->base_year);
    if (key->cipher == MBILL_STS_EA07 || key->cipher == MBILL_STS_EA11) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "%d is no cipher of tokens; expected 7 (EA07) or 11 (EA11)", (int)key->cipher);
}

mbill_status mbill_sts_cipher_block(const mbill_sts_key *key, const mbill_sts_tables *tables_or_null, int32_t decipher,
    uint64_t block, uint64_t *out_block, mbill_error *err)
{
    mbill_sts_tables tables;
    MBILL__NEED(key);
    MBILL__NEED(out_block);
    MBILL_TRY(check_key(key, err));
    if (key->cipher == MBILL_STS_EA11) {
        *out_block = mbill__misty1(key->bytes, decipher != 0, block);
        return MBILL_OK;
    }
    MBILL_TRY(check_tables(tables_or_null, &tables, err));
    *out_block = ea07(key->bytes, &tables, decipher != 0, block);
    return MBILL_OK;
}
