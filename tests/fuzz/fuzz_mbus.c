/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, streams and documents of M-Bus. */
#include "frame_laws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const profiles[] = {NULL};
    return frame_laws("mbus", profiles, 1, data, size);
}
