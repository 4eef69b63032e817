/* SPDX-License-Identifier: Apache-2.0 */
/* A meter, its means and commands to it, for the tests of translation. */
#ifndef TRANSLATING_H
#define TRANSLATING_H

#include "meterbill/translate.h"
#include "refusal.h"

#include <stdlib.h>

#define NOW_S INT64_C(1795269600) /* 2026-11-21 14:00:00 UTC, 22:00:00 at the meter */
#define EAST_S (8 * 3600)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const mbill_dlt645_profile digits = {.struct_size = sizeof digits,
    .topup_amount = MBILL_DLT645_NUMBER_BCD,
    .topup_count = MBILL_DLT645_NUMBER_BINARY};

static inline mbill_command command_of(int32_t kind)
{
    mbill_command command = MBILL_COMMAND_INIT;
    command.kind = kind;
    strcpy(command.target, "e/000000000001");
    command.iat_s = NOW_S;
    command.exp_s = NOW_S + 300;
    return command;
}

static inline mbill_means means_of(void)
{
    mbill_means means = MBILL_MEANS_INIT;
    means.has = MBILL_MEANS_OFFSET | MBILL_MEANS_PASSWORD | MBILL_MEANS_CUSTOMER;
    means.offset_s = EAST_S;
    memcpy(means.password, "\x12\x34\x56", 3);
    memcpy(means.operator_code, "\x01\x02\x03\x04", 4);
    memcpy(means.customer, "\x65\x43\x21\0\0", 6);
    return means;
}

typedef struct wire {
    uint8_t p[MBILL_DLT645_FRAME_MAX + MBILL_DLT645_PREAMBLE];
    size_t n;
} wire;

static inline mbill_bytes bytes_of(const wire *w)
{
    return (mbill_bytes){w->p, w->n};
}

static inline wire send(const mbill_command *command, const mbill_dlt645_profile *profile, const mbill_means *means)
{
    wire out = {{0}, 0};
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_dlt645_from_command(command, profile, means, NOW_S, out.p, sizeof out.p, &out.n, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    return out;
}

static inline mbill_command top_up(void)
{
    mbill_command command = command_of(MBILL_COMMAND_TOP_UP);
    command.amount_micro = INT64_C(123450000);
    command.count = 300;
    return command;
}

#endif
