/* SPDX-License-Identifier: Apache-2.0 */
/* What a master meter counts and the meters behind it do not, as a share of what it counts. */
#ifndef MBILL__APPORTION_LOSS_H
#define MBILL__APPORTION_LOSS_H

#include <stdint.h>

/* 10^6 x rest / reading, toward zero, and at most what a word holds; 0 where the reading is. */
int64_t mbill__loss_ppm(int64_t rest, int64_t reading);

#endif
