/* SPDX-License-Identifier: Apache-2.0 */
/* Lives of a ledger: the laws of ledger_laws.h after every operation. */
#include "ledger_laws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ledger_life life;
    ledger_begin(&life, data, size);
    while (ledger_step(&life) != 0) {}
    ledger_end(&life);
    return 0;
}
