/* SPDX-License-Identifier: Apache-2.0 */
/* Billing policies, documents that try one out, and bills as they might stand in a file. Laws: a refusal says why and writes nothing; an answer is JSON; a
 * bill that is taken stays one whatever happens to it, what is open is never below 0, and a refused step changes nothing. */
#include "document/json.h"
#include "meterbill/cycle.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static void refused_or_taken(mbill_status status, const mbill_error *err)
{
    need(status == MBILL_OK || (err->status == (int32_t)status && status != MBILL_E_INTERNAL && err->message[0] != '\0'));
}

/* Any text: a policy, a document, neither. */
static void try_text(const char *text, size_t size, mbill_cycle_policy *policy)
{
    mbill_error err;
    mbill__json *answer;
    size_t len = 0, again;
    mbill_error_init(&err);
    refused_or_taken(mbill_cycle_policy_read(text, size, policy, &err), &err);
    mbill_error_init(&err);
    mbill_status status = mbill_cycle_run(text, size, NULL, NULL, &len, &err);
    refused_or_taken(status, &err);
    if (status != MBILL_OK) return;
    char *out = malloc(len);
    again = len;
    need(out != NULL && mbill_cycle_run(text, size, NULL, out, &again, NULL) == MBILL_OK && again == len);
    need(mbill__json_read(out, len - 1, NULL, &answer, NULL) == MBILL_OK);
    mbill__json_free(answer);
    free(out);
}

/* Any bytes as a bill, then steps drawn from the rest of them. */
static void try_bill(const uint8_t *data, size_t size, const mbill_cycle_policy *policy)
{
    mbill_cycle bill;
    mbill_error err;
    if (size < sizeof bill) return;
    memcpy(&bill, data, sizeof bill);
    mbill_error_init(&err);
    if (mbill_cycle_check(&bill, &err) != MBILL_OK &&
        mbill_cycle_start((int64_t)data[0] * 1000000 - 9000000, &bill, NULL) != MBILL_OK)
        return;
    for (size_t at = 0; at + 4 <= size; at += 4) {
        mbill_cycle before = bill;
        mbill_cycle_effect effect = {.struct_size = sizeof effect};
        const mbill_cycle_step step = {.struct_size = sizeof step,
            .kind = data[at] % 16,
            .day = 20000 + (int32_t)(at / 4) + data[at + 1] % 8,
            .reason = data[at + 2] % 3,
            .reminder = data[at + 2] % 9,
            .amount_micro = ((int64_t)data[at + 3] - 64) * 250000};
        mbill_error_init(&err);
        mbill_status status = mbill_cycle_apply(policy, &bill, &step, &bill, &effect, &err);
        refused_or_taken(status, &err);
        if (status != MBILL_OK) need(memcmp(&before, &bill, sizeof bill) == 0);
        need(mbill_cycle_check(&bill, NULL) == MBILL_OK && mbill_cycle_open(&bill) >= 0 && effect.rest_micro >= 0);
        need(mbill_cycle_reminder(policy, &bill, step.day) < policy->n_reminders);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char plain[] =
        "{\"meterbill\":1,\"kind\":\"billing_policy\",\"zone\":\"UTC0\",\"due\":{\"days\":3},\"pays\":\"fee_first\",\"late_fee\":"
        "{\"rate\":"
        "\"0.01\",\"grace_days\":2,\"from\":\"due\",\"compounds\":true,\"cap\":{\"share\":\"0.5\"},\"round\":{\"step\":\"0.01\","
        "\"how\":"
        "\"up\"}},\"reminders\":[{\"days\":-1,\"channels\":[\"a\"]},{\"days\":2,\"channels\":[\"b\"]}],\"review\":\"none\"}";
    mbill_cycle_policy policy;
    need(mbill_cycle_policy_read(plain, sizeof plain - 1, &policy, NULL) == MBILL_OK);
    try_text((const char *)data, size, &policy);
    try_bill(data, size, &policy);
    return 0;
}
