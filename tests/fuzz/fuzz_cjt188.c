/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, streams and documents of CJ/T 188 under profiles of several makers. */
#include "frame_laws.h"

#define PROFILE(members) "{\"meterbill\":1,\"kind\":\"frame_profile\",\"protocol\":\"cjt188\"," members "}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const profiles[] = {PROFILE("\"di_order\":\"high_first\""), PROFILE("\"di_order\":\"low_first\""), NULL,
        PROFILE("\"di_order\":\"high_first\",\"unit_first\":true,\"valve_function\":\"2A\",\"valve_codes\":{\"77\":\"half_open\"}"),
        PROFILE("\"di_order\":\"low_first\",\"checksum\":\"after_first\",\"st_valve\":\"code\",\"flow_decimals\":3")};
    return frame_laws("cjt188", profiles, sizeof profiles / sizeof profiles[0], data, size);
}
