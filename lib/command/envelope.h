/* SPDX-License-Identifier: Apache-2.0 */
/* COSE messages (RFC 9052) in the closed profile that commands, keysets and receipts share: COSE_Sign1 by one key, COSE_Sign by several. */
#ifndef MBILL__ENVELOPE_H
#define MBILL__ENVELOPE_H

#include "base/fail.h"
#include "meterbill/keyset.h"

#include <stdbool.h>

/* What a signature is for: the first part of external_aad, with its NUL. */
#define MBILL__DOMAIN_COMMAND "libmeterbill/cmd/v1"
#define MBILL__DOMAIN_RECEIPT "libmeterbill/ack/v1"
#define MBILL__DOMAIN_KEYSET "libmeterbill/keys/v1"

typedef struct mbill__signature {
    mbill_bytes protected_header;
    const uint8_t *kid, *bytes;
} mbill__signature;

typedef struct mbill__message {
    mbill_bytes whole, payload;
    size_t payload_at; /* offset of the payload's bytes */
    bool is_by_many;   /* COSE_Sign */
    size_t n_signatures;
    mbill__signature signatures[MBILL_SIGNERS_MAX];
} mbill__message;

/* Size and structure alone. Signatures of several rise by the names of their keys. */
mbill_status mbill__message_parse(mbill_bytes in, size_t bytes_max, size_t payload_max, mbill__message *out, mbill_error *err);
/* E_SIGNATURE. */
mbill_status mbill__message_verify(const mbill__message *message, size_t nth, const char *domain, mbill_bytes realm,
    const uint8_t public_key[32], mbill_error *err);

mbill_status mbill__message_sign(mbill_signer *signer, const char *domain, mbill_bytes realm, mbill_bytes payload, uint8_t *out,
    size_t cap, size_t *out_len, mbill_error *err);
/* A COSE_Sign of the payload with the signatures that `before` has (NULL: none) and this one. E_EXISTS, E_LIMIT. */
mbill_status mbill__message_cosign(mbill_signer *signer, const char *domain, mbill_bytes realm, mbill_bytes payload,
    const mbill__message *before, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err);

/* A message begins with a tag, a payload does not. */
bool mbill__is_message(mbill_bytes in);

#endif
