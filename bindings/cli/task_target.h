/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on tasks have in common. Each returns CLI_DONE or CLI_USAGE. */
#ifndef MBILL_CLI_TASK_TARGET_H
#define MBILL_CLI_TASK_TARGET_H

#include "arguments.h"

#include "meterbill/id.h"

/* --now, or the clock's time. */
int cli_task_now(const cli_arguments *arguments, int64_t *out_utc_s);
/* Operand number `at` as the id of a task; *out_given NULL: there is none. */
int cli_task_id(const cli_arguments *arguments, int at, mbill_id *out, const mbill_id **out_given);

#endif
