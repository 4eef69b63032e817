/* SPDX-License-Identifier: Apache-2.0 */
/* The payload of a command. */
#ifndef MBILL__PAYLOAD_H
#define MBILL__PAYLOAD_H

#include "meterbill/command.h"

/* What a command must be, whoever made it: E_CLAIMS. */
mbill_status mbill__command_check(const mbill_command *command, mbill_error *err);
/* payload.p stands in the message at whole.p; out is all 0. */
mbill_status mbill__command_decode(mbill_bytes whole, mbill_bytes payload, mbill_command *out, mbill_error *err);

#endif
