/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the derivations of decoder keys. DKGA04 (IEC 62055-41, 6.5.3.6) is HMAC-SHA-256 by libsodium, which needs no sodium_init. */
#include "command/digits.h"
#include "command/sts_block.h"

#include "base/memory.h"

#include <sodium.h>
#include <string.h>

#define SUPPLY_GROUP_DIGITS 6
#define ACCOUNT_DIGITS 18
#define DATA_ROOM 64
#define VENDING_KEY_MIN 16

typedef struct data {
    uint8_t bytes[DATA_ROOM];
    size_t n;
} data;

static void add_byte(data *to, uint8_t byte)
{
    to->bytes[to->n++] = byte;
}

static void add_text(data *to, const char *text)
{
    size_t len = strlen(text);
    add_byte(to, (uint8_t)len);
    memcpy(to->bytes + to->n, text, len);
    to->n += len;
}

static void add_number(data *to, int32_t number, size_t n_digits)
{
    char text[3];
    mbill__digits_of((uint64_t)number, n_digits, text);
    add_text(to, text);
}

static bool are_digits(const char *text, size_t room, size_t n)
{
    if (n >= room) return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return text[n] == '\0';
}

/* ISO/IEC 7812-1, annex B. */
static bool check_digit_is_right(const char *digits, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = digits[n - 1 - i] - '0';
        if (i % 2 == 1) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

static mbill_status check_texts(const mbill_sts_meter *meter, mbill_error *err)
{
    if (!are_digits(meter->supply_group, sizeof meter->supply_group, SUPPLY_GROUP_DIGITS))
        return mbill__fail(err, MBILL_E_INVALID, "the supply group is not %d digits", SUPPLY_GROUP_DIGITS);
    if (!are_digits(meter->account_number, sizeof meter->account_number, ACCOUNT_DIGITS))
        return mbill__fail(err, MBILL_E_INVALID, "the account number is not %d digits", ACCOUNT_DIGITS);
    if (!check_digit_is_right(meter->account_number, ACCOUNT_DIGITS))
        return mbill__fail(err, MBILL_E_INVALID, "the account number's last digit is not its check digit");
    return MBILL_OK;
}

static mbill_status in_range(const char *name, int32_t value, int32_t min, int32_t max, mbill_error *err)
{
    if (value >= min && value <= max) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "the %s %d is not one of %d to %d", name, (int)value, (int)min, (int)max);
}

static mbill_status check_meter(const mbill_sts_meter *meter, size_t n_vending_key, mbill_error *err)
{
    if (mbill__sts_base_code(meter->base_year) == NULL)
        return mbill__fail(err, MBILL_E_INVALID, "%d is no base year of tokens; expected 1993, 2014 or 2035",
            (int)meter->base_year);
    if (meter->cipher != MBILL_STS_EA07 && meter->cipher != MBILL_STS_EA11)
        return mbill__fail(err, MBILL_E_INVALID, "%d is no cipher of tokens; expected 7 (EA07) or 11 (EA11)", (int)meter->cipher);
    MBILL_TRY(in_range("key type", meter->key_type, 0, 3, err));
    MBILL_TRY(in_range("key revision", meter->key_revision, 1, 9, err));
    MBILL_TRY(in_range("tariff index", meter->tariff_index, 0, 99, err));
    if (n_vending_key < VENDING_KEY_MIN || n_vending_key > MBILL_STS_VENDING_KEY_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "a vending key of %zu bytes; expected %d to %d", n_vending_key, VENDING_KEY_MIN,
            MBILL_STS_VENDING_KEY_MAX);
    return check_texts(meter, err);
}

/* Label, a zero, context and length in bits, as NIST SP 800-108 has it; each group begins with how many texts it has. */
static void data_block(const mbill_sts_meter *meter, uint8_t key_bits, data *out)
{
    out->n = 0;
    add_byte(out, 4);
    add_text(out, "04");
    add_text(out, mbill__sts_base_code(meter->base_year));
    add_number(out, meter->cipher, 2);
    add_number(out, meter->tariff_index, 2);
    add_byte(out, 0);
    add_byte(out, 4);
    add_text(out, meter->supply_group);
    add_number(out, meter->key_type, 1);
    add_number(out, meter->key_revision, 1);
    add_text(out, meter->account_number);
    for (int i = 0; i < 3; i++) add_byte(out, 0);
    add_byte(out, key_bits);
}

mbill_status mbill_sts_derive(const mbill_sts_meter *given, int32_t derivation, const uint8_t *vending_key, size_t n_vending_key,
    mbill_sts_key *out_key, mbill_error *err)
{
    mbill_sts_meter meter;
    data block;
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    MBILL__NEED(given);
    MBILL__NEED(vending_key);
    MBILL__NEED(out_key);
    if (out_key->struct_size < sizeof *out_key) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_key is not set");
    MBILL_TRY(mbill__struct_read(&meter, sizeof meter, sizeof meter.struct_size, given, err));
    if (derivation == MBILL_STS_DKGA02)
        return mbill__fail(err, MBILL_E_TOKEN_DERIVATION,
            "a key by DKGA02 (DES), which is not shipped; give the decoder key itself");
    if (derivation != MBILL_STS_DKGA04)
        return mbill__fail(err, MBILL_E_INVALID, "%d is no derivation of keys; expected 4 (DKGA04)", (int)derivation);
    MBILL_TRY(check_meter(&meter, n_vending_key, err));
    size_t key_bytes = meter.cipher == MBILL_STS_EA11 ? 16 : 8;
    data_block(&meter, (uint8_t)(8 * key_bytes), &block);
    (void)crypto_auth_hmacsha256_init(&state, vending_key, n_vending_key); /* none of the three can fail */
    (void)crypto_auth_hmacsha256_update(&state, block.bytes, block.n);
    (void)crypto_auth_hmacsha256_final(&state, mac);
    *out_key = (mbill_sts_key){.struct_size = sizeof *out_key, .cipher = meter.cipher, .base_year = meter.base_year};
    memcpy(out_key->bytes, mac, key_bytes);
    mbill__wipe(mac, sizeof mac);
    mbill__wipe(&state, sizeof state);
    return MBILL_OK;
}
