/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and names of statuses; changes only with the form of status.def. Every text is static: nothing to free or to write. */
#include "meterbill/status.h"

const char *mbill_status_text(int32_t status)
{
    switch (status) {
#define X(name, number, text, python_base, java_base) \
    case number: return text;
#include "meterbill/status.def"
#undef X
    default: return "unknown status";
    }
}

const char *mbill_status_name(int32_t status)
{
    switch (status) {
#define X(name, number, text, python_base, java_base) \
    case number: return "MBILL_" #name;
#include "meterbill/status.def"
#undef X
    default: return "unknown status";
    }
}
