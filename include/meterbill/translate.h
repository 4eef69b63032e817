/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file translate.h  From a signed command to a meter's frame, and from what the meter says back to what became of the command.
 *
 * The wires of meters know no signature: what protects a meter ends at the gateway that calls these functions, after mbill_command_open(),
 * mbill_replay_admit() and mbill_command_may_run(). Three steps, the same for every protocol: the frame of the command, the frame that reads
 * back what it did, and the evidence in the replies, which mbill_receipt_judge() turns into a state. An acknowledgement alone never confirms.
 *
 * @code
 * mbill_means means = MBILL_MEANS_INIT;
 * means.has = MBILL_MEANS_OFFSET | MBILL_MEANS_PASSWORD;
 * means.offset_s = 8 * 3600;
 * if (mbill_dlt645_from_command(&trip, &profile, &means, now_s, sent, sizeof sent, &n_sent, &err) != MBILL_OK) …
 * … the bytes go out, a reply comes or does not …
 * if (mbill_dlt645_read_back((mbill_bytes){sent, n_sent}, &profile, asked, sizeof asked, &n_asked, &err) != MBILL_OK) …
 * … again …
 * mbill_dlt645_evidence((mbill_bytes){sent, n_sent}, reply, (mbill_bytes){asked, n_asked}, told, &profile, &evidence, &err);
 * mbill_receipt_judge(trip.kind, &evidence, &receipt.state, &err);
 * @endcode
 */
#ifndef MBILL_TRANSLATE_H
#define MBILL_TRANSLATE_H

#include "meterbill/cjt188.h"
#include "meterbill/command.h"
#include "meterbill/dlt645.h"
#include "meterbill/receipt.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_MEANS_OFFSET 0x1u   /**< `offset_s` is said; without it nothing that holds a time is built */
#define MBILL_MEANS_PASSWORD 0x2u /**< `password` is said; there is no default one */
#define MBILL_MEANS_CUSTOMER 0x4u /**< `customer` is said */

#define MBILL_MEANS_SEALED_BYTES 20 /**< of ciphertext and MAC of a sealed control frame */
#define MBILL_MEANS_TOPUP_MACS 8    /**< of the two MACs of a top-up */

/** What a frame needs and a command does not hold: of one meter, and of whoever keeps its security module's keys. Secrets in it stay the caller's. */
typedef struct mbill_means {
    uint32_t struct_size; /**< sizeof(mbill_means) */
    uint32_t has;         /**< MBILL_MEANS_… */
    int32_t offset_s;     /**< the meter's clock less UTC, -50400 to 50400, all year */
    uint32_t di; /**< tariff: what is written: a switch time (04000106 to 04000109), a count, or a table of a set not in use */
    uint8_t password[3];      /**< P0 P1 P2 as on the wire */
    uint8_t reserved;         /**< 0 */
    uint8_t operator_code[4]; /**< C0 to C3 as on the wire */
    uint8_t customer[6];      /**< top-up: customer number, low byte first */
    uint8_t type;             /**< CJ/T 188: T of the meter, 10H to 39H */
    uint8_t ser;              /**< CJ/T 188: SER of this frame; another one for each */
    mbill_bytes table;        /**< tariff: the bytes of the table; n = 0 where @p di is a switch time, which is the command's */
    mbill_bytes
        sealed; /**< control: ciphertext and MAC, #MBILL_MEANS_SEALED_BYTES, in place of password, order and expiry; n = 0: none */
    mbill_bytes macs; /**< top-up: MAC of amount and count, MAC of customer number; tariff: the MAC of level 99H; n = 0: none */
} mbill_means;

/** Means to start from. */
#define MBILL_MEANS_INIT                                                                                                         \
    {                                                                                                                            \
        .struct_size = (uint32_t)sizeof(mbill_means)                                                                             \
    }

/**
 * The DL/T 645 frame of a command to one meter ("e/" and 12 digits).
 *
 * Trip, both closes, alarm and keep power become control frames (1CH), top-up one of security (03H), tariff and clock writes (14H), read a read (11H). The frame
 * of a control command is void when the command is, and at most the profile's expiry_cap_s from now; one without a limit is never built, nor one for more than
 * one meter. What is in a sealed frame is the word of who sealed it. A tariff command carries one table or switch time a frame: write the tables not in
 * use, read them back, then the switch time.
 *
 * @param command      not NULL; of mbill_command_open()
 * @param profile      NULL = defaults; a top-up needs topup_amount and topup_count
 * @param means        NULL: none
 * @param now_s        UTC
 * @param[out] out     the frame with its preamble; untouched on failure
 * @param cap          room; #MBILL_DLT645_FRAME_MAX + #MBILL_DLT645_PREAMBLE are always enough
 * @param[out] out_n   bytes; untouched on failure
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY     the protocol has no such command; a group, or an address of more than one meter; an amount that is no multiple of 0.01; a switch
 *         time that is no whole minute; a table in use or none of a tariff; no password, or no MAC, where one is needed; what mbill_dlt645_permit() refuses
 * @retval MBILL_E_ADDRESS    the target is no DL/T 645 meter
 * @retval MBILL_E_EXPIRED    the command is void by now
 * @retval MBILL_E_NOT_YET    it is before its time
 * @retval MBILL_E_UNDECIDED  the profile does not say how a top-up is written
 * @retval MBILL_E_RANGE      an amount, count or time that does not fit the wire; an offset or profile member out of range
 * @retval MBILL_E_LENGTH     MACs, ciphertext or a table of another length than theirs
 * @retval MBILL_E_ROOM       @p cap is too small
 * @retval MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in the frame; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_from_command(const mbill_command *command,
    const mbill_dlt645_profile *profile, const mbill_means *means, int64_t now_s, uint8_t *out, size_t cap, size_t *out_n,
    mbill_error *err);

/**
 * The frame that reads back what a frame did: status word 3 after control, the same identifier after a write, the wallet after a top-up.
 *
 * @param sent         of mbill_dlt645_from_command()
 * @param profile      NULL = defaults
 * @param[out] out     the frame; untouched on failure
 * @param cap          room
 * @param[out] out_n   bytes; 0 after a read, whose reply tells all itself; untouched on failure
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY  nothing reads back what such a frame does
 * @retval MBILL_E_SHAPE, MBILL_E_CHECKSUM, MBILL_E_FUNCTION, …  @p sent is no frame
 * @retval MBILL_E_ROOM, MBILL_E_MISUSE
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_read_back(mbill_bytes sent, const mbill_dlt645_profile *profile, uint8_t *out,
    size_t cap, size_t *out_n, mbill_error *err);

/**
 * What replies prove of a command. A reply that is no whole frame, another meter's, an echo or one to something else is #MBILL_ANSWER_OTHER and proves
 * nothing; so does what was read back with the wrong identifier or checksum.
 *
 * Proof is status word 3 after control; the same bytes after a write (of a clock: at most a minute later); the purchase count after a top-up; the values
 * themselves of a read. What was written sealed cannot be compared.
 *
 * @param sent              of mbill_dlt645_from_command()
 * @param reply             what came, one frame; n = 0: nothing in time
 * @param asked             of mbill_dlt645_read_back(); n = 0: nothing was asked
 * @param told              the reply to @p asked; n = 0: nothing in time
 * @param profile           NULL = defaults
 * @param[out] out_evidence for mbill_receipt_judge(); untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_SHAPE, MBILL_E_CHECKSUM, MBILL_E_FUNCTION, …  @p sent or @p asked is no frame
 * @retval MBILL_E_MISUSE
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_evidence(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked,
    mbill_bytes told, const mbill_dlt645_profile *profile, mbill_evidence *out_evidence, mbill_error *err);

/**
 * The CJ/T 188 frame of a command to one meter ("w/", "h/" or "g/" and the 14 hex digits of its address, the maker's first).
 *
 * Valve open and close write A017 (55H, 99H), a top-up A013 with the last two digits of its count, clock A015; read asks for two bytes of @p di. The wire has no limit
 * of time and no password: what protects the valve ends here.
 *
 * @param command      not NULL; of mbill_command_open()
 * @param profile      with di_order, which has no default
 * @param means        `type`, which is one of the target's kind; `ser`; `offset_s` for a clock
 * @param now_s        UTC
 * @param[out] out     the frame with its preamble; untouched on failure
 * @param cap          room; #MBILL_CJT188_FRAME_MAX + 4 are always enough
 * @param[out] out_n   bytes; untouched on failure
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY     the protocol has no such command; a group, or an address of more than one meter; a type of another kind of meter; an amount that
 *         is no multiple of 0.01; what mbill_cjt188_allow() refuses
 * @retval MBILL_E_ADDRESS    the target is no CJ/T 188 meter
 * @retval MBILL_E_EXPIRED, MBILL_E_NOT_YET  as mbill_dlt645_from_command()
 * @retval MBILL_E_UNDECIDED  the profile has no di_order
 * @retval MBILL_E_DI         no such identifier
 * @retval MBILL_E_RANGE      an amount or time that does not fit the wire; an offset out of range
 * @retval MBILL_E_ROOM, MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in the frame; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_from_command(const mbill_command *command,
    const mbill_cjt188_profile *profile, const mbill_means *means, int64_t now_s, uint8_t *out, size_t cap, size_t *out_n,
    mbill_error *err);

/**
 * The frame that reads back what a frame did: 901F (whose ST has the valve) after a valve, 8105 after a top-up, 907F after a clock. Its SER is one more, so that a late
 * answer to the first is none to this one.
 *
 * @param sent         of mbill_cjt188_from_command()
 * @param profile      as it was sent
 * @param[out] out     the frame; untouched on failure
 * @param cap          room
 * @param[out] out_n   bytes; 0 after a read, whose reply tells all itself; untouched on failure
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY     nothing reads back what such a frame does
 * @retval MBILL_E_DIRECTION  @p sent is a reply
 * @retval MBILL_E_SHAPE, MBILL_E_CHECKSUM, MBILL_E_FUNCTION, …  @p sent is no frame
 * @retval MBILL_E_ROOM, MBILL_E_MISUSE
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_read_back(mbill_bytes sent, const mbill_cjt188_profile *profile, uint8_t *out,
    size_t cap, size_t *out_n, mbill_error *err);

/**
 * What replies prove of a command. A reply that is no whole frame, another meter's, an echo, one to another DI or SER is #MBILL_ANSWER_OTHER and proves nothing; so does
 * what was read back so.
 *
 * Proof is the valve in the ST that was read back (as the profile's st_valve has it), never the one in the acknowledgement; number and amount of the last purchase
 * after a top-up; a clock at most a minute later; the values themselves of a read.
 *
 * @param sent              of mbill_cjt188_from_command()
 * @param reply             what came, one frame; n = 0: nothing in time
 * @param asked             of mbill_cjt188_read_back(); n = 0: nothing was asked
 * @param told              the reply to @p asked; n = 0: nothing in time
 * @param profile           as it was sent
 * @param[out] out_evidence for mbill_receipt_judge(); untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DIRECTION  @p sent or @p asked is a reply
 * @retval MBILL_E_SHAPE, MBILL_E_CHECKSUM, MBILL_E_FUNCTION, …  @p sent or @p asked is no frame
 * @retval MBILL_E_MISUSE
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_evidence(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked,
    mbill_bytes told, const mbill_cjt188_profile *profile, mbill_evidence *out_evidence, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
