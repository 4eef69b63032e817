/* SPDX-License-Identifier: Apache-2.0 */
/* Signed messages: keys, keysets, commands, receipts. */
%{
#include "glue_command.h"
%}
FACE_HANDLE(mbill_signer, mbill_signer_free)
FACE_HANDLE(mbill_keyset, mbill_keyset_free)
FACE_TEXT(realm)
FACE_TEXT(role)
FACE_BYTES(key)
FACE_BYTES(known)
FACE_BYTES(replay)
FACE_BYTES(purchases)
%include "glue_command.h"
