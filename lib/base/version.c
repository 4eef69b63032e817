/* SPDX-License-Identifier: Apache-2.0 */
/* The version that was compiled into the library; changes only with the shape of version.h. */
#include "meterbill/version.h"

int32_t mbill_version_number(void)
{
    return MBILL_VERSION_NUMBER;
}

const char *mbill_version_string(void)
{
    return MBILL_VERSION;
}
