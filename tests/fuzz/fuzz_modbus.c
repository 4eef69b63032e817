/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, streams and documents of Modbus RTU, with maps of registers and without. */
#include "frame_laws.h"

#define PROFILE(members) "{\"meterbill\":1,\"kind\":\"frame_profile\",\"protocol\":\"modbus\"," members "}"
#define AT_0 "\"name\":\"total\",\"address\":0,\"words\":2,\"word_order\":\"high_first\",\"coding\":\"unsigned\",\"scale\":2,\"unit\":\"kWh\""
#define AT_1 "\"name\":\"part\",\"address\":1,\"words\":4,\"word_order\":\"low_first\",\"coding\":\"bcd\",\"scale\":0,\"unit\":\"\""

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const profiles[] = {NULL, PROFILE("\"registers\":[{" AT_0 "},{" AT_1 "}]"), PROFILE("\"writes\":true")};
    return frame_laws("modbus", profiles, sizeof profiles / sizeof profiles[0], data, size);
}
