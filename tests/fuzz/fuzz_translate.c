/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as frames, and what replies prove. The first byte says what the rest is. 0: two replies as they came, behind the length of the first; 1: two replies whose
 * control and data alone are given; 2: means, a NUL and a document of frames. Laws: a frame that was built reads back; nothing is proved but by a frame that matches its
 * question; an echo is no answer; a confirmed command was read back; a refusal has a message. */
#include "meterbill/translate.h"
#include "meterbill/translate_document.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOW_S INT64_C(1795269600)
enum { KINDS = MBILL_COMMAND_CANCEL };

static const mbill_dlt645_profile power = {.struct_size = sizeof power,
    .topup_amount = MBILL_DLT645_NUMBER_BCD,
    .topup_count = MBILL_DLT645_NUMBER_BINARY};
static const mbill_cjt188_profile water = {.struct_size = sizeof water, .di_order = MBILL_CJT188_HIGH_FIRST};

typedef struct wire {
    uint8_t p[MBILL_CJT188_FRAME_MAX + 4];
    size_t n;
} wire;

static void need(bool holds)
{
    if (!holds) abort();
}

static mbill_bytes bytes_of(const wire *of)
{
    return (mbill_bytes){of->p, of->n};
}

/* ---- a command and its two frames ---- */

static mbill_command command_of(int32_t kind, bool is_water)
{
    mbill_command command = MBILL_COMMAND_INIT;
    command.kind = kind;
    command.exp_s = NOW_S + 300;
    command.amount_micro = 12340000;
    command.count = 7;
    command.clock_s = NOW_S;
    command.di = is_water ? 0x901F : 0x00010000;
    strcpy(command.target, is_water ? "w/1a2b0000000123" : "e/000000000001");
    return command;
}

/* false: the protocol has no such frame, and says so. */
static bool make(const mbill_command *command, bool is_water, wire *sent, wire *asked)
{
    static const uint8_t macs[MBILL_MEANS_TOPUP_MACS] = {1};
    mbill_means means = MBILL_MEANS_INIT;
    mbill_error err;
    mbill_error_init(&err);
    means.has = MBILL_MEANS_OFFSET | MBILL_MEANS_PASSWORD | MBILL_MEANS_CUSTOMER;
    means.type = 0x10;
    means.ser = 9;
    if (command->kind == MBILL_COMMAND_TOP_UP) means.macs = (mbill_bytes){macs, sizeof macs};
    mbill_status status = is_water
        ? mbill_cjt188_from_command(command, &water, &means, NOW_S, sent->p, sizeof sent->p, &sent->n, &err)
        : mbill_dlt645_from_command(command, &power, &means, NOW_S, sent->p, sizeof sent->p, &sent->n, &err);
    need(status == MBILL_OK || (status == MBILL_E_POLICY && err.message[0] != '\0'));
    if (status != MBILL_OK) return false;
    need((is_water ? mbill_cjt188_read_back(bytes_of(sent), &water, asked->p, sizeof asked->p, &asked->n, NULL)
                   : mbill_dlt645_read_back(bytes_of(sent), &power, asked->p, sizeof asked->p, &asked->n, NULL)) == MBILL_OK);
    return true;
}

/* ---- what replies prove ---- */

static bool matches(bool is_water, mbill_bytes request, mbill_bytes reply)
{
    mbill_cjt188_frame a, b;
    mbill_dlt645_frame c, d;
    if (reply.n == 0) return false;
    if (is_water)
        return mbill_cjt188_decode(request, &water, &a, NULL) == MBILL_OK &&
            mbill_cjt188_decode(reply, &water, &b, NULL) == MBILL_OK && mbill_cjt188_match(&a, &b, NULL) == MBILL_OK;
    return mbill_dlt645_decode(request, &power, &c, NULL) == MBILL_OK &&
        mbill_dlt645_decode(reply, &power, &d, NULL) == MBILL_OK && mbill_dlt645_match(&c, &d, NULL) == MBILL_OK;
}

static mbill_evidence evidence_of(bool is_water, const wire *sent, mbill_bytes reply, const wire *asked, mbill_bytes told)
{
    mbill_evidence out;
    need((is_water ? mbill_cjt188_evidence(bytes_of(sent), reply, bytes_of(asked), told, &water, &out, NULL)
                   : mbill_dlt645_evidence(bytes_of(sent), reply, bytes_of(asked), told, &power, &out, NULL)) == MBILL_OK);
    return out;
}

static void judge(int32_t kind, bool is_water, const wire *sent, const wire *asked, mbill_bytes reply, mbill_bytes told)
{
    const mbill_bytes none = {NULL, 0};
    int32_t state = 0;
    mbill_evidence evidence = evidence_of(is_water, sent, reply, asked, told);
    bool answered = evidence.answer == MBILL_ANSWER_ACCEPTED || evidence.answer == MBILL_ANSWER_REFUSED;
    need(!answered || matches(is_water, bytes_of(sent), reply));
    need((evidence.answer == MBILL_ANSWER_NONE) == (reply.n == 0));
    if (asked->n > 0) need(evidence.has == 0 || matches(is_water, bytes_of(asked), told));
    need(mbill_receipt_judge(kind, &evidence, &state, NULL) == MBILL_OK);
    need(state != MBILL_RECEIPT_CONFIRMED || evidence.has != 0);
    evidence = evidence_of(is_water, sent, bytes_of(sent), asked, bytes_of(asked));
    need(evidence.answer == MBILL_ANSWER_OTHER && evidence.has == 0);
    evidence = evidence_of(is_water, sent, reply, asked, none);
    need(asked->n == 0 || evidence.has == 0); /* an acknowledgement alone */
}

static wire form(bool is_water, const uint8_t *data, size_t size)
{
    static const uint8_t address[6] = {1};
    mbill_cjt188_frame of_water = {.type = 0x10, .address = {0x23, 0x01, 0, 0, 0, 0x2B, 0x1A}};
    mbill_dlt645_frame of_power;
    wire out = {{0}, 0};
    if (size == 0) return out;
    of_water.control = data[0];
    of_water.data = (mbill_bytes){data + 1, size - 1 < UINT8_MAX ? size - 1 : UINT8_MAX};
    if (is_water) need(mbill_cjt188_encode(&of_water, &water, out.p, sizeof out.p, &out.n, NULL) == MBILL_OK);
    else if (mbill_dlt645_make(address, data[0], of_water.data, &of_power, NULL) == MBILL_OK)
        need(mbill_dlt645_encode(&of_power, &power, out.p, sizeof out.p, &out.n, NULL) == MBILL_OK);
    return out;
}

static void replies(const uint8_t *data, size_t size, bool formed)
{
    bool is_water = (data[0] & 1) != 0;
    int32_t kind = data[0] / 2 % KINDS + 1;
    size_t n = data[1] < size - 2 ? data[1] : size - 2;
    mbill_command command = command_of(kind, is_water);
    mbill_bytes reply = {data + 2, n}, told = {data + 2 + n, size - 2 - n};
    wire sent, asked;
    if (!make(&command, is_water, &sent, &asked)) return;
    wire first = form(is_water, reply.p, reply.n), second = form(is_water, told.p, told.n);
    if (formed) judge(kind, is_water, &sent, &asked, bytes_of(&first), bytes_of(&second));
    else judge(kind, is_water, &sent, &asked, reply, told);
}

/* ---- documents ---- */

static void documents(const char *text, size_t size)
{
    static const char profile[] =
        "{\"meterbill\":1,\"kind\":\"frame_profile\",\"protocol\":\"cjt188\",\"di_order\":\"high_first\"}";
    const char *end = memchr(text, '\0', size);
    size_t len = end != NULL ? (size_t)(end - text) : size, room;
    char out[4096];
    mbill_translator *by = (mbill_translator *)(void *)&len;
    const mbill_bytes none = {NULL, 0};
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_translator_open("cjt188", profile, sizeof profile - 1, text, len, NULL, &by, &err);
    if (status != MBILL_OK) {
        need(by == NULL && err.message[0] != '\0');
        return;
    }
    mbill_command command = command_of(MBILL_COMMAND_VALVE_CLOSE, true);
    room = sizeof out;
    status = mbill_translate_frames(by, &command, NULL, NOW_S, out, &room, &err);
    if (status == MBILL_OK) {
        char answer[4096];
        size_t n = room - 1;
        room = sizeof answer;
        need(mbill_translate_answer(by, out, n, none, none, NOW_S, answer, &room, NULL) == MBILL_OK);
    } else {
        need(err.message[0] != '\0');
    }
    room = sizeof out;
    mbill_error_init(&err);
    if (end != NULL && mbill_translate_answer(by, end + 1, size - len - 1, none, none, NOW_S, out, &room, &err) != MBILL_OK)
        need(err.message[0] != '\0');
    mbill_translator_free(by);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4) return 0;
    if (data[0] % 3 == 2) documents((const char *)data + 1, size - 1);
    else replies(data + 1, size - 1, data[0] % 3 == 1);
    return 0;
}
