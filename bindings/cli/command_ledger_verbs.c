/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill ledger open, topup, charge, refund, reverse, hold, post, void, offset, reconcile: operations of one kind on the ledger of a store, one a line
 * from standard input. */
#include "command.h"

#include "ledger_lines.h"

#include "meterbill/ledger.h"

static int run(const cli_arguments *arguments, int32_t kind)
{
    return cli_ledger_lines(arguments->operands[0], NULL, kind);
}

int cli_ledger_open_account(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_OPEN);
}

int cli_ledger_topup(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_TOP_UP);
}

int cli_ledger_charge(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_USAGE);
}

int cli_ledger_refund(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_REFUND);
}

int cli_ledger_reverse(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_REVERSE);
}

int cli_ledger_hold(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_HOLD);
}

int cli_ledger_post(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_POST);
}

int cli_ledger_void(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_VOID);
}

int cli_ledger_offset(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_OFFSET);
}

int cli_ledger_reconcile(const cli_arguments *arguments)
{
    return run(arguments, MBILL_OPERATION_OBSERVE);
}
