/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "task" out, in one form whatever was read. Changes when that form does. */
#include "calendar/civil.h"
#include "document/write.h"
#include "meterbill/decimal.h"
#include "operate/task.h"

#include <stdio.h>

static void write_day(mbill__writer *to, const char *key, int32_t day)
{
    char text[16];
    size_t len = sizeof text;
    if (mbill_date_print(mbill__civil_date(day), text, &len, NULL) == MBILL_OK) mbill__write_text(to, key, text);
}

static void write_id(mbill__writer *to, const mbill_id *id)
{
    mbill__write_hex(to, "id", id->bytes, sizeof id->bytes);
}

static void write_do(mbill__writer *to, const mbill_task *task)
{
    const mbill_task_info *info = &task->info;
    const char *kind = mbill_task_kind_name(info->kind);
    mbill__write_object(to, "do");
    if (info->kind == MBILL_TASK_SET_TARIFF) {
        mbill__write_object(to, kind);
        write_day(to, "from", info->from_day);
        if (info->replaces != NULL) mbill__write_text(to, "replaces", info->replaces);
        mbill__write_text(to, "tariff", info->tariff);
        mbill__write_object_end(to);
    } else if (info->kind == MBILL_TASK_TOP_UP) {
        mbill__write_object(to, kind);
        if (info->amount_micro != 0) mbill__write_decimal(to, "amount", info->amount_micro, MBILL_SCALE_MICRO);
        mbill__write_whole(to, "channel", info->channel);
        mbill__write_object_end(to);
    } else if (info->kind == MBILL_TASK_SWITCH) {
        mbill__write_text(to, kind, info->is_on != 0 ? "on" : "off");
    } else if (info->kind == MBILL_TASK_READ && info->n_registers == 0) {
        mbill__write_text(to, kind, "all");
    } else {
        mbill__write_list(to, kind);
        for (int32_t i = 0; i < info->n_amounts; i++) mbill__write_decimal(to, NULL, info->amounts_micro[i], MBILL_SCALE_MICRO);
        for (size_t i = 0; i < info->n_registers; i++) mbill__write_text(to, NULL, task->registers[i]);
        mbill__write_list_end(to);
    }
    mbill__write_object_end(to);
}

static void write_instant(mbill__writer *to, const char *key, int64_t utc_s)
{
    char text[40];
    size_t len = sizeof text;
    if (mbill_time_print(utc_s, NULL, text, &len, NULL) == MBILL_OK) mbill__write_text(to, key, text);
}

static void write_start(mbill__writer *to, const mbill_task *task)
{
    char time[16];
    const char *unit;
    int32_t every;
    if (task->start == MBILL__START_NOW) {
        mbill__write_text(to, "start", "now");
        return;
    }
    mbill__write_object(to, "start");
    if (task->start == MBILL__START_AT) {
        write_instant(to, "at", task->start_utc_s);
    } else {
        mbill__repeat_every_write(&task->repeat, &every, &unit);
        mbill__write_object(to, "every");
        mbill__write_whole(to, unit, every);
        mbill__write_object_end(to);
        write_day(to, "from", task->repeat.from_day);
        mbill__write_text(to, "missed", task->latest_alone ? "latest" : "each");
        (void)snprintf(time, sizeof time, "%02d:%02d", (int)(task->time_s / 3600 % 24), (int)(task->time_s / 60 % 60));
        mbill__write_text(to, "time", time);
        if (task->repeat.until_day != MBILL__REPEAT_FOREVER) write_day(to, "until", task->repeat.until_day);
        mbill__write_text(to, "zone", task->zone_rule);
    }
    mbill__write_object_end(to);
}

static void write_retry(mbill__writer *to, const mbill__retry *retry)
{
    mbill__write_object(to, "retry");
    mbill__write_whole(to, "attempts", retry->max_attempts);
    if (retry->growth_milli != 1000) mbill__write_whole(to, "cap_s", retry->cap_s);
    mbill__write_whole(to, "delay_s", retry->delay_s);
    if (retry->growth_milli != 1000) mbill__write_decimal(to, "growth", retry->growth_milli, 3);
    mbill__write_list(to, "on");
    for (int32_t i = MBILL_OUTCOME_FAILED; i <= MBILL_OUTCOME_NO_ANSWER; i++)
        if ((retry->on >> i & 1) != 0) mbill__write_text(to, NULL, mbill_outcome_name(i));
    mbill__write_list_end(to);
    mbill__write_object_end(to);
}

static void write_host(mbill__writer *to, const mbill_task *task)
{
    mbill__write_object(to, "host");
    mbill__write_whole(to, "lease_s", task->info.lease_s);
    if (task->info.parallel != INT64_MAX) mbill__write_whole(to, "parallel", task->info.parallel);
    if (task->retry.max_attempts > 1) write_retry(to, &task->retry);
    mbill__write_object_end(to);
}

static void write_targets(mbill__writer *to, const mbill_task *task)
{
    mbill__write_list(to, "targets");
    for (size_t i = 0; i < task->info.n_targets; i++) {
        const mbill_task_target *target = &task->targets[i];
        if (task->info.kind != MBILL_TASK_TOP_UP || target->amount_micro == task->info.amount_micro) {
            mbill__write_text(to, NULL, target->name);
            continue;
        }
        mbill__write_object(to, NULL);
        mbill__write_decimal(to, "amount", target->amount_micro, MBILL_SCALE_MICRO);
        mbill__write_text(to, "target", target->name);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

mbill_status mbill_task_write(const mbill_task *task, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(task);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, &task->arena.allocator);
    mbill__write_start(&to, &buffer, false);
    mbill__write_object(&to, NULL);
    mbill__write_whole(&to, "meterbill", 1);
    mbill__write_text(&to, "kind", "task");
    write_id(&to, &task->info.id);
    if (task->info.title != NULL) mbill__write_text(&to, "title", task->info.title);
    mbill__write_text(&to, "made_by", task->info.made_by);
    mbill__write_bool(&to, "dual_control", task->info.dual_control != 0);
    write_do(&to, task);
    write_start(&to, task);
    if (task->expires_s != 0) mbill__write_whole(&to, "expires_after_s", task->expires_s);
    if (task->info.lease_s != 0) write_host(&to, task);
    write_targets(&to, task);
    mbill__write_object_end(&to);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}

mbill_status mbill_task_get_info(const mbill_task *task, mbill_task_info *out, mbill_error *err)
{
    MBILL__NEED(task);
    MBILL__NEED(out);
    if (out->struct_size < sizeof *out) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the task's info is not set");
    uint32_t struct_size = out->struct_size;
    *out = task->info;
    out->struct_size = struct_size;
    return MBILL_OK;
}

mbill_status mbill_task_get_target(const mbill_task *task, size_t at, mbill_task_target *out, mbill_error *err)
{
    MBILL__NEED(task);
    MBILL__NEED(out);
    if (at >= task->info.n_targets)
        return mbill__fail(err, MBILL_E_RANGE, "target %zu of %zu, counted from 0", at, task->info.n_targets);
    *out = task->targets[at];
    return MBILL_OK;
}

const char *mbill_task_register(const mbill_task *task, size_t at)
{
    return task != NULL && at < task->info.n_registers ? task->registers[at] : NULL;
}
