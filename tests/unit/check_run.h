/* SPDX-License-Identifier: Apache-2.0 */
/* How a Check program runs its suite: the last line of every main. */
#ifndef MBILL_TEST_CHECK_RUN_H
#define MBILL_TEST_CHECK_RUN_H

#include <check.h>

/* The exit code: 0 when nothing failed. fork: CK_NOFORK; or CK_FORK_GETENV, a process a test, where the variable CK_FORK does not say no. */
static inline int check_run(Suite *suite, enum fork_status fork)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, fork);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
