/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and instants as text. Input: byte 0 picks a zone, the rest is the text. What parses prints, and parses to the same again;
 * a date prints as it was written. */
#include "zone_laws.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static mbill_zone *pick_zone(uint8_t number)
{
    static const char *const rules[] = {"CST-8", "CET-1CEST,M3.5.0,M10.5.0/3", "PST8PDT,M3.2.0,M11.1.0",
        "IST-1GMT0,M10.5.0,M3.5.0/1", "LMT-0:53:28", "BRT3BRST,M11.1.0/0,M2.3.0/0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"};
    size_t n = number % (sizeof rules / sizeof rules[0] + 1);
    mbill_zone *zone = NULL;
    if (n < sizeof rules / sizeof rules[0])
        require(mbill_zone_from_rule(rules[n], strlen(rules[n]), NULL, &zone, NULL) == MBILL_OK, "a known rule loads");
    return zone;
}

static void check_printed(int64_t utc_s, const mbill_zone *zone)
{
    char text[29];
    size_t len = sizeof text;
    int64_t back = 77;
    require(mbill_time_print(utc_s, zone, text, &len, NULL) == MBILL_OK && len == strlen(text) + 1, "an instant prints");
    mbill_status status = mbill_time_parse(text, len - 1, NULL, &back, NULL);
    if (memcmp(text, "1899", 4) == 0 || memcmp(text, "3000", 4) == 0) require(status == MBILL_E_RANGE, "years have bounds");
    else require(status == MBILL_OK && back == utc_s, "what was printed is the instant");
}

static void check_time(const char *text, size_t len, const mbill_zone *zone)
{
    int64_t utc_s = 77;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_time_parse(text, len, zone, &utc_s, &err);
    if (status == MBILL_OK) {
        check_printed(utc_s, zone);
        check_printed(utc_s, NULL);
        return;
    }
    require(status == MBILL_E_DATE || status == MBILL_E_NO_SUCH_TIME || status == MBILL_E_AMBIGUOUS_TIME ||
            status == MBILL_E_RANGE,
        "a time fails in one of four ways");
    require(utc_s == 77 && err.status == (int32_t)status && err.message[0] != '\0', "a refusal says why and writes nothing");
}

static void check_date(const char *text, size_t len)
{
    char printed[11];
    size_t n_printed = sizeof printed;
    mbill_date date = {7, 7, 7}, back;
    int32_t days = 77;
    mbill_status status = mbill_date_parse(text, len, &date, NULL);
    if (status != MBILL_OK) {
        require((status == MBILL_E_DATE || status == MBILL_E_RANGE) && date.year == 7, "a date that is none writes nothing");
        return;
    }
    require(mbill_date_print(date, printed, &n_printed, NULL) == MBILL_OK && len == 10 && memcmp(printed, text, 10) == 0,
        "a date prints as it was written");
    require(mbill_date_to_days(date, &days, NULL) == MBILL_OK && mbill_date_of_days(days, &back, NULL) == MBILL_OK &&
            back.year == date.year && back.month == date.month && back.day == date.day,
        "a day has one number");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    mbill_zone *zone = pick_zone(data[0]);
    check_time((const char *)data + 1, size - 1, zone);
    check_date((const char *)data + 1, size - 1);
    mbill_zone_free(zone);
    return 0;
}
