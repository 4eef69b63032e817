/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another sign confirms a command, or a receipt rests on something else. */
#include "base/fail.h"
#include "meterbill/receipt.h"

#include <stdbool.h>
#include <string.h>

/* Status word 3 of DL/T 645-2007. */
enum { RELAY_OPEN = 1 << 4, RELAY_COMMAND = 1 << 6, ALARM = 1 << 7, KEEP_POWER = 1 << 12 };
/* ST of CJ/T 188, byte 0. */
enum { VALVE_BITS = 3, VALVE_OPEN = 0, VALVE_CLOSED = 1 };

/* What the status word must be afterwards; mask 0: it says nothing of this command. */
static const struct {
    uint32_t mask, value;
} words[MBILL_COMMAND_CANCEL + 1] = {
    [MBILL_COMMAND_TRIP] = {RELAY_OPEN | RELAY_COMMAND, RELAY_OPEN | RELAY_COMMAND},
    [MBILL_COMMAND_PERMIT_CLOSE] = {RELAY_COMMAND, 0}, /* the relay follows when the user presses the key */
    [MBILL_COMMAND_DIRECT_CLOSE] = {RELAY_OPEN | RELAY_COMMAND, 0},
    [MBILL_COMMAND_ALARM_ON] = {ALARM, ALARM},
    [MBILL_COMMAND_ALARM_OFF] = {ALARM, 0},
    [MBILL_COMMAND_KEEP_ON] = {KEEP_POWER, KEEP_POWER},
    [MBILL_COMMAND_KEEP_OFF] = {KEEP_POWER, 0},
};

static const char *const names[] = {"received", "verified", "sent", "accepted", "confirmed", "refused", "expired", "superseded",
    "unknown"};

const char *mbill_receipt_state_name(int32_t state)
{
    return state >= MBILL_RECEIPT_RECEIVED && state <= MBILL_RECEIPT_UNKNOWN ? names[state - MBILL_RECEIPT_RECEIVED] : NULL;
}

static bool is_as_ordered(int32_t kind, const mbill_evidence *e)
{
    bool is_valve = kind == MBILL_COMMAND_VALVE_OPEN || kind == MBILL_COMMAND_VALVE_CLOSE;
    if (is_valve)
        return (e->has & MBILL_EVIDENCE_VALVE) != 0 &&
            (e->valve & VALVE_BITS) == (kind == MBILL_COMMAND_VALVE_OPEN ? VALVE_OPEN : VALVE_CLOSED);
    if (words[kind].mask != 0)
        return (e->has & MBILL_EVIDENCE_STATUS) != 0 && (e->status_word & words[kind].mask) == words[kind].value;
    return (e->has & MBILL_EVIDENCE_SAME) != 0;
}

mbill_status mbill_receipt_judge(int32_t kind, const mbill_evidence *evidence, int32_t *out_state, mbill_error *err)
{
    mbill_evidence e;
    MBILL__NEED(evidence);
    MBILL__NEED(out_state);
    MBILL_TRY(mbill__struct_read(&e, sizeof e, sizeof e, evidence, err));
    if (mbill_command_name(kind) == NULL) return mbill__fail(err, MBILL_E_INVALID, "kind %d, expected 1 to 15", (int)kind);
    if (e.answer < MBILL_ANSWER_NONE || e.answer > MBILL_ANSWER_OTHER)
        return mbill__fail(err, MBILL_E_INVALID, "answer %d, expected 0 to 3", (int)e.answer);
    if ((e.has & ~(MBILL_EVIDENCE_STATUS | MBILL_EVIDENCE_VALVE | MBILL_EVIDENCE_SAME)) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "evidence with unknown members %x", (unsigned)e.has);
    if (e.answer == MBILL_ANSWER_REFUSED) *out_state = MBILL_RECEIPT_REFUSED;
    else if (is_as_ordered(kind, &e)) *out_state = MBILL_RECEIPT_CONFIRMED;
    else *out_state = e.answer == MBILL_ANSWER_ACCEPTED ? MBILL_RECEIPT_ACCEPTED : MBILL_RECEIPT_UNKNOWN;
    return MBILL_OK;
}

static void take_status(const mbill_evidence *evidence, mbill_receipt *r)
{
    if ((evidence->has & (MBILL_EVIDENCE_STATUS | MBILL_EVIDENCE_VALVE)) == 0) return;
    r->has |= MBILL_RECEIPT_HAS_STATUS;
    r->status_word = (evidence->has & MBILL_EVIDENCE_STATUS) != 0 ? evidence->status_word : evidence->valve;
}

mbill_status mbill_receipt_make(const mbill_command *command, const uint8_t command_hash[32], mbill_bytes sent, mbill_bytes reply,
    const mbill_evidence *evidence, int64_t time_s, mbill_receipt *out_receipt, mbill_error *err)
{
    mbill_receipt made = MBILL_RECEIPT_INIT;
    MBILL__NEED(command);
    MBILL__NEED(command_hash);
    MBILL__NEED(out_receipt);
    if (sent.n > 0) MBILL__NEED(sent.p);
    if (reply.n > 0) MBILL__NEED(reply.p);
    MBILL_TRY(mbill_receipt_judge(command->kind, evidence, &made.state, err));
    made.time_s = time_s;
    made.id = command->id;
    made.seq = command->seq;
    made.has = MBILL_RECEIPT_HAS_REQUEST;
    memcpy(made.command_hash, command_hash, sizeof made.command_hash);
    mbill_command_hash(sent, made.request_hash);
    if (reply.n > 0 && reply.n <= sizeof made.reply) {
        made.has |= MBILL_RECEIPT_HAS_REPLY;
        made.n_reply = (uint32_t)reply.n;
        memcpy(made.reply, reply.p, reply.n);
    }
    take_status(evidence, &made);
    *out_receipt = made;
    return MBILL_OK;
}
