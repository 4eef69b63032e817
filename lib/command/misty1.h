/* SPDX-License-Identifier: Apache-2.0 */
/* MISTY1, the cipher EA11 of STS tokens. */
#ifndef MBILL__MISTY1_H
#define MBILL__MISTY1_H

#include <stdbool.h>
#include <stdint.h>

/* One block, its first byte the most significant, through eight rounds under a 128-bit key. */
uint64_t mbill__misty1(const uint8_t key[16], bool decipher, uint64_t block);

#endif
