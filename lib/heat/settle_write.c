/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a settlement is told otherwise in documents. */
#include "document/write.h"
#include "meterbill/decimal.h"
#include "meterbill/settle.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define WHOLE_PERCENT INT64_C(100000000)

const char *mbill_settle_step_name(const mbill_settle_step *step)
{
    static const char *const kinds[] = {"basic", "metered", "empty", "cap", "service", "floor", "paid", "carried"};
    static const char *const outcomes[] = {"refund", "credit", "wallet", "keep", "charge", "waive"};
    if (step == NULL || step->kind < MBILL_SETTLE_STEP_BASIC) return NULL;
    if (step->kind <= (int32_t)COUNT(kinds)) return kinds[step->kind - 1];
    if (step->kind > MBILL_SETTLE_STEP_SHORTAGE || step->index < MBILL_SETTLE_REFUND || step->index > (int32_t)COUNT(outcomes))
        return NULL;
    return outcomes[step->index - 1];
}

static void write_step(mbill__writer *writer, const mbill_settle_step *step)
{
    mbill__write_object(writer, NULL);
    mbill__write_text(writer, "step", mbill_settle_step_name(step));
    if (step->kind == MBILL_SETTLE_STEP_SERVICE) mbill__write_whole(writer, "episode", step->index);
    mbill__write_decimal(writer, "base", step->base_micro, MBILL_SCALE_MICRO);
    if (step->percent_micro != WHOLE_PERCENT) mbill__write_decimal(writer, "percent", step->percent_micro, MBILL_SCALE_MICRO);
    if (step->of_days != 1) {
        mbill__write_whole(writer, "days", step->days);
        mbill__write_whole(writer, "of_days", step->of_days);
    }
    mbill__write_decimal(writer, "amount", step->amount_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(writer, "running", step->running_micro, MBILL_SCALE_MICRO);
    mbill__write_object_end(writer);
}

static void write_settled(mbill__writer *writer, const mbill_settled *settled, const mbill_settle_step *steps, size_t n_steps)
{
    mbill__write_object(writer, NULL);
    mbill__write_whole(writer, "meterbill", 1);
    mbill__write_text(writer, "kind", "heat_settled");
    mbill__write_decimal(writer, "due", settled->due_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(writer, "balance", settled->balance_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(writer, "refund", settled->refund_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(writer, "next", settled->next_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(writer, "charge", settled->charge_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(writer, "forgone", settled->forgone_micro, MBILL_SCALE_MICRO);
    mbill__write_list(writer, "steps");
    for (size_t i = 0; i < n_steps; i++) write_step(writer, &steps[i]);
    mbill__write_list_end(writer);
    mbill__write_object_end(writer);
}

mbill_status mbill_settled_write(const mbill_settled *settled, const mbill_settle_step *steps, size_t n_steps, char *out_text,
    size_t *inout_len, mbill_error *err)
{
    mbill_settled known;
    mbill_allocator allocator;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(settled);
    MBILL__NEED(inout_len);
    if (n_steps > 0) MBILL__NEED(steps);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, settled, err));
    for (size_t i = 0; i < n_steps; i++)
        if (mbill_settle_step_name(&steps[i]) == NULL)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "there is no step of kind %d and index %d",
                (int)steps[i].kind, (int)steps[i].index);
    MBILL_TRY(mbill__allocator_read(&allocator, NULL, err));
    mbill__buffer_start(&buffer, &allocator);
    mbill__write_start(&writer, &buffer, false);
    write_settled(&writer, &known, steps, n_steps);
    mbill_status status = mbill__buffer_check(&buffer, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}
