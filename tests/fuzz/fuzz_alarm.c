/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms. The first byte says what follows: 'c' a configuration on one line and lines for its board, 'b' a board's state, 's' states as bytes, 'r' a configuration and calls drawn from
 * bytes. Laws: a refusal says why and makes nothing; what is read is written and read back the same; a board that is saved and loaded is the same; RAISE and CLEAR
 * alternate, and no effective time falls or is after the call; no number of a state that was decoded leaves 64 bits. */
#include "document/json.h"
#include "meterbill/alarms.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

/* ---- documents ---- */

typedef mbill_status (*writer)(const void *of, char *out_text, size_t *inout_len, mbill_error *err);

static mbill_status write_alarms(const void *of, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_alarms_write(of, out_text, inout_len, err);
}

static mbill_status save_board(const void *of, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_board_save(of, out_text, inout_len, err);
}

static char *text_of(writer write, const void *of)
{
    size_t len = 0;
    need(write(of, NULL, &len, NULL) == MBILL_OK);
    char *text = malloc(len);
    need(text != NULL && write(of, text, &len, NULL) == MBILL_OK);
    return text;
}

static mbill_alarms *read_config(const char *json, size_t len)
{
    mbill_alarms *alarms = (mbill_alarms *)(void *)&alarms, *again = NULL;
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    mbill_status status = mbill_alarms_read(json, len, NULL, &alarms, NULL, 0, &n, &err);
    if (status != MBILL_OK) {
        need(alarms == NULL && n >= 1 && err.status == (int32_t)status && status != MBILL_E_INTERNAL && err.message[0] != '\0');
        return NULL;
    }
    char *text = text_of(write_alarms, alarms);
    need(n == 0 && mbill_alarms_read(text, strlen(text), NULL, &again, NULL, 0, NULL, NULL) == MBILL_OK);
    char *text_again = text_of(write_alarms, again);
    need(strcmp(text, text_again) == 0);
    mbill_alarms_free(again);
    free(text);
    free(text_again);
    return alarms;
}

/* Each line of an answer is one JSON object. */
static void check_answer(const char *text)
{
    while (*text != '\0') {
        mbill__json *document = NULL;
        size_t len = strcspn(text, "\n");
        need(text[len] == '\n' && mbill__json_read(text, len, NULL, &document, NULL) == MBILL_OK);
        mbill__json_free(document);
        text += len + 1;
    }
}

static void check_saved(const mbill_alarms *alarms, const mbill_board *board)
{
    mbill_board *again;
    char *text = text_of(save_board, board);
    need(mbill_board_open(alarms, NULL, &again, NULL) == MBILL_OK);
    need(mbill_board_load(again, text, strlen(text), NULL) == MBILL_OK);
    char *text_again = text_of(save_board, again);
    need(strcmp(text, text_again) == 0);
    mbill_board_free(again);
    free(text);
    free(text_again);
}

static void run_board(const char *text, size_t len)
{
    const char *end = text + len, *at = memchr(text, '\n', len);
    size_t first = at == NULL ? len : (size_t)(at - text);
    mbill_board *board;
    mbill_alarms *alarms = read_config(text, first);
    if (alarms == NULL) return;
    need(mbill_board_open(alarms, NULL, &board, NULL) == MBILL_OK);
    for (size_t n_lines = 0; at != NULL && at + 1 < end && n_lines < 64; n_lines++) {
        const char *line = at + 1, *answer;
        size_t n;
        mbill_error err;
        at = memchr(line, '\n', (size_t)(end - line));
        mbill_error_init(&err);
        mbill_status status = mbill_board_line(board, line, (size_t)((at == NULL ? end : at) - line), &answer, &n, &err);
        need(strlen(answer) == n && (status == MBILL_OK || err.message[0] != '\0'));
        check_answer(answer);
    }
    check_saved(alarms, board);
    mbill_board_free(board);
    mbill_alarms_free(alarms);
}

static const char some_alarms[] = "{\"meterbill\":1,\"kind\":\"alarms\",\"alarms\":{\"a\":{\"when\":\"below\",\"limit\":5,"
                                  "\"notice\":{}},\"w\":{\"window\":{\"n\":2,\"within_s\":9}},"
                                  "\"v\":{\"when\":\"above\",\"limit\":5,\"of\":{\"m\":1,\"n\":2}}},\"group\":{},\"restart\":{"
                                  "\"rule\":\"pause\",\"repend\":true}}";

static void run_state(const char *text, size_t len)
{
    mbill_alarms *alarms;
    mbill_board *board;
    mbill_error err;
    const char *answer;
    size_t n;
    mbill_error_init(&err);
    need(mbill_alarms_read(some_alarms, strlen(some_alarms), NULL, &alarms, NULL, 0, NULL, NULL) == MBILL_OK);
    need(mbill_board_open(alarms, NULL, &board, NULL) == MBILL_OK);
    mbill_status status = mbill_board_load(board, text, len, &err);
    if (status == MBILL_OK) {
        check_saved(alarms, board);
        (void)!mbill_board_line(board, "{\"t\":\"99\",\"v\":4}", 16, &answer, &n, NULL);
        (void)!mbill_board_line(board, "{\"tick\":\"9999\"}", 15, &answer, &n, NULL);
    } else need(err.message[0] != '\0' && status != MBILL_E_INTERNAL);
    mbill_board_free(board);
    mbill_alarms_free(alarms);
}

/* ---- bytes ---- */

static void run_encoded(const uint8_t *data, size_t size)
{
    static const mbill_alarm_config config = {.limit = 5,
        .on_s = MBILL_ALARM_DELAY_MAX,
        .max_hold_s = MBILL_ALARM_DELAY_MAX,
        .comparator = MBILL_BELOW};
    static const mbill_notice_config told = {.repeat_s = MBILL_ALARM_DELAY_MAX, .escalate_s = {5}, .n_escalate = 1};
    const mbill_notice_input tick = {MBILL_ALARM_TIME_MAX, 0, MBILL_NOTICE_TICK, 0};
    mbill_alarm alarm;
    mbill_votes votes;
    mbill_notice notice;
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    mbill_notice_event messages[4];
    uint8_t bytes[MBILL_NOTICE_ENCODED_BYTES];
    size_t n;
    if (mbill_alarm_decode(data, size, &alarm, NULL) == MBILL_OK) {
        need(mbill_alarm_encode(&alarm, bytes, NULL) == MBILL_OK && memcmp(bytes, data, size) == 0);
        (void)mbill_alarm_deadline(&config, &alarm);
        (void)!mbill_alarm_sample(&config, &alarm, MBILL_ALARM_TIME_MAX, 4, events, &n, NULL);
    }
    if (mbill_votes_decode(data, size, &votes, NULL) == MBILL_OK)
        need(mbill_votes_encode(&votes, bytes, NULL) == MBILL_OK && memcmp(bytes, data, size) == 0);
    if (mbill_notice_decode(data, size, &notice, NULL) != MBILL_OK) return;
    need(mbill_notice_encode(&notice, bytes, NULL) == MBILL_OK && memcmp(bytes, data, size) == 0);
    (void)mbill_notice_deadline(&told, &notice);
    (void)!mbill_notice_step(&told, &notice, &tick, messages, 4, &n, NULL);
}

static void run_calls(const uint8_t *data, size_t size)
{
    mbill_alarm_config config;
    mbill_alarm alarm = {0};
    uint16_t next = MBILL_ALARM_RAISE;
    int64_t effective_s = INT64_MIN;
    if (size < sizeof config) return;
    memcpy(&config, data, sizeof config);
    if (mbill_alarm_check(&config, NULL, 0, NULL, NULL) != MBILL_OK) return;
    for (size_t at = sizeof config; at + 17 <= size; at += 17) {
        int64_t numbers[2];
        mbill_alarm_event events[MBILL_ALARM_EVENTS];
        size_t n;
        memcpy(numbers, data + at + 1, sizeof numbers);
        int64_t t_s = (data[at] & 4) != 0 ? numbers[0] : alarm.last_s + (int64_t)(data[at] >> 3);
        mbill_status status = data[at] % 3 == 0 ? mbill_alarm_tick(&config, &alarm, t_s, events, &n, NULL)
            : data[at] % 3 == 1                 ? mbill_alarm_estimated(&config, &alarm, t_s, numbers[1], events, &n, NULL)
                                                : mbill_alarm_sample(&config, &alarm, t_s, numbers[1], events, &n, NULL);
        need(status == MBILL_OK || (n == 0 && (status == MBILL_E_LATE || status == MBILL_E_RANGE)));
        for (size_t i = 0; i < n; i++) {
            need(events[i].kind == next && events[i].effective_s >= effective_s && events[i].effective_s <= events[i].observed_s);
            next = next == MBILL_ALARM_RAISE ? MBILL_ALARM_CLEAR : MBILL_ALARM_RAISE;
            effective_s = events[i].effective_s;
        }
        need((alarm.state >= MBILL_ALARM_ON) == (next == MBILL_ALARM_CLEAR));
        need(status != MBILL_OK || mbill_alarm_deadline(&config, &alarm) > alarm.last_s || alarm.mark == 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    if (data[0] == 'c') run_board((const char *)data + 1, size - 1);
    if (data[0] == 'b') run_state((const char *)data + 1, size - 1);
    if (data[0] == 's') run_encoded(data + 1, size - 1);
    if (data[0] == 'r') run_calls(data + 1, size - 1);
    return 0;
}
