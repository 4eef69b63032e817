/* SPDX-License-Identifier: Apache-2.0 */
/* Names of results: ledger_result.def is the one list. */
#include "meterbill/ledger.h"

const char *mbill_result_name(int32_t code)
{
    switch (code) {
#define X(name, number, text)                                                                                                    \
    case number:                                                                                                                 \
        return #name;
#include "meterbill/ledger_result.def"
#undef X
    default: return "UNKNOWN";
    }
}

const char *mbill_result_text(int32_t code)
{
    switch (code) {
#define X(name, number, text)                                                                                                    \
    case number:                                                                                                                 \
        return text;
#include "meterbill/ledger_result.def"
#undef X
    default: return "a result this version does not know";
    }
}
