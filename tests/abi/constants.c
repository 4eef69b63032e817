/* SPDX-License-Identifier: Apache-2.0 */
/* Constants that the headers have as macros and the library as functions agree: a program compiled with one release's headers and
 * linked with another's library can tell. */
#include "meterbill.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    int failed = 0;
    if (mbill_version_number() != MBILL_VERSION_NUMBER) {
        printf("mbill_version_number() is %ld, the headers say %ld\n", (long)mbill_version_number(), (long)MBILL_VERSION_NUMBER);
        failed = 1;
    }
    if (strcmp(mbill_version_string(), MBILL_VERSION) != 0) {
        printf("mbill_version_string() is %s, the headers say %s\n", mbill_version_string(), MBILL_VERSION);
        failed = 1;
    }
    if (!MBILL_AT_LEAST(MBILL_VERSION_MAJOR, MBILL_VERSION_MINOR, MBILL_VERSION_PATCH) || MBILL_AT_LEAST(MBILL_VERSION_MAJOR + 1, 0, 0)) {
        printf("MBILL_AT_LEAST does not know its own version\n");
        failed = 1;
    }
    return failed;
}
