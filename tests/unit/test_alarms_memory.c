/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms on an allocator that fails: every allocation in turn, from the document to the saved state, is answered with MBILL_E_NOMEM; nothing is lost of the memory, and outputs are NULL. */
#include "check_run.h"
#include "counting_allocator.h"

#include "meterbill/alarms.h"

#include <check.h>
#include <string.h>

static const char document[] = "{\"meterbill\":1,\"kind\":\"alarms\",\"channels\":[\"a\"],\"alarms\":{\"x\":{\"when\":\"below\","
                               "\"limit\":5,\"labels\":{\"area\":\"7\"},\"notice\":{\"repeat_s\":1,"
                               "\"channels\":[\"a\"]}},\"w\":{\"window\":{\"n\":2,\"within_s\":9,\"distinct\":true}},\"l\":{"
                               "\"levels\":[{\"name\":\"one\",\"when\":\"below\",\"limit\":5}]}},"
                               "\"inhibit\":[{\"source\":{\"alarm\":\"w\"},\"target\":{\"alarm\":\"x\"},\"equal\":[\"key\"]}],"
                               "\"group\":{\"by\":[\"area\"],\"wait_s\":1}}";

static const char *const lines[] = {"{\"t\": 0, \"v\": 1, \"key\": \"K\"}", "{\"t\": 1, \"who\": 1, \"key\": \"K\"}",
    "{\"t\": 2, \"who\": 2, \"key\": \"K\"}", "{\"tick\": 60}"};

static void want_memory(mbill_status status)
{
    ck_assert_msg(status == MBILL_E_NOMEM, "status %d", (int)status);
}

/* 1: everything could be had. */
static int run_board(const mbill_alarms *alarms, const mbill_allocator *allocator)
{
    mbill_board *board, *back;
    const char *text;
    char state[8192];
    size_t len, room = sizeof state;
    mbill_status status = mbill_board_open(alarms, allocator, &board, NULL);
    if (status != MBILL_OK) ck_assert_ptr_null(board);
    for (size_t i = 0; status == MBILL_OK && i < sizeof lines / sizeof lines[0]; i++)
        status = mbill_board_line(board, lines[i], strlen(lines[i]), &text, &len, NULL);
    if (status == MBILL_OK) status = mbill_board_save(board, state, &room, NULL);
    mbill_board_free(board);
    if (status == MBILL_OK) status = mbill_board_open(alarms, allocator, &back, NULL);
    if (status == MBILL_OK) {
        status = mbill_board_load(back, state, room - 1, NULL);
        mbill_board_free(back);
    }
    if (status != MBILL_OK) want_memory(status);
    return status == MBILL_OK;
}

static int run_all(counting_allocator *counter)
{
    mbill_alarms *alarms;
    char text[8192];
    size_t len = sizeof text;
    mbill_status status = mbill_alarms_read(document, strlen(document), &counter->allocator, &alarms, NULL, 0, NULL, NULL);
    if (status != MBILL_OK) {
        ck_assert_ptr_null(alarms);
        want_memory(status);
        return 0;
    }
    status = mbill_alarms_write(alarms, text, &len, NULL);
    if (status != MBILL_OK) want_memory(status);
    int done = status == MBILL_OK && run_board(alarms, &counter->allocator);
    mbill_alarms_free(alarms);
    return done;
}

START_TEST(every_allocation_may_fail)
{
    size_t n_failed = 0;
    for (size_t fail_at = 1;; fail_at++) {
        counting_allocator counter;
        counting_start(&counter, fail_at);
        int done = run_all(&counter);
        ck_assert(counting_is_even(&counter));
        if (done && counter.calls < fail_at) break;
        n_failed++;
    }
    ck_assert_uint_gt(n_failed, 30);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarms_memory");
    TCase *edges = tcase_create("edges");
    tcase_set_timeout(edges, 60);
    tcase_add_test(edges, every_allocation_may_fail);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_FORK_GETENV);
}
