/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens, and the tables of meters. */
%{
#include "glue_token.h"
%}
FACE_HANDLE(mbill_token_keys, mbill_token_keys_free)
%include "glue_token.h"
