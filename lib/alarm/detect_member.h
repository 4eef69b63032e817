/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a rule by number: one list for the check and for the documents, whose keys are their names. */
#ifndef MBILL__DETECT_MEMBER_H
#define MBILL__DETECT_MEMBER_H

#include "meterbill/detect.h"

#include <stdbool.h>

/* Name and width in bits, in the order of the structure. */
#define MBILL__DETECT_MEMBER_LIST(X)                                                                                             \
    X(limit, 64)                                                                                                                 \
    X(base, 64)                                                                                                                  \
    X(modulus, 64)                                                                                                               \
    X(max_step, 64)                                                                                                              \
    X(dt_mk, 64)                                                                                                                 \
    X(on_s, 64)                                                                                                                  \
    X(off_s, 64)                                                                                                                 \
    X(max_hold_s, 64)                                                                                                            \
    X(timeout_s, 64)                                                                                                             \
    X(window_s, 64)                                                                                                              \
    X(quiet_s, 64)                                                                                                               \
    X(reclose_s, 64)                                                                                                             \
    X(stale_policy, 32)                                                                                                          \
    X(permille, 32)                                                                                                              \
    X(high_permille, 32)                                                                                                         \
    X(low_permille, 32)                                                                                                          \
    X(power_factor_permille, 32)                                                                                                 \
    X(times, 32)                                                                                                                 \
    X(m, 32)                                                                                                                     \
    X(of, 32)                                                                                                                    \
    X(per_day, 32)                                                                                                               \
    X(from_s, 32)                                                                                                                \
    X(to_s, 32)                                                                                                                  \
    X(trips, 32)                                                                                                                 \
    X(n_bands, 32)                                                                                                               \
    X(reserved, 32)

#define MBILL__DETECT_NUMBER(name, bits) MBILL__DETECT_##name,
enum { MBILL__DETECT_MEMBER_LIST(MBILL__DETECT_NUMBER) MBILL__DETECT_ALL };
#undef MBILL__DETECT_NUMBER

const char *mbill__detect_member_name(uint8_t number);
int64_t mbill__detect_member_get(const mbill_detector_config *config, uint8_t number);
void mbill__detect_member_set(mbill_detector_config *config, uint8_t number, int64_t value);
bool mbill__detect_member_is_wide(uint8_t number);

#endif
