/* SPDX-License-Identifier: Apache-2.0 */
/* What a close is asked for, checked before anything is read or written. */
#include "store/close_options.h"

#include "meterbill/calendar.h"
#include "meterbill/tariff.h"

#include <string.h>

#define BATCH_DEFAULT 1000

static mbill_status read_day(const char *text, const char *name, int32_t *out, mbill_error *err)
{
    mbill_date date;
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = mbill_date_parse(text, strlen(text), &date, &cause);
    if (status == MBILL_OK) status = mbill_date_to_days(date, out, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "%s: %s", name, cause.message);
}

static mbill_status read_span(const mbill_close_options *options, mbill__span_asked *out, mbill_error *err)
{
    memset(out, 0, sizeof *out);
    out->civil = options->from != NULL;
    if ((options->from == NULL) != (options->to == NULL))
        return mbill__fail(err, MBILL_E_MISUSE, "one of from and to is NULL and the other is not");
    if (out->civil) {
        MBILL_TRY(read_day(options->from, "from", &out->from_day, err));
        MBILL_TRY(read_day(options->to, "to", &out->to_day, err));
        if (out->from_day < out->to_day) return MBILL_OK;
        return mbill__fail(err, MBILL_E_RANGE, "to \"%s\" is not after from \"%s\"", options->to, options->from);
    }
    out->from_utc_s = options->from_utc_s;
    out->to_utc_s = options->to_utc_s;
    if (out->from_utc_s < out->to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "to_utc_s %lld is not after from_utc_s %lld", (long long)out->to_utc_s,
        (long long)out->from_utc_s);
}

mbill_status mbill__close_options_read(const mbill_close_options *given, mbill_close_options *out, mbill__span_asked *out_asked,
    mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if ((out->flags & ~MBILL_PRICE_ALLOW_GAPS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags 0x%x hold a bit this version does not know", (unsigned)out->flags);
    if (out->batch < 0)
        return mbill__fail(err, MBILL_E_RANGE, "batch %lld is negative, expected 0 or more", (long long)out->batch);
    if (out->batch == 0) out->batch = BATCH_DEFAULT;
    return read_span(out, out_asked, err);
}
