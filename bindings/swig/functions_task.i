/* SPDX-License-Identifier: Apache-2.0 */
/* Batch tasks that a store keeps. */
%{
#include "glue_task.h"
%}
FACE_TEXT(targets)
FACE_TEXT(selection)
FACE_TEXT(name)
FACE_TEXT(what)
FACE_TEXT(by)
FACE_TEXT(reason)
%include "glue_task.h"
