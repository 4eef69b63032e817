/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a role may sign another command. */
#include "command/role.h"

#include <stddef.h>

#define BIT(kind) (UINT32_C(1) << (kind))
#define ANY (BIT(MBILL_COMMAND_READ) | BIT(MBILL_COMMAND_CANCEL))
#define SUPPLY                                                                                                                   \
    (BIT(MBILL_COMMAND_TRIP) | BIT(MBILL_COMMAND_PERMIT_CLOSE) | BIT(MBILL_COMMAND_DIRECT_CLOSE) | BIT(MBILL_COMMAND_ALARM_ON) | \
        BIT(MBILL_COMMAND_ALARM_OFF) | BIT(MBILL_COMMAND_VALVE_OPEN) | BIT(MBILL_COMMAND_VALVE_CLOSE))

static const struct {
    const char *name;
    uint32_t commands;
} roles[] = {
    [MBILL_ROLE_RELAY] = {"relay", SUPPLY | ANY},
    [MBILL_ROLE_MONEY] = {"money", BIT(MBILL_COMMAND_TOP_UP) | BIT(MBILL_COMMAND_REFUND) | ANY},
    [MBILL_ROLE_TARIFF] = {"tariff", BIT(MBILL_COMMAND_TARIFF) | ANY},
    [MBILL_ROLE_CLOCK] = {"clock", BIT(MBILL_COMMAND_CLOCK) | ANY},
    [MBILL_ROLE_ROOT] = {"root", SUPPLY | BIT(MBILL_COMMAND_KEEP_ON) | BIT(MBILL_COMMAND_KEEP_OFF) | ANY},
};

uint32_t mbill_role_commands(int32_t role)
{
    return role >= MBILL_ROLE_RELAY && role <= MBILL_ROLE_ROOT ? roles[role].commands : 0;
}

const char *mbill_role_name(int32_t role)
{
    return role >= MBILL_ROLE_RELAY && role <= MBILL_ROLE_ROOT ? roles[role].name : NULL;
}

int32_t mbill__role_of(uint32_t commands)
{
    for (int32_t role = MBILL_ROLE_RELAY; commands != 0 && role <= MBILL_ROLE_ROOT; role++)
        if ((commands & ~roles[role].commands) == 0) return role;
    return 0;
}

bool mbill__is_towards_supply(int32_t kind)
{
    return kind == MBILL_COMMAND_KEEP_ON || kind == MBILL_COMMAND_PERMIT_CLOSE || kind == MBILL_COMMAND_DIRECT_CLOSE ||
        kind == MBILL_COMMAND_VALVE_OPEN;
}
