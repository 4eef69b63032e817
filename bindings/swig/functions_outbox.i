/* SPDX-License-Identifier: Apache-2.0 */
/* Signed commands that a store keeps. */
%{
#include "glue_outbox.h"
%}
FACE_TEXT(account)
FACE_TEXT(target)
FACE_TEXT(targets)
FACE_TEXT(words)
FACE_TEXT(what)
FACE_TEXT(name)
%include "glue_outbox.h"
