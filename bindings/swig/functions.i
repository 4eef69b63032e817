/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a noun is added: each has its own file, in the order of the house. */
%include "functions_tariff.i"
%include "functions_price.i"
%include "functions_calendar.i"
%include "functions_readings.i"
%include "functions_heat.i"
%include "functions_split.i"
%include "functions_ledger.i"
%include "functions_bulk.i"
%include "functions_table.i"
