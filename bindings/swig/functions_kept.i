/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger and the alarms of a store. */
%{
#include "glue_kept.h"
%}
%include "glue_kept.h"
