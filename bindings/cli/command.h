/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that main.c dispatches to; each returns an exit code. */
#ifndef MBILL_CLI_COMMAND_H
#define MBILL_CLI_COMMAND_H

#include "arguments.h"

int cli_tariff_check(const cli_arguments *arguments);
int cli_tariff_show(const cli_arguments *arguments);
int cli_days_left(const cli_arguments *arguments);
int cli_buy(const cli_arguments *arguments);
int cli_compare(const cli_arguments *arguments);
int cli_tariff_canon(const cli_arguments *arguments);
int cli_price(const cli_arguments *arguments);
int cli_split(const cli_arguments *arguments);
int cli_ledger_apply(const cli_arguments *arguments);
int cli_ledger_open_account(const cli_arguments *arguments);
int cli_ledger_topup(const cli_arguments *arguments);
int cli_ledger_charge(const cli_arguments *arguments);
int cli_ledger_refund(const cli_arguments *arguments);
int cli_ledger_reverse(const cli_arguments *arguments);
int cli_ledger_hold(const cli_arguments *arguments);
int cli_ledger_post(const cli_arguments *arguments);
int cli_ledger_void(const cli_arguments *arguments);
int cli_ledger_offset(const cli_arguments *arguments);
int cli_ledger_reconcile(const cli_arguments *arguments);
int cli_ledger_statement(const cli_arguments *arguments);
int cli_ledger_rebuild(const cli_arguments *arguments);
int cli_ledger_balance(const cli_arguments *arguments);
int cli_ledger_verify(const cli_arguments *arguments);
int cli_ledger_export(const cli_arguments *arguments);
int cli_ledger_import(const cli_arguments *arguments);
int cli_bill_try(const cli_arguments *arguments);
int cli_charge_add(const cli_arguments *arguments);
int cli_charge_list(const cli_arguments *arguments);
int cli_charge_preview(const cli_arguments *arguments);
int cli_charge_run(const cli_arguments *arguments);
int cli_charge_end(const cli_arguments *arguments);
int cli_task_add(const cli_arguments *arguments);
int cli_task_list(const cli_arguments *arguments);
int cli_task_show(const cli_arguments *arguments);
int cli_task_approve(const cli_arguments *arguments);
int cli_task_pause(const cli_arguments *arguments);
int cli_task_resume(const cli_arguments *arguments);
int cli_task_cancel(const cli_arguments *arguments);
int cli_task_due(const cli_arguments *arguments);
int cli_task_result(const cli_arguments *arguments);
int cli_task_run(const cli_arguments *arguments);
int cli_convert(const cli_arguments *arguments);
int cli_report(const cli_arguments *arguments);
int cli_account_open(const cli_arguments *arguments);
int cli_account_move_out(const cli_arguments *arguments);
int cli_account_show(const cli_arguments *arguments);
int cli_account_forget(const cli_arguments *arguments);
int cli_heat_settle(const cli_arguments *arguments);
int cli_heat_water(const cli_arguments *arguments);
int cli_heat_coefficient(const cli_arguments *arguments);
int cli_heat_energy(const cli_arguments *arguments);
int cli_account_list(const cli_arguments *arguments);
int cli_account_places(const cli_arguments *arguments);
int cli_alarm_check(const cli_arguments *arguments);
int cli_alarm_show(const cli_arguments *arguments);
int cli_alarm_run(const cli_arguments *arguments);
int cli_db_init(const cli_arguments *arguments);
int cli_db_backup(const cli_arguments *arguments);
int cli_db_import(const cli_arguments *arguments);
int cli_db_correct(const cli_arguments *arguments);
int cli_db_months(const cli_arguments *arguments);
int cli_db_detach(const cli_arguments *arguments);
int cli_db_attach(const cli_arguments *arguments);
int cli_db_purge(const cli_arguments *arguments);
int cli_db_close(const cli_arguments *arguments);
int cli_db_bill(const cli_arguments *arguments);
int cli_db_balance(const cli_arguments *arguments);
int cli_db_summary(const cli_arguments *arguments);

#endif
