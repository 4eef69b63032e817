/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when IEC 62055-41 lays a token's 64-bit block out differently: fields by class and subclass, and their CRC. */
#include "command/sts_block.h"

#include "base/memory.h"

#include <stddef.h>
#include <string.h>

#define FIELDS_MAX 7
#define CRC_BITS 16
#define SUBCLASS_BITS 4
#define BLOCK_BITS 64

/* A field of a block: a member of mbill_sts_token and its width. Fields follow one another behind the subclass, the most significant first. */
typedef struct field {
    uint8_t bits;
    uint8_t wide; /* the member has 64 bits, not 32 */
    uint16_t at;
    const char *name;
} field;

typedef struct layout {
    field fields[FIELDS_MAX];
} layout;

#define FIELD(member, bits)                                                                                                      \
    {                                                                                                                            \
        bits, sizeof(((mbill_sts_token *)0)->member) == 8, offsetof(mbill_sts_token, member), #member                            \
    }

static const layout counted = {{FIELD(random, 4), FIELD(tid, 24), FIELD(value, 16)}};
static const layout test_1 = {{FIELD(control, 36), FIELD(manufacturer, 8)}};
static const layout test_2 = {{FIELD(control, 28), FIELD(manufacturer, 16)}};
static const layout section_1 = {{FIELD(key_expiry, 4), FIELD(key_revision, 4), FIELD(roll_over, 1), FIELD(reserved, 1),
    FIELD(key_type, 2), FIELD(key_part, 32)}};
static const layout section_2 = {{FIELD(key_expiry, 4), FIELD(tariff_index, 8), FIELD(key_part, 32)}};
static const layout section_3_4 = {{FIELD(supply_group_part, 12), FIELD(key_part, 32)}};

static const field every_field[] = {FIELD(random, 4), FIELD(tid, 24), FIELD(value, 16), FIELD(control, 36),
    FIELD(manufacturer, 16), FIELD(key_part, 32), FIELD(key_expiry, 4), FIELD(key_revision, 4), FIELD(roll_over, 1),
    FIELD(key_type, 2), FIELD(tariff_index, 8), FIELD(supply_group_part, 12), FIELD(reserved, 1)};

bool mbill__sts_is_section(const mbill_sts_token *token)
{
    if (token->token_class != MBILL_STS_MANAGEMENT) return false;
    return token->subclass == MBILL_STS_SET_KEY_1 || token->subclass == MBILL_STS_SET_KEY_2 ||
        token->subclass == MBILL_STS_SET_KEY_3 || token->subclass == MBILL_STS_SET_KEY_4;
}

bool mbill__sts_has_tid(const mbill_sts_token *token)
{
    return token->token_class != MBILL_STS_TEST && !mbill__sts_is_section(token);
}

/* NULL: a class or subclass that is not here. */
static const layout *layout_of(const mbill_sts_token *token)
{
    static const layout *const tests[] = {&test_1, &test_2};
    static const layout *const sections[] = {&section_1, &section_2};
    int32_t subclass = token->subclass;
    if (subclass < 0 || subclass > 15) return NULL;
    switch (token->token_class) {
    case MBILL_STS_CREDIT: return subclass < 8 ? &counted : NULL;
    case MBILL_STS_TEST: return subclass < 2 ? tests[subclass] : NULL;
    case MBILL_STS_MANAGEMENT: break;
    default: return NULL;
    }
    if (!mbill__sts_is_section(token)) return &counted;
    return subclass <= MBILL_STS_SET_KEY_2 ? sections[subclass - MBILL_STS_SET_KEY_1] : &section_3_4;
}

static uint64_t member(const mbill_sts_token *token, const field *one)
{
    uint64_t wide;
    uint32_t narrow;
    const char *at = (const char *)token + one->at;
    memcpy(&wide, at, one->wide ? sizeof wide : sizeof narrow);
    if (one->wide) return wide;
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

static void set_member(mbill_sts_token *token, const field *one, uint64_t value)
{
    uint32_t narrow = (uint32_t)value;
    memcpy((char *)token + one->at, one->wide ? (const void *)&value : (const void *)&narrow,
        one->wide ? sizeof value : sizeof narrow);
}

static bool has(const layout *of, const field *one)
{
    for (size_t i = 0; i < FIELDS_MAX && of->fields[i].bits > 0; i++)
        if (of->fields[i].at == one->at) return true;
    return false;
}

/* Poly A001, reflected, from FFFF, over the 50 bits of class and block, right-aligned in seven bytes; the two bytes of the result change places
 * (IEC 62055-41, 6.3.7). */
static uint64_t crc_of(int32_t token_class, uint64_t block)
{
    uint64_t bits = ((uint64_t)(uint32_t)token_class << (BLOCK_BITS - CRC_BITS)) | (block >> CRC_BITS);
    uint32_t crc = 0xFFFF;
    for (int shift = 48; shift >= 0; shift -= 8) {
        crc ^= (uint32_t)(bits >> shift) & 0xFF;
        for (int i = 0; i < 8; i++) crc = (crc >> 1) ^ (0xA001 & (0 - (crc & 1)));
    }
    return ((crc & 0xFF) << 8) | (crc >> 8);
}

static mbill_status refuse_class(const mbill_sts_token *token, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_TOKEN_CLASS,
        "class %d subclass %d is not a token of this version; it has class 0 subclass 0 to 7, class 1 subclass 0 and 1, class 2 "
        "subclass 0 to 15",
        (int)token->token_class, (int)token->subclass);
}

/* Values of sections are parts of a key: no message shows them. */
static mbill_status check_members(const layout *of, const mbill_sts_token *token, mbill_error *err)
{
    for (size_t i = 0; i < sizeof every_field / sizeof every_field[0]; i++)
        if (!has(of, &every_field[i]) && member(token, &every_field[i]) != 0)
            return mbill__fail(err, MBILL_E_RANGE, "%s is not 0, but class %d subclass %d has none", every_field[i].name,
                (int)token->token_class, (int)token->subclass);
    for (size_t i = 0; i < FIELDS_MAX && of->fields[i].bits > 0; i++)
        if (member(token, &of->fields[i]) >> of->fields[i].bits != 0)
            return mbill__fail(err, MBILL_E_RANGE, "%s does not fit its %u bits", of->fields[i].name,
                (unsigned)of->fields[i].bits);
    return MBILL_OK;
}

mbill_status mbill_sts_block_encode(const mbill_sts_token *given, uint64_t *out_block, mbill_error *err)
{
    mbill_sts_token token;
    MBILL__NEED(given);
    MBILL__NEED(out_block);
    MBILL_TRY(mbill__struct_read(&token, sizeof token, sizeof token.struct_size, given, err));
    const layout *of = layout_of(&token);
    if (of == NULL) return refuse_class(&token, err);
    MBILL_TRY(check_members(of, &token, err));
    unsigned shift = BLOCK_BITS - SUBCLASS_BITS;
    uint64_t block = (uint64_t)(uint32_t)token.subclass << shift;
    for (size_t i = 0; i < FIELDS_MAX && of->fields[i].bits > 0; i++) {
        shift -= of->fields[i].bits;
        block |= member(&token, &of->fields[i]) << shift;
    }
    *out_block = block | crc_of(token.token_class, block);
    mbill__wipe(&token, sizeof token);
    return MBILL_OK;
}

mbill_status mbill_sts_block_decode(int32_t token_class, uint64_t block, mbill_sts_token *out_token, mbill_error *err)
{
    mbill_sts_token token = {.struct_size = sizeof token,
        .token_class = token_class,
        .subclass = (int32_t)(block >> (BLOCK_BITS - SUBCLASS_BITS))};
    MBILL__NEED(out_token);
    if (out_token->struct_size < sizeof token) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_token is not set");
    if (token_class < 0 || token_class > 2) return refuse_class(&token, err);
    if (crc_of(token_class, block) != (block & 0xFFFF))
        return mbill__fail(err, MBILL_E_TOKEN_CRC, "the crc of the block is wrong");
    const layout *of = layout_of(&token);
    if (of == NULL) return refuse_class(&token, err);
    unsigned shift = BLOCK_BITS - SUBCLASS_BITS;
    for (size_t i = 0; i < FIELDS_MAX && of->fields[i].bits > 0; i++) {
        shift -= of->fields[i].bits;
        set_member(&token, &of->fields[i], (block >> shift) & (~UINT64_C(0) >> (BLOCK_BITS - of->fields[i].bits)));
    }
    memcpy(out_token, &token, sizeof token);
    mbill__wipe(&token, sizeof token);
    return MBILL_OK;
}
