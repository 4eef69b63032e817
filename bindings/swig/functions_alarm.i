/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms: configurations, and boards that take lines. */
%{
#include "glue_alarm.h"
%}
FACE_HANDLE(mbill_face_board, mbill_face_board_free)
%include "glue_alarm.h"
