/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a command becomes another frame of DL/T 645. Law: one meter a frame, and control always ends. */
#include "base/fail.h"
#include "command/translate.h"
#include "frame/value.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define EXPIRY_USUAL_S 600 /* of a profile that does not say */
#define DIGITS 12
#define CLOCK_DI 0x0400010Cu
enum { LEVEL_USUAL = 0x02, LEVEL_SEALED = 0x98, LEVEL_MAC = 0x99, MAC_BYTES = 4 };

static const mbill__meter_wire wire = {"DL/T 645", "e", "0123456789", DIGITS, "e/ and 12 digits"};

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

static mbill_status add_time(making *to, const char *letters, int64_t utc_s)
{
    uint8_t bytes[8];
    mbill_frame_item item;
    MBILL_TRY(mbill__local_time(to->means, utc_s, &item, to->err));
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
    int64_t cents;
    MBILL_TRY(mbill__cents_of(to->command->amount_micro, &cents, to->err));
    if ((means->has & MBILL_MEANS_CUSTOMER) == 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "a top-up needs the customer number that the meter knows");
    if (means->macs.n == 0) return mbill__fail(to->err, MBILL_E_POLICY, "a top-up needs two MACs of the meter's security module");
    if (means->macs.n != MBILL_MEANS_TOPUP_MACS)
        return mbill__fail(to->err, MBILL_E_LENGTH, "%zu bytes of MACs, expected %d", means->macs.n, MBILL_MEANS_TOPUP_MACS);
    if (to->command->count > INT64_MAX) return mbill__fail(to->err, MBILL_E_RANGE, "a purchase count past 2^63");
    MBILL_TRY(add_di(to, MBILL_DLT645_TOPUP_DI));
    MBILL_TRY(add(to, means->operator_code, sizeof means->operator_code));
    MBILL_TRY(add_number(to, to->profile != NULL ? to->profile->topup_amount : 0, "topup_amount", cents));
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

static bool has_frame(int32_t kind)
{
    return kind > 0 && kind <= MBILL_COMMAND_CANCEL && rows[kind].make != NULL;
}

static mbill_status address_of(const mbill_command *command, uint8_t address[6], mbill_error *err)
{
    MBILL_TRY(mbill__translate_target(command->target, &wire, err));
    return mbill_dlt645_address(command->target + 2, address, err);
}

/* What the layers themselves refuse: lengths, digits, policy. */
static mbill_status check_frame(const making *to, const mbill_dlt645_frame *frame, mbill_error *err)
{
    mbill_dlt645_profile usual = {.struct_size = sizeof usual};
    mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
    size_t n;
    const mbill_dlt645_profile *profile = to->profile != NULL ? to->profile : &usual;
    mbill_frame_item now = mbill__time_item(to->now_s + to->means->offset_s);
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
    MBILL_TRY(mbill__means_read(means, &with, err));
    making to = {.command = &known, .profile = profile, .means = &with, .now_s = now_s, .err = err};
    MBILL_TRY(mbill__translate_kind(known.kind, has_frame(known.kind), &wire, err));
    MBILL_TRY(address_of(&known, address, err));
    MBILL_TRY(mbill__translate_now(&known, now_s, err));
    MBILL_TRY(rows[known.kind].make(&to));
    MBILL_TRY(mbill_dlt645_make(address, rows[known.kind].control, (mbill_bytes){to.data, to.n}, &frame, err));
    MBILL_TRY(check_frame(&to, &frame, err));
    return mbill_dlt645_encode(&frame, profile, out, cap, out_n, err);
}
