/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which adapters say what a signed message is. */
#include "signed_says.h"

mbill_bytes face_realm(const char *realm, size_t len)
{
    return (mbill_bytes){(const uint8_t *)realm, len};
}

mbill_status face_add_opened(face_join *join, const char *name, face_writer write, const void *value, mbill_bytes message,
    const uint8_t kid[MBILL_KID_BYTES], mbill_error *err)
{
    uint8_t hash[MBILL_HASH_BYTES];
    mbill_command_hash(message, hash);
    face_add(join, "{");
    face_add_key(join, name);
    mbill_status status = face_add_written(join, write, value, err);
    face_add_hex(join, "hash", hash, sizeof hash);
    face_add_hex(join, "kid", kid, MBILL_KID_BYTES);
    return status;
}

static mbill_status write_receipt(const void *receipt, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_receipt_write(receipt, out_text, inout_len, err);
}

mbill_status face_add_receipt(face_join *join, const mbill_receipt *receipt, mbill_error *err)
{
    return face_add_written(join, write_receipt, receipt, err);
}

mbill_status face_add_opened_receipt(face_join *join, const mbill_receipt *receipt, mbill_bytes message, mbill_error *err)
{
    mbill_status status = face_add_opened(join, "receipt", write_receipt, receipt, message, receipt->kid, err);
    face_add(join, "}");
    return status;
}
