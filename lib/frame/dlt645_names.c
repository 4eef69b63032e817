/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a code or bit of DL/T 645 gets another name. */
#include "frame/dlt645_names.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct name {
    int32_t code;
    const char *text;
} name;

static const char *find(const name *names, size_t n, int32_t code)
{
    for (size_t i = 0; i < n; i++)
        if (names[i].code == code) return names[i].text;
    return NULL;
}

const char *mbill__dlt645_order_name(int32_t order)
{
    static const name names[] = {{MBILL_DLT645_TRIP, "trip"}, {MBILL_DLT645_PERMIT_CLOSE, "permit_close"},
        {MBILL_DLT645_CLOSE, "close"}, {MBILL_DLT645_TRIP_TIMED, "trip_timed"}, {MBILL_DLT645_TRIP_TIMED_2, "trip_timed_2"},
        {MBILL_DLT645_ALARM_ON, "alarm_on"}, {MBILL_DLT645_ALARM_OFF, "alarm_off"}, {MBILL_DLT645_KEEP_ON, "keep_on"},
        {MBILL_DLT645_KEEP_OFF, "keep_off"}};
    return find(names, COUNT(names), order);
}

const char *mbill__dlt645_function_name(int32_t function)
{
    static const name names[] = {{MBILL_DLT645_SECURITY, "security"}, {MBILL_DLT645_TIME, "time"}, {MBILL_DLT645_READ, "read"},
        {MBILL_DLT645_READ_NEXT, "read_next"}, {MBILL_DLT645_READ_ADDRESS, "read_address"}, {MBILL_DLT645_WRITE, "write"},
        {MBILL_DLT645_WRITE_ADDRESS, "write_address"}, {MBILL_DLT645_FREEZE, "freeze"}, {MBILL_DLT645_BAUD, "baud"},
        {MBILL_DLT645_PASSWORD, "password"}, {MBILL_DLT645_CLEAR_DEMAND, "clear_demand"},
        {MBILL_DLT645_CLEAR_METER, "clear_meter"}, {MBILL_DLT645_CLEAR_EVENTS, "clear_events"},
        {MBILL_DLT645_CONTROL, "control"}};
    return find(names, COUNT(names), function);
}

const char *mbill_dlt645_error_name(int32_t security, int32_t bit)
{
    static const char *const plain[] = {"other", "no_such_data", "wrong_password", "baud", "too_many_zones", "too_many_slots",
        "too_many_rates"};
    static const char *const secure[] = {"other", "repeated_topup", "esam_check", "identity_check", "customer_mismatch",
        "count_wrong", "over_hoard_limit"};
    if (bit < 0 || bit >= (int32_t)COUNT(plain)) return NULL;
    return security != 0 ? secure[bit] : plain[bit];
}

const mbill__dlt645_bits *mbill__dlt645_status3(size_t *out_n)
{
    static const mbill__dlt645_bits bits[] = {
        {"slot_set", 0, 1, {"1", "2"}},
        {"supply", 1, 2, {"main", "auxiliary", "battery", "other"}},
        {"programming", 3, 1, {NULL}},
        {"relay_open", 4, 1, {NULL}},
        {"zone_set", 5, 1, {"1", "2"}},
        {"ordered_open", 6, 1, {NULL}},
        {"pre_trip_alarm", 7, 1, {NULL}},
        {"meter_kind", 8, 2, {"not_prepaid", "energy", "money", "other"}},
        {"rate_set", 10, 1, {"1", "2"}},
        {"ladder_set", 11, 1, {"1", "2"}},
        {"keep_power", 12, 1, {NULL}},
        {"identity_valid", 13, 1, {NULL}},
        {"local_account", 14, 1, {NULL}},
        {"remote_account", 15, 1, {NULL}},
    };
    *out_n = COUNT(bits);
    return bits;
}
