/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a command becomes another frame of DL/T 645. Law: one meter a frame, and control always ends. */
#include "base/fail.h"
#include "calendar/civil.h"
#include "command/target.h"
#include "frame/value.h"
#include "meterbill/translate.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define CENT_MICRO 10000
#define OFFSET_MAX_S (14 * 3600)
#define EXPIRY_USUAL_S 600 /* of a profile that does not say */
#define DIGITS 12
#define CLOCK_DI 0x0400010Cu
enum { LEVEL_USUAL = 0x02, LEVEL_SEALED = 0x98, LEVEL_MAC = 0x99, MAC_BYTES = 4 };

/* What one translation knows, and the data of its frame so far. */
typedef struct making {
    const mbill_command *command;
    const mbill_dlt645_profile *profile;
    const mbill_means *means;
    int64_t now_s;
    uint8_t data[MBILL_DLT645_DATA_MAX];
    size_t n;
    mbill_error *err;
} making;

static mbill_status add(making *to, const uint8_t *bytes, size_t n)
{
    if (n > sizeof to->data - to->n) return mbill__fail(to->err, MBILL_E_LENGTH, "more than %zu bytes of data", sizeof to->data);
    if (n > 0) memcpy(to->data + to->n, bytes, n);
    to->n += n;
    return MBILL_OK;
}

static mbill_status add_di(making *to, uint32_t di)
{
    const uint8_t bytes[4] = {(uint8_t)di, (uint8_t)(di >> 8), (uint8_t)(di >> 16), (uint8_t)(di >> 24)};
    return add(to, bytes, sizeof bytes);
}

static mbill_status local_seconds(making *to, int64_t utc_s, int64_t *out)
{
    if ((to->means->has & MBILL_MEANS_OFFSET) == 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "a frame with a time needs the offset of the meter's clock from UTC");
    *out = utc_s + to->means->offset_s;
    return MBILL_OK;
}

static mbill_frame_item time_item(int64_t local_s)
{
    int64_t days = mbill__floor_divide(local_s, MBILL__DAY_S), rest = local_s - days * MBILL__DAY_S;
    mbill_date date = mbill__civil_date(days);
    return (mbill_frame_item){.kind = MBILL_FRAME_ITEM_TIME,
        .present = 1,
        .time = {(int16_t)date.year, (int8_t)date.month, (int8_t)date.day, (int8_t)(rest / 3600), (int8_t)(rest / 60 % 60),
            (int8_t)(rest % 60), (int8_t)(mbill_date_weekday((int32_t)days) % 7)}};
}

static mbill_status add_time(making *to, const char *letters, int64_t utc_s)
{
    uint8_t bytes[8];
    int64_t local_s = 0;
    MBILL_TRY(local_seconds(to, utc_s, &local_s));
    mbill_frame_item item = time_item(local_s);
    MBILL_TRY(mbill__frame_time_write(letters, &item, bytes, to->err));
    return add(to, bytes, strlen(letters));
}

static uint8_t level_of(const making *to)
{
    return to->profile != NULL && to->profile->pa != 0 ? (uint8_t)to->profile->pa : LEVEL_USUAL;
}

static mbill_status add_level(making *to, uint8_t level)
{
    if ((to->means->has & MBILL_MEANS_PASSWORD) == 0 && level != LEVEL_SEALED && level != LEVEL_MAC)
        return mbill__fail(to->err, MBILL_E_POLICY, "a frame of password level %02X needs a password; there is no default one",
            level);
    MBILL_TRY(add(to, &level, 1));
    MBILL_TRY(add(to, to->means->password, sizeof to->means->password));
    return add(to, to->means->operator_code, sizeof to->means->operator_code);
}

static mbill_status make_sealed(making *to)
{
    if (to->means->sealed.n != MBILL_MEANS_SEALED_BYTES)
        return mbill__fail(to->err, MBILL_E_LENGTH, "%zu bytes of ciphertext and MAC, expected %d", to->means->sealed.n,
            MBILL_MEANS_SEALED_BYTES);
    MBILL_TRY(add_level(to, LEVEL_SEALED));
    return add(to, to->means->sealed.p, to->means->sealed.n);
}

/* Void when the command is, and never further away than the profile allows. */
static int64_t expiry_of(const making *to)
{
    int64_t cap_s = to->profile != NULL && to->profile->expiry_cap_s > 0 ? to->profile->expiry_cap_s : EXPIRY_USUAL_S;
    int64_t capped_s = to->now_s + cap_s;
    return to->command->exp_s < capped_s ? to->command->exp_s : capped_s;
}

static mbill_status make_control(making *to)
{
    static const uint8_t orders[MBILL_COMMAND_CANCEL + 1] = {
        [MBILL_COMMAND_TRIP] = MBILL_DLT645_TRIP,
        [MBILL_COMMAND_PERMIT_CLOSE] = MBILL_DLT645_PERMIT_CLOSE,
        [MBILL_COMMAND_DIRECT_CLOSE] = MBILL_DLT645_CLOSE,
        [MBILL_COMMAND_ALARM_ON] = MBILL_DLT645_ALARM_ON,
        [MBILL_COMMAND_ALARM_OFF] = MBILL_DLT645_ALARM_OFF,
        [MBILL_COMMAND_KEEP_ON] = MBILL_DLT645_KEEP_ON,
        [MBILL_COMMAND_KEEP_OFF] = MBILL_DLT645_KEEP_OFF,
    };
    const uint8_t order[2] = {orders[to->command->kind], to->profile != NULL ? (uint8_t)to->profile->n2 : 0};
    if (to->means->sealed.n > 0) return make_sealed(to);
    MBILL_TRY(add_level(to, level_of(to)));
    MBILL_TRY(add(to, order, sizeof order));
    return add_time(to, "smhDMY", expiry_of(to));
}

static mbill_status make_read(making *to)
{
    return add_di(to, to->command->di);
}

/* Four bytes, as digits or in binary, low byte first. */
static mbill_status add_number(making *to, int32_t how, const char *name, int64_t value)
{
    uint8_t bytes[4];
    if (how == MBILL_DLT645_NUMBER_UNSAID)
        return mbill__fail(to->err, MBILL_E_UNDECIDED, "a top-up is written in digits or in binary; the profile's \"%s\" decides",
            name);
    bool fits = how == MBILL_DLT645_NUMBER_BCD ? mbill__bcd_write(value, bytes, sizeof bytes) : value <= UINT32_MAX;
    if (!fits) return mbill__fail(to->err, MBILL_E_RANGE, "%s: %lld does not fit four bytes", name, (long long)value);
    if (how == MBILL_DLT645_NUMBER_BINARY)
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(value >> 8 * i);
    return add(to, bytes, sizeof bytes);
}

static mbill_status make_top_up(making *to)
{
    const mbill_means *means = to->means;
    int64_t amount = to->command->amount_micro;
    if (amount % CENT_MICRO != 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "%lld micro-units are no multiple of the wire's 0.01", (long long)amount);
    if ((means->has & MBILL_MEANS_CUSTOMER) == 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "a top-up needs the customer number that the meter knows");
    if (means->macs.n == 0) return mbill__fail(to->err, MBILL_E_POLICY, "a top-up needs two MACs of the meter's security module");
    if (means->macs.n != MBILL_MEANS_TOPUP_MACS)
        return mbill__fail(to->err, MBILL_E_LENGTH, "%zu bytes of MACs, expected %d", means->macs.n, MBILL_MEANS_TOPUP_MACS);
    if (to->command->count > INT64_MAX) return mbill__fail(to->err, MBILL_E_RANGE, "a purchase count past 2^63");
    MBILL_TRY(add_di(to, MBILL_DLT645_TOPUP_DI));
    MBILL_TRY(add(to, means->operator_code, sizeof means->operator_code));
    MBILL_TRY(add_number(to, to->profile != NULL ? to->profile->topup_amount : 0, "topup_amount", amount / CENT_MICRO));
    MBILL_TRY(add_number(to, to->profile != NULL ? to->profile->topup_count : 0, "topup_count", (int64_t)to->command->count));
    MBILL_TRY(add(to, means->macs.p, MAC_BYTES));
    MBILL_TRY(add(to, means->customer, sizeof means->customer));
    return add(to, means->macs.p + MAC_BYTES, MAC_BYTES);
}

/* The MAC that level 99H has behind its data, and no other level. */
static mbill_status add_write_mac(making *to)
{
    size_t expected = level_of(to) == LEVEL_MAC ? MAC_BYTES : 0, n = to->means->macs.n;
    if (n != expected)
        return mbill__fail(to->err, MBILL_E_LENGTH, "%zu bytes of MAC, expected %zu at password level %02X", n, expected,
            level_of(to));
    return add(to, to->means->macs.p, n);
}

static mbill_status begin_write(making *to, uint32_t di)
{
    if (level_of(to) == LEVEL_SEALED)
        return mbill__fail(to->err, MBILL_E_POLICY, "a sealed write is not built: nothing could read back what it says");
    MBILL_TRY(add_di(to, di));
    return add_level(to, level_of(to));
}

static mbill_status make_clock(making *to)
{
    MBILL_TRY(begin_write(to, CLOCK_DI));
    MBILL_TRY(add_time(to, "smhwDMY", to->command->clock_s));
    return add_write_mac(to);
}

/* What a tariff writes: counts, zone and day tables, sets of prices and ladders that are not in use. */
static const struct {
    uint32_t first, last;
} tables[] = {
    {0x04000201, 0x04000207},
    {0x04010000, 0x04010008},
    {0x04020000, 0x04020008},
    {0x04050201, 0x040502FF},
    {0x04060201, 0x040602FF},
    {0x04060301, 0x040603FF},
    {0x04060AFF, 0x04060AFF},
    {0x04060BFF, 0x04060BFF},
};

static mbill_status add_table(making *to)
{
    uint32_t di = to->means->di;
    for (size_t i = 0; i < COUNT(tables); i++)
        if (di >= tables[i].first && di <= tables[i].last) {
            if (to->means->table.n == 0)
                return mbill__fail(to->err, MBILL_E_LENGTH, "a write of %08X without its table", (unsigned)di);
            return add(to, to->means->table.p, to->means->table.n);
        }
    return mbill__fail(to->err, MBILL_E_POLICY,
        "a tariff does not write %08X: expected a table of a set that is not in use, a count or a switch time", (unsigned)di);
}

static mbill_status add_switch_time(making *to)
{
    int64_t at_s = to->command->switch_s;
    if (to->means->table.n > 0)
        return mbill__fail(to->err, MBILL_E_LENGTH, "%zu bytes given for a switch time, which is the command's",
            to->means->table.n);
    if (at_s % 60 != 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "a switch time %lld s after a minute; the wire has whole minutes",
            (long long)(at_s % 60));
    return add_time(to, "mhDMY", at_s);
}

static mbill_status make_tariff(making *to)
{
    uint32_t di = to->means->di;
    bool is_switch = di >= 0x04000106 && di <= 0x04000109;
    MBILL_TRY(begin_write(to, di));
    MBILL_TRY(is_switch ? add_switch_time(to) : add_table(to));
    return add_write_mac(to);
}

/* What each command becomes; no row: the protocol has no such frame. */
static const struct {
    uint8_t control;
    mbill_status (*make)(making *to);
} rows[MBILL_COMMAND_CANCEL + 1] = {
    [MBILL_COMMAND_TRIP] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_PERMIT_CLOSE] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_DIRECT_CLOSE] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_ALARM_ON] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_ALARM_OFF] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_KEEP_ON] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_KEEP_OFF] = {MBILL_DLT645_CONTROL, make_control},
    [MBILL_COMMAND_TOP_UP] = {MBILL_DLT645_SECURITY, make_top_up},
    [MBILL_COMMAND_TARIFF] = {MBILL_DLT645_WRITE, make_tariff},
    [MBILL_COMMAND_CLOCK] = {MBILL_DLT645_WRITE, make_clock},
    [MBILL_COMMAND_READ] = {MBILL_DLT645_READ, make_read},
};

static mbill_status address_of(const mbill_command *command, uint8_t address[6], mbill_error *err)
{
    const char *target = command->target;
    size_t n = mbill__target_len(target);
    if (mbill__target_kind_of(target, n) == MBILL__TARGET_GROUP)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is a group: its meters are commanded one by one", (int)n, target);
    if (n != 2 + DIGITS || target[0] != 'e' || target[1] != '/' || strspn(target + 2, "0123456789") != DIGITS)
        return mbill__fail(err, MBILL_E_ADDRESS, "target %.*s is no DL/T 645 meter, expected e/ and %d digits", (int)n, target,
            DIGITS);
    if (strspn(target + 2, "9") == DIGITS)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is every meter, expected one", (int)n, target);
    return mbill_dlt645_address(target + 2, address, err);
}

static mbill_status check_time(const mbill_command *command, int64_t now_s, mbill_error *err)
{
    if (!mbill__is_signed_time(now_s))
        return mbill__fail(err, MBILL_E_RANGE, "now is %lld, expected seconds since 1970", (long long)now_s);
    if (command->exp_s <= now_s)
        return mbill__fail(err, MBILL_E_EXPIRED, "the command is void since %lld s", (long long)(now_s - command->exp_s));
    if ((command->has & MBILL_COMMAND_HAS_NBF) != 0 && now_s < command->nbf_s)
        return mbill__fail(err, MBILL_E_NOT_YET, "the command is not to run for another %lld s",
            (long long)(command->nbf_s - now_s));
    return MBILL_OK;
}

static mbill_status read_means(const mbill_means *given, mbill_means *out, mbill_error *err)
{
    const uint32_t known = MBILL_MEANS_OFFSET | MBILL_MEANS_PASSWORD | MBILL_MEANS_CUSTOMER;
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if ((out->has & ~known) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "means with unknown members %x", (unsigned)out->has);
    if (out->offset_s < -OFFSET_MAX_S || out->offset_s > OFFSET_MAX_S)
        return mbill__fail(err, MBILL_E_RANGE, "offset_s is %d, expected -%d to %d", (int)out->offset_s, OFFSET_MAX_S,
            OFFSET_MAX_S);
    if (out->table.n > 0) MBILL__NEED(out->table.p);
    if (out->sealed.n > 0) MBILL__NEED(out->sealed.p);
    if (out->macs.n > 0) MBILL__NEED(out->macs.p);
    return MBILL_OK;
}

/* What the layers themselves refuse: lengths, digits, policy. */
static mbill_status check_frame(const making *to, const mbill_dlt645_frame *frame, mbill_error *err)
{
    mbill_dlt645_profile usual = {.struct_size = sizeof usual};
    mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
    size_t n;
    const mbill_dlt645_profile *profile = to->profile != NULL ? to->profile : &usual;
    mbill_frame_item now = time_item(to->now_s + to->means->offset_s);
    MBILL_TRY(mbill_dlt645_check(frame, profile, err));
    MBILL_TRY(mbill_dlt645_permit(frame, profile, &now.time, err));
    return to->command->kind == MBILL_COMMAND_READ ? MBILL_OK : mbill_dlt645_items(frame, profile, items, COUNT(items), &n, err);
}

mbill_status mbill_dlt645_from_command(const mbill_command *command, const mbill_dlt645_profile *profile,
    const mbill_means *means, int64_t now_s, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_command known;
    mbill_means with;
    mbill_dlt645_frame frame;
    uint8_t address[6];
    MBILL__NEED(command);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, command, err));
    MBILL_TRY(read_means(means, &with, err));
    making to = {.command = &known, .profile = profile, .means = &with, .now_s = now_s, .err = err};
    const char *name = mbill_command_name(known.kind);
    if (name == NULL) return mbill__fail(err, MBILL_E_INVALID, "kind %d, expected 1 to 15", (int)known.kind);
    if (rows[known.kind].make == NULL) return mbill__fail(err, MBILL_E_POLICY, "%s: DL/T 645 has no such frame", name);
    MBILL_TRY(address_of(&known, address, err));
    MBILL_TRY(check_time(&known, now_s, err));
    MBILL_TRY(rows[known.kind].make(&to));
    MBILL_TRY(mbill_dlt645_make(address, rows[known.kind].control, (mbill_bytes){to.data, to.n}, &frame, err));
    MBILL_TRY(check_frame(&to, &frame, err));
    return mbill_dlt645_encode(&frame, profile, out, cap, out_n, err);
}
