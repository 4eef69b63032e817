/* SPDX-License-Identifier: Apache-2.0 */
/* Each operation of the machine failing in turn, once and from then on, and the program of such tests, which says in every_fault() what happens then. */
#ifndef EVERY_H
#define EVERY_H

#include "faulty.h"

#include <check.h>
#include <stdbool.h>

/* All points at which this kind of operation can fail, until none is left. */
static void every_fault(fault_kind kind, bool for_ever);

START_TEST(each_operation_once)
{
    every_fault((fault_kind)_i, false);
}
END_TEST

START_TEST(each_operation_for_ever)
{
    every_fault((fault_kind)_i, true);
}
END_TEST

/* What main() returns. more: other tests of the program, with their own fixture; NULL: none. */
static int run_every_fault(const char *name, SFun setup, SFun teardown, TCase *more)
{
    faulty_install();
    Suite *suite = suite_create(name);
    TCase *faults = tcase_create("faults");
    tcase_add_checked_fixture(faults, setup, teardown);
    tcase_set_timeout(faults, 900);
    tcase_add_loop_test(faults, each_operation_once, FAULT_NONE + 1, FAULT_KINDS);
    tcase_add_loop_test(faults, each_operation_for_ever, FAULT_NONE + 1, FAULT_KINDS);
    suite_add_tcase(suite, faults);
    if (more != NULL) suite_add_tcase(suite, more);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
