/* SPDX-License-Identifier: Apache-2.0 */
/* Cashiers' days of a store. */
%{
#include "glue_cashier.h"
%}
FACE_TEXT(name)
FACE_TEXT(note)
%include "glue_cashier.h"
