/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill task due and result: work for the host out and its answers in, both as JSON lines, each durable before the next. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "document.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "task_target.h"
#include "values.h"

#include "meterbill/calendar.h"
#include "meterbill/tasks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 1000 /* pieces of work, when nothing else is said */
#define REASON_ROOM 256

/* ---- due ---- */

static cli_short id_text(const mbill_id *id)
{
    cli_short out = {""};
    size_t len = sizeof out.text;
    if (mbill_id_print(id, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

static void print_registers(const mbill_task *plan)
{
    const char *name = mbill_task_register(plan, 0);
    (void)fputs(name == NULL ? ",\"registers\":\"all\"" : ",\"registers\":[", stdout);
    for (size_t i = 0; name != NULL; name = mbill_task_register(plan, ++i)) {
        if (i > 0) (void)fputs(",", stdout);
        cli_json_text(name);
    }
    if (mbill_task_register(plan, 0) != NULL) (void)fputs("]", stdout);
}

static void print_work(void *ctx, const mbill_store_work *work)
{
    mbill_task_info info = {.struct_size = sizeof info};
    (void)ctx;
    if (mbill_task_get_info(work->plan, &info, NULL) != MBILL_OK) return;
    (void)printf("{\"item\":\"%s\"", id_text(&work->work.item).text);
    cli_json_whole("attempt", work->work.attempt);
    cli_json_member("task", id_text(&work->task).text);
    cli_json_member("meter", work->target);
    cli_json_member("do", mbill_task_kind_name(info.kind));
    if (info.kind == MBILL_TASK_SWITCH) cli_json_member("switch", info.is_on != 0 ? "on" : "off");
    if (info.kind == MBILL_TASK_READ) print_registers(work->plan);
    cli_json_member("due", cli_time_text(work->work.run_utc_s, NULL).text);
    cli_json_member("until", cli_time_text(work->work.until_utc_s, NULL).text);
    (void)fputs("}\n", stdout);
}

int cli_task_due(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_id id;
    const mbill_id *given;
    mbill_error err;
    int64_t now_utc_s;
    int64_t room = ROOM;
    mbill_error_init(&err);
    int code = cli_task_now(arguments, &now_utc_s);
    if (code == CLI_DONE) code = cli_option_whole(arguments, CLI_OPTION_ROOM, 1, INT32_MAX, &room);
    if (code == CLI_DONE) code = cli_task_id(arguments, 1, &id, &given);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && mbill_store_task_due(store, given, now_utc_s, (size_t)room, print_work, NULL, NULL, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}

/* ---- result ---- */

static int take_answer(mbill_store *store, const char *line, size_t len, int64_t now_utc_s)
{
    char reason[REASON_ROOM];
    mbill_task_answer answer;
    mbill_error err;
    int32_t verdict;
    mbill_error_init(&err);
    if (mbill_task_answer_read(line, len, &answer, &err) != MBILL_OK) {
        cli_complain(NULL, CLI_DOCUMENT, &err);
        (void)printf("{\"refused\":\"%s\"", mbill_status_name(err.status));
        if (err.path[0] != '\0') cli_json_member("path", err.path);
        cli_json_member("message", err.message);
        (void)fputs("}\n", stdout);
        return CLI_REFUSED;
    }
    cli_value said = cli_value_member(cli_value_of(line, len), "reason");
    cli_value_text(said, reason, sizeof reason);
    if (mbill_store_task_result(store, &answer, said.at != NULL ? reason : NULL, now_utc_s, &verdict, &err) != MBILL_OK)
        return cli_refuse(NULL, CLI_DOCUMENT, &err);
    (void)printf("{\"item\":\"%s\"", id_text(&answer.item).text);
    cli_json_whole("attempt", answer.attempt);
    cli_json_member("verdict", mbill_verdict_name(verdict));
    (void)fputs("}\n", stdout);
    return verdict == MBILL_VERDICT_CONTRADICTS || verdict == MBILL_VERDICT_NEVER_OUT ? CLI_REFUSED : CLI_DONE;
}

int cli_task_result(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int64_t now_utc_s;
    int code = cli_task_now(arguments, &now_utc_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    while (store != NULL && (len = getline(&line, &room, stdin)) > 0) {
        if (strspn(line, " \t\r\n") >= (size_t)len) continue;
        int one = take_answer(store, line, (size_t)len, now_utc_s);
        if (one > code) code = one;
        (void)fflush(stdout); /* whoever writes the lines may wait for the answer */
    }
    free(line);
    mbill_store_free(store);
    return code;
}
