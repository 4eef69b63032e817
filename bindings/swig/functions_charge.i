/* SPDX-License-Identifier: Apache-2.0 */
/* Custom charges that a store keeps. */
%{
#include "glue_charge.h"
%}
FACE_TEXT(name)
FACE_TEXT(from)
%include "glue_charge.h"
