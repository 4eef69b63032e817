/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the profile of signed messages does. */
#include "command/envelope.h"

#include "command/cbor.h"
#include "command/signer.h"

#include <sodium.h>
#include <string.h>

enum {
    TAG_SIGN1 = 18,
    TAG_SIGN = 98,
    LABEL_ALG = 1,
    LABEL_KID = 4,
    ALG_EDDSA = -8,
    ALG_ED25519 = -19, /* RFC 9864; taken, but not made: some verifiers know only -8 */
    HEADER_BYTES = 13,
    TBS_MAX = MBILL_KEYSET_BYTES_MAX + 256
};

/* ---- what is signed: Sig_structure, RFC 9052 section 4.4 ---- */

static void put_tbs(mbill__cbor_out *out, bool is_by_many, mbill_bytes protected_header, const char *domain, mbill_bytes realm,
    mbill_bytes payload)
{
    size_t n_domain = strlen(domain) + 1;
    mbill__cbor_put_head(out, MBILL__CBOR_ARRAY, is_by_many ? 5 : 4);
    mbill__cbor_put_text(out, is_by_many ? "Signature" : "Signature1");
    if (is_by_many) mbill__cbor_put_bytes(out, NULL, 0); /* the body has no protected header */
    mbill__cbor_put_bytes(out, protected_header.p, protected_header.n);
    mbill__cbor_put_head(out, MBILL__CBOR_BYTES, n_domain + realm.n);
    mbill__cbor_put_raw(out, domain, n_domain);
    mbill__cbor_put_raw(out, realm.p, realm.n);
    mbill__cbor_put_bytes(out, payload.p, payload.n);
}

static mbill_status check_sizes(mbill_bytes realm, mbill_bytes payload, mbill_error *err)
{
    if (realm.p == NULL && realm.n > 0) return mbill__fail(err, MBILL_E_MISUSE, "realm is NULL");
    if (realm.n > MBILL_REALM_MAX)
        return mbill__fail(err, MBILL_E_LIMIT, "a realm of %zu bytes, expected %d at most", realm.n, MBILL_REALM_MAX);
    if (payload.n > MBILL_KEYSET_BYTES_MAX) return mbill__fail(err, MBILL_E_LIMIT, "a payload of %zu bytes", payload.n);
    return MBILL_OK;
}

mbill_status mbill__message_verify(const mbill__message *message, size_t nth, const char *domain, mbill_bytes realm,
    const uint8_t public_key[32], mbill_error *err)
{
    uint8_t bytes[TBS_MAX];
    mbill__cbor_out tbs = {bytes, sizeof bytes, 0};
    const mbill__signature *signature = &message->signatures[nth];
    MBILL_TRY(check_sizes(realm, message->payload, err));
    put_tbs(&tbs, message->is_by_many, signature->protected_header, domain, realm, message->payload);
    if (crypto_sign_verify_detached(signature->bytes, bytes, tbs.n, public_key) == 0) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_SIGNATURE, (int64_t)(signature->bytes - message->whole.p),
        "the signature at byte %td is not right for this message, realm and use", signature->bytes - message->whole.p);
}

static mbill_status sign_tbs(mbill_signer *signer, bool is_by_many, mbill_bytes header, const char *domain, mbill_bytes realm,
    mbill_bytes payload, uint8_t out[MBILL_SIGNATURE_BYTES], mbill_error *err)
{
    uint8_t bytes[TBS_MAX];
    mbill__cbor_out tbs = {bytes, sizeof bytes, 0};
    put_tbs(&tbs, is_by_many, header, domain, realm, payload);
    return mbill__signer_sign(signer, bytes, tbs.n, out, err);
}

/* ---- out ---- */

static mbill_bytes make_header(const mbill_signer *signer, uint8_t bytes[HEADER_BYTES])
{
    mbill__cbor_out out = {bytes, HEADER_BYTES, 0};
    mbill__cbor_put_head(&out, MBILL__CBOR_MAP, 2);
    mbill__cbor_put_int(&out, LABEL_ALG);
    mbill__cbor_put_int(&out, ALG_EDDSA);
    mbill__cbor_put_int(&out, LABEL_KID);
    mbill__cbor_put_bytes(&out, mbill__signer_kid(signer), MBILL_KID_BYTES);
    return (mbill_bytes){bytes, out.n};
}

mbill_status mbill__message_sign(mbill_signer *signer, const char *domain, mbill_bytes realm, mbill_bytes payload, uint8_t *out,
    size_t cap, size_t *out_len, mbill_error *err)
{
    uint8_t header_bytes[HEADER_BYTES], signature[MBILL_SIGNATURE_BYTES];
    mbill_bytes header = make_header(signer, header_bytes);
    mbill__cbor_out message = {out, cap, 0};
    MBILL_TRY(check_sizes(realm, payload, err));
    mbill__cbor_put_head(&message, MBILL__CBOR_TAG, TAG_SIGN1);
    mbill__cbor_put_head(&message, MBILL__CBOR_ARRAY, 4);
    mbill__cbor_put_bytes(&message, header.p, header.n);
    mbill__cbor_put_head(&message, MBILL__CBOR_MAP, 0);
    mbill__cbor_put_bytes(&message, payload.p, payload.n);
    mbill__cbor_put_head(&message, MBILL__CBOR_BYTES, sizeof signature);
    message.n += sizeof signature;
    MBILL_TRY(mbill__cbor_end(&message, out_len, err));
    MBILL_TRY(sign_tbs(signer, false, header, domain, realm, payload, signature, err));
    memcpy(out + message.n - sizeof signature, signature, sizeof signature);
    return MBILL_OK;
}

static void put_signature(mbill__cbor_out *message, mbill_bytes header, const uint8_t *signature)
{
    mbill__cbor_put_head(message, MBILL__CBOR_ARRAY, 3);
    mbill__cbor_put_bytes(message, header.p, header.n);
    mbill__cbor_put_head(message, MBILL__CBOR_MAP, 0);
    mbill__cbor_put_bytes(message, signature, MBILL_SIGNATURE_BYTES);
}

/* Where this signer's signature stands among those that are there. */
static mbill_status find_place(const mbill_signer *signer, const mbill__message *before, size_t *out_place, mbill_error *err)
{
    size_t place = 0, n = before != NULL ? before->n_signatures : 0;
    if (n == MBILL_SIGNERS_MAX) return mbill__fail(err, MBILL_E_LIMIT, "%d keys have signed already", MBILL_SIGNERS_MAX);
    while (place < n && memcmp(before->signatures[place].kid, mbill__signer_kid(signer), MBILL_KID_BYTES) < 0) place++;
    if (place < n && memcmp(before->signatures[place].kid, mbill__signer_kid(signer), MBILL_KID_BYTES) == 0)
        return mbill__fail_at(err, MBILL_E_EXISTS, (int64_t)place, "this key has signed already");
    *out_place = place;
    return MBILL_OK;
}

mbill_status mbill__message_cosign(mbill_signer *signer, const char *domain, mbill_bytes realm, mbill_bytes payload,
    const mbill__message *before, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    uint8_t header_bytes[HEADER_BYTES], signature[MBILL_SIGNATURE_BYTES] = {0};
    mbill_bytes header = make_header(signer, header_bytes);
    mbill__cbor_out message = {out, cap, 0};
    size_t place = 0, own_end = 0, n = before != NULL ? before->n_signatures : 0;
    MBILL_TRY(check_sizes(realm, payload, err));
    MBILL_TRY(find_place(signer, before, &place, err));
    mbill__cbor_put_head(&message, MBILL__CBOR_TAG, TAG_SIGN);
    mbill__cbor_put_head(&message, MBILL__CBOR_ARRAY, 4);
    mbill__cbor_put_bytes(&message, NULL, 0);
    mbill__cbor_put_head(&message, MBILL__CBOR_MAP, 0);
    mbill__cbor_put_bytes(&message, payload.p, payload.n);
    mbill__cbor_put_head(&message, MBILL__CBOR_ARRAY, n + 1);
    for (size_t i = 0; i <= n; i++) {
        if (i == place) {
            put_signature(&message, header, signature);
            own_end = message.n;
        }
        if (i < n) put_signature(&message, before->signatures[i].protected_header, before->signatures[i].bytes);
    }
    MBILL_TRY(mbill__cbor_end(&message, out_len, err));
    MBILL_TRY(sign_tbs(signer, true, header, domain, realm, payload, signature, err));
    memcpy(out + own_end - sizeof signature, signature, sizeof signature);
    return MBILL_OK;
}

/* ---- in ---- */

bool mbill__is_message(mbill_bytes in)
{
    return in.n > 0 && in.p[0] >> 5 == MBILL__CBOR_TAG;
}

/* {1: alg, 4: kid}, at this place, in its one form. */
static mbill_status parse_header(const mbill__cbor_in *message, mbill_bytes header, const uint8_t **out_kid, mbill_error *err)
{
    mbill__cbor_in in = {message->start, (size_t)(header.p - message->start), (size_t)(header.p + header.n - message->start),
        message->shape};
    mbill_bytes kid;
    uint64_t n;
    int64_t label, alg;
    MBILL_TRY(mbill__cbor_check(&in, err));
    size_t at = in.at;
    MBILL_TRY(mbill__cbor_take(&in, MBILL__CBOR_MAP, &n, err));
    if (n != 2) return mbill__cbor_refuse(&in, at, err, "a protected header with other labels than algorithm and key");
    MBILL_TRY(mbill__cbor_take_int(&in, &label, err));
    if (label != LABEL_ALG) return mbill__cbor_refuse(&in, at, err, "a protected header without an algorithm");
    at = in.at;
    MBILL_TRY(mbill__cbor_take_int(&in, &alg, err));
    if (alg != ALG_EDDSA && alg != ALG_ED25519)
        return mbill__fail_at(err, MBILL_E_ALGORITHM, (int64_t)at, "algorithm %lld, expected -8 or -19", (long long)alg);
    at = in.at;
    MBILL_TRY(mbill__cbor_take_int(&in, &label, err));
    if (label != LABEL_KID) return mbill__cbor_refuse(&in, at, err, "a protected header without a key's name");
    MBILL_TRY(mbill__cbor_take_string(&in, MBILL__CBOR_BYTES, MBILL_KID_BYTES, &kid, err));
    *out_kid = kid.p;
    return MBILL_OK;
}

static mbill_status parse_empty_map(mbill__cbor_in *in, mbill_error *err)
{
    uint64_t n;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_MAP, &n, err));
    return n == 0 ? MBILL_OK : mbill__cbor_refuse(in, at, err, "an unprotected header, expected an empty one");
}

static mbill_status parse_payload(mbill__cbor_in *in, size_t payload_max, mbill__message *out, mbill_error *err)
{
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, 0, &out->payload, err));
    if (out->payload.n > payload_max)
        return mbill__fail(err, MBILL_E_LIMIT, "a payload of %zu bytes, expected %zu at most", out->payload.n, payload_max);
    out->payload_at = (size_t)(out->payload.p - in->start);
    return MBILL_OK;
}

static mbill_status parse_array(mbill__cbor_in *in, uint64_t count, mbill_error *err)
{
    uint64_t n;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_ARRAY, &n, err));
    return n == count ? MBILL_OK : mbill__cbor_refuse(in, at, err, "an array of another length than the profile has");
}

static mbill_status take_signature_bytes(mbill__cbor_in *in, mbill__signature *out, mbill_error *err)
{
    mbill_bytes bytes;
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, MBILL_SIGNATURE_BYTES, &bytes, err));
    out->bytes = bytes.p;
    return MBILL_OK;
}

static mbill_status parse_sign1(mbill__cbor_in *in, size_t payload_max, mbill__message *out, mbill_error *err)
{
    mbill__signature *signature = &out->signatures[0];
    out->n_signatures = 1;
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, 0, &signature->protected_header, err));
    MBILL_TRY(parse_header(in, signature->protected_header, &signature->kid, err));
    MBILL_TRY(parse_empty_map(in, err));
    MBILL_TRY(parse_payload(in, payload_max, out, err));
    return take_signature_bytes(in, signature, err);
}

static mbill_status parse_signatures(mbill__cbor_in *in, mbill__message *out, mbill_error *err)
{
    uint64_t n;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_ARRAY, &n, err));
    if (n == 0 || n > MBILL_SIGNERS_MAX) return mbill__cbor_refuse(in, at, err, "no signature, or more than 16");
    for (size_t i = 0; i < n; i++) {
        mbill__signature *signature = &out->signatures[i];
        at = in->at;
        MBILL_TRY(parse_array(in, 3, err));
        MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, 0, &signature->protected_header, err));
        MBILL_TRY(parse_header(in, signature->protected_header, &signature->kid, err));
        if (i > 0 && memcmp(signature[-1].kid, signature->kid, MBILL_KID_BYTES) >= 0)
            return mbill__fail_at(err, MBILL_E_NONCANONICAL, (int64_t)at,
                "a signature out of order or twice, expected rising key names");
        MBILL_TRY(parse_empty_map(in, err));
        MBILL_TRY(take_signature_bytes(in, signature, err));
    }
    out->n_signatures = (size_t)n;
    return MBILL_OK;
}

static mbill_status parse_sign(mbill__cbor_in *in, size_t payload_max, mbill__message *out, mbill_error *err)
{
    mbill_bytes header;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, 0, &header, err));
    if (header.n != 0) return mbill__cbor_refuse(in, at, err, "a protected header of the body, expected an empty string");
    MBILL_TRY(parse_empty_map(in, err));
    MBILL_TRY(parse_payload(in, payload_max, out, err));
    return parse_signatures(in, out, err);
}

mbill_status mbill__message_parse(mbill_bytes in, size_t bytes_max, size_t payload_max, mbill__message *out, mbill_error *err)
{
    mbill__cbor_in at = {in.p, 0, in.n, MBILL_E_STRUCTURE};
    uint64_t tag;
    if (in.p == NULL && in.n > 0) return mbill__fail(err, MBILL_E_MISUSE, "in is NULL");
    if (in.n > bytes_max) return mbill__fail(err, MBILL_E_LIMIT, "a message of %zu bytes, expected %zu at most", in.n, bytes_max);
    MBILL_TRY(mbill__cbor_check(&at, err));
    out->whole = in;
    MBILL_TRY(mbill__cbor_take(&at, MBILL__CBOR_TAG, &tag, err));
    if (tag != TAG_SIGN1 && tag != TAG_SIGN) return mbill__cbor_refuse(&at, 0, err, "another tag than 18 and 98");
    out->is_by_many = tag == TAG_SIGN;
    MBILL_TRY(parse_array(&at, 4, err));
    return out->is_by_many ? parse_sign(&at, payload_max, out, err) : parse_sign1(&at, payload_max, out, err);
}
