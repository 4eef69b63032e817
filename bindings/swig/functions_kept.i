/* SPDX-License-Identifier: Apache-2.0 */
/* What a store runs by itself: its ledger, alarms, tasks, custom charges and payment bills. */
%{
#include "glue_kept.h"
%}
FACE_TEXT(targets)
%include "glue_kept.h"
