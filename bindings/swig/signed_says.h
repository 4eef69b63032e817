/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which adapters say what a signed message is. */
#ifndef MBILL_SWIG_SIGNED_SAYS_H
#define MBILL_SWIG_SIGNED_SAYS_H

#include "join.h"

/* A realm as it is signed. */
mbill_bytes face_realm(const char *realm, size_t len);
/* An object that is left open: the document under its name, the hash of the message and who signed. */
mbill_status face_add_opened(face_join *join, const char *name, face_writer write, const void *value, mbill_bytes message,
    const uint8_t kid[MBILL_KID_BYTES], mbill_error *err);
/* A document of kind "receipt". */
mbill_status face_add_receipt(face_join *join, const mbill_receipt *receipt, mbill_error *err);
/* {"receipt", "hash", "kid"} */
mbill_status face_add_opened_receipt(face_join *join, const mbill_receipt *receipt, mbill_bytes message, mbill_error *err);

#endif
