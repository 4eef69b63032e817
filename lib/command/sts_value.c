/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when IEC 62055-41 codes time or amounts differently: base dates, the reserved minute, exponent and mantissa. */
#include "command/sts_block.h"

#include "meterbill/calendar.h"

#define MINUTES_OF_DAY 1440
#define RESERVED_MINUTE 1 /* 00:01 */
#define SECONDS_OF_MINUTE 60
#define MANTISSA_BITS 14
#define EXPONENT_MAX 3

static const struct {
    int32_t year, day; /* civil day of 1 January */
    const char *code;
} bases[] = {{1993, 8401, "93"}, {2014, 16071, "14"}, {2035, 23741, "35"}};

static int64_t base_minute(int32_t base_year)
{
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        if (bases[i].year == base_year) return (int64_t)bases[i].day * MINUTES_OF_DAY;
    return -1;
}

const char *mbill__sts_base_code(int32_t base_year)
{
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        if (bases[i].year == base_year) return bases[i].code;
    return NULL;
}

static mbill_status refuse_base(int32_t base_year, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_INVALID, "%d is no base year of tokens; expected 1993, 2014 or 2035", (int)base_year);
}

mbill_status mbill_sts_tid(int32_t base_year, int64_t issued_utc_s, uint32_t *out_tid, mbill_error *err)
{
    MBILL__NEED(out_tid);
    int64_t base = base_minute(base_year);
    if (base < 0) return refuse_base(base_year, err);
    if (issued_utc_s < base * SECONDS_OF_MINUTE)
        return mbill__fail(err, MBILL_E_RANGE, "the time %lld is before the base date %d-01-01", (long long)issued_utc_s,
            (int)base_year);
    int64_t minute = issued_utc_s / SECONDS_OF_MINUTE - base;
    if (minute % MINUTES_OF_DAY == RESERVED_MINUTE) minute++;
    if (minute > MBILL_STS_TID_MAX)
        return mbill__fail(err, MBILL_E_RANGE,
            "the time %lld is %lld minutes after the base date %d-01-01, of which 24 bits hold %d", (long long)issued_utc_s,
            (long long)minute, (int)base_year, MBILL_STS_TID_MAX);
    *out_tid = (uint32_t)minute;
    return MBILL_OK;
}

mbill_status mbill_sts_tid_time(int32_t base_year, uint32_t tid, int64_t *out_utc_s, mbill_error *err)
{
    MBILL__NEED(out_utc_s);
    int64_t base = base_minute(base_year);
    if (base < 0) return refuse_base(base_year, err);
    if (tid > MBILL_STS_TID_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "the token identifier %lu has more than 24 bits", (unsigned long)tid);
    *out_utc_s = (base + (int64_t)tid) * SECONDS_OF_MINUTE;
    return MBILL_OK;
}

mbill_status mbill_sts_amount_encode(int64_t tenths, uint32_t *out_code, mbill_error *err)
{
    int64_t power = 1, first = 0;
    MBILL__NEED(out_code);
    if (tenths < 0 || tenths > MBILL_STS_AMOUNT_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%lld is no amount of a token; expected 0 to %d", (long long)tenths,
            MBILL_STS_AMOUNT_MAX);
    for (uint32_t exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
        int64_t mantissa = (tenths - first + power - 1) / power; /* rounded up */
        if (mantissa < 1 << MANTISSA_BITS) {
            *out_code = (exponent << MANTISSA_BITS) | (uint32_t)mantissa;
            return MBILL_OK;
        }
        first += power << MANTISSA_BITS;
        power *= 10;
    }
    return mbill__fail(err, MBILL_E_INTERNAL, "an amount below the largest has no code");
}

int64_t mbill_sts_amount_decode(uint32_t code)
{
    int64_t power = 1, first = 0;
    for (uint32_t exponent = (code >> MANTISSA_BITS) & EXPONENT_MAX; exponent > 0; exponent--) {
        first += power << MANTISSA_BITS;
        power *= 10;
    }
    return first + power * (int64_t)(code & ((1u << MANTISSA_BITS) - 1));
}
