/* SPDX-License-Identifier: Apache-2.0 */
/* Payment bills: policies tried out, and what a store keeps of bills that are paid afterwards. */
%{
#include "glue_bills.h"
%}
FACE_TEXT(what)
FACE_TEXT(name)
FACE_TEXT(selection)
FACE_TEXT(note)
FACE_TEXT(by)
FACE_TEXT(fact)
%include "glue_bills.h"
