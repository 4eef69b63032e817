/* SPDX-License-Identifier: Apache-2.0 */
/* Frames: codecs as documents, what is shared by protocols, and every refusal of theirs. */
#include "check_run.h"
#include "meterbill/frame.h"
#include "refusal.h"

#include <stdlib.h>

static const uint8_t reply[] = {0x68, 0x61, 0x01, 0, 0, 0, 0, 0x68, 0x91, 0x08, 0x33, 0x33, 0x34, 0x33, 0x59, 0x33, 0x33, 0x33,
    0x8A, 0x16};

static mbill_frame_codec *open_codec(const char *profile)
{
    mbill_frame_codec *codec;
    ck_assert_int_eq(mbill_frame_codec_open("dlt645", profile, profile != NULL ? strlen(profile) : 0, NULL, &codec, NULL),
        MBILL_OK);
    return codec;
}

START_TEST(decodes_and_encodes)
{
    mbill_frame_codec *codec = open_codec(NULL);
    mbill_frame_verdict verdict;
    char text[1024];
    uint8_t again[64];
    size_t len = 0, n;
    ck_assert_int_eq(mbill_frame_decode(codec, (mbill_bytes){reply, sizeof reply}, (mbill_bytes){NULL, 0}, NULL, &len, &verdict,
                         NULL),
        MBILL_OK);
    ck_assert_uint_le(len, sizeof text);
    ck_assert_int_eq(mbill_frame_decode(codec, (mbill_bytes){reply, sizeof reply}, (mbill_bytes){NULL, 0}, text, &len, &verdict,
                         NULL),
        MBILL_OK);
    ck_assert_int_eq(verdict.layer, 0);
    ck_assert_ptr_nonnull(strstr(text, "\"value\":\"0.26\",\"unit\":\"kWh\""));
    ck_assert_int_eq(mbill_frame_encode(codec, text, strlen(text), again, sizeof again, &n, &verdict, NULL), MBILL_OK);
    ck_assert_uint_eq(n, sizeof reply);
    ck_assert_mem_eq(again, reply, n);
    mbill_frame_codec_free(codec);
}
END_TEST

START_TEST(names)
{
    ck_assert_str_eq(mbill_frame_protocol_name(0), "dlt645");
    ck_assert_ptr_null(mbill_frame_protocol_name(1000));
    ck_assert_str_eq(mbill_frame_layer_name(MBILL_FRAME_LAYER_FRAME), "frame");
    ck_assert_str_eq(mbill_frame_layer_name(MBILL_FRAME_LAYER_POLICY), "policy");
    ck_assert_ptr_null(mbill_frame_layer_name(0));
    ck_assert_ptr_null(mbill_frame_layer_name(6));
    ck_assert_str_eq(mbill_frame_unit_name(MBILL_FRAME_UNIT_KWH), "kWh");
    ck_assert_str_eq(mbill_frame_unit_name(MBILL_FRAME_UNIT_H), "h");
    ck_assert_ptr_null(mbill_frame_unit_name(MBILL_FRAME_UNIT_H + 1));
    ck_assert_ptr_null(mbill_frame_unit_name(-1));
}
END_TEST

#define HEAD "{\"meterbill\":1,\"kind\":\"frame\",\"protocol\":\"dlt645\",\"address\":\"000000000161\","

/* Documents that make no frame: status, layer (0: the document is at fault), place. */
static const struct {
    const char *json;
    mbill_status status;
    int32_t layer;
    const char *path, *part;
} documents[] = {
    {"{", MBILL_E_SYNTAX, 0, "", ""},
    {"{\"meterbill\":1,\"kind\":\"bill\"}", MBILL_E_INVALID, 0, "/kind", "frame"},
    {"{\"meterbill\":1,\"kind\":\"frame\"}", MBILL_E_MISSING_KEY, 0, "/protocol", ""},
    {"{\"meterbill\":1,\"kind\":\"frame\",\"protocol\":\"mbus\"}", MBILL_E_INVALID, 0, "/protocol", "dlt645"},
    {HEAD "\"control\":\"01\"}", MBILL_E_FUNCTION, 0, "/control", "2007"},
    {HEAD "\"control\":\"11\"}", MBILL_E_MISSING_KEY, 0, "/di", ""},
    {HEAD "\"control\":\"11\",\"di\":\"000100\"}", MBILL_E_LENGTH, 0, "/di", "expected 4"},
    {HEAD "\"control\":\"11\",\"di\":\"0001000X\"}", MBILL_E_INVALID, 0, "/di", "hexadecimal"},
    {HEAD "\"control\":\"11\",\"di\":\"00010000\",\"more\":true}", MBILL_E_UNKNOWN_KEY, 0, "/more", "nothing"},
    {HEAD "\"control\":\"11\",\"di\":\"00010000\",\"length\":5}", MBILL_E_INVALID, 0, "/length", "comes to"},
    {HEAD "\"control\":\"91\",\"data\":\"0000010026000000\",\"value\":\"0.27\"}", MBILL_E_INVALID, 0, "/value", "comes to"},
    {HEAD "\"control\":\"91\",\"data\":\"\"}", MBILL_E_LENGTH, MBILL_FRAME_LAYER_FUNCTION, "", "L is 0"},
    {HEAD "\"control\":\"91\",\"data\":\"000001002600000A\"}", MBILL_E_BCD, MBILL_FRAME_LAYER_VALUE, "", "digit"},
};

START_TEST(documents_refused)
{
    mbill_frame_codec *codec = open_codec(NULL);
    mbill_frame_verdict verdict;
    uint8_t out[512];
    size_t n = 77;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_frame_encode(codec, documents[_i].json, strlen(documents[_i].json), out, sizeof out, &n, &verdict,
        &err);
    assert_refusal_path(&err, status, documents[_i].status, documents[_i].path, documents[_i].part);
    ck_assert_int_eq(verdict.layer, documents[_i].layer);
    ck_assert_uint_eq(n, 77);
    mbill_frame_codec_free(codec);
}
END_TEST

#define PROFILE "{\"meterbill\":1,\"kind\":\"frame_profile\",\"protocol\":\"dlt645\""

static const struct {
    const char *json;
    mbill_status status;
    const char *path;
} profiles[] = {
    {PROFILE ",\"flag\":1}", MBILL_E_UNKNOWN_KEY, "/flag"},
    {PROFILE ",\"checksum\":\"half\"}", MBILL_E_INVALID, "/checksum"},
    {PROFILE ",\"read_limit\":0}", MBILL_E_RANGE, "/read_limit"},
    {PROFILE ",\"write_limit\":256}", MBILL_E_RANGE, "/write_limit"},
    {PROFILE ",\"pa\":2}", MBILL_E_TYPE, "/pa"},
    {PROFILE ",\"pa_clear\":\"004\"}", MBILL_E_INVALID, "/pa_clear"},
    {PROFILE ",\"n2\":\"0100\"}", MBILL_E_LENGTH, "/n2"},
    {PROFILE ",\"serr_bytes\":3}", MBILL_E_RANGE, "/serr_bytes"},
    {PROFILE ",\"topup_amount\":\"cents\"}", MBILL_E_INVALID, "/topup_amount"},
    {PROFILE ",\"topup_count\":true}", MBILL_E_TYPE, "/topup_count"},
    {PROFILE ",\"rows\":\"up\"}", MBILL_E_INVALID, "/rows"},
    {PROFILE ",\"expiry_cap_s\":0}", MBILL_E_RANGE, "/expiry_cap_s"},
    {"{\"meterbill\":1,\"kind\":\"frame\"}", MBILL_E_INVALID, "/kind"},
    {"{\"meterbill\":1,\"kind\":\"frame_profile\"}", MBILL_E_MISSING_KEY, "/protocol"},
};

START_TEST(profiles_refused)
{
    mbill_frame_codec *codec = (mbill_frame_codec *)&codec;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_frame_codec_open("dlt645", profiles[_i].json, strlen(profiles[_i].json), NULL, &codec, &err);
    assert_refusal_path(&err, status, profiles[_i].status, profiles[_i].path, "");
    ck_assert_ptr_null(codec);
}
END_TEST

START_TEST(misuse)
{
    mbill_frame_codec *codec;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_frame_codec_open("dlms", NULL, 0, NULL, &codec, &err), MBILL_E_NOT_FOUND, "protocol");
    ck_assert_ptr_null(codec);
    assert_refusal(&err, mbill_frame_codec_open(NULL, NULL, 0, NULL, &codec, &err), MBILL_E_MISUSE, "protocol");
    assert_refusal(&err, mbill_frame_decode(NULL, (mbill_bytes){NULL, 0}, (mbill_bytes){NULL, 0}, NULL, NULL, NULL, &err),
        MBILL_E_MISUSE, "codec");
    mbill_frame_codec_free(NULL);
}
END_TEST

/* Noise, a frame in two pieces, another, and a start that stays one. */
START_TEST(feeds)
{
    mbill_frame_codec *codec = open_codec(NULL);
    uint8_t bytes[100] = {0x68, 0x00, 0xFE};
    size_t n = 3, used, found = 0;
    mbill_bytes frame;
    for (int i = 0; i < 2; i++, n += sizeof reply) memcpy(bytes + n, reply, sizeof reply);
    bytes[n++] = 0x68;
    for (size_t at = 0; at < n; at += used) {
        size_t piece = at < 7 ? 7 - at : n - at;
        ck_assert_int_eq(mbill_frame_feed(codec, (mbill_bytes){bytes + at, piece}, &used, &frame, NULL), MBILL_OK);
        if (frame.n == 0) continue;
        ck_assert_uint_eq(frame.n, sizeof reply);
        ck_assert_mem_eq(frame.p, reply, sizeof reply);
        found++;
    }
    ck_assert_int_eq(mbill_frame_feed(codec, (mbill_bytes){NULL, 0}, &used, &frame, NULL), MBILL_OK);
    ck_assert_uint_eq(frame.n, 0);
    ck_assert_uint_eq(found, 2);
    mbill_frame_codec_free(codec);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_test(ok, decodes_and_encodes);
    tcase_add_test(ok, names);
    tcase_add_test(ok, feeds);
    tcase_add_loop_test(refused, documents_refused, 0, sizeof documents / sizeof documents[0]);
    tcase_add_loop_test(refused, profiles_refused, 0, sizeof profiles / sizeof profiles[0]);
    tcase_add_test(refused, misuse);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}
