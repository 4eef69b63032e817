/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cjt188_command.h  From a command that was opened and may run to the frame of a CJ/T 188 meter, and to the frame that reads back what it did.
 *
 * This wire knows neither signature nor password nor an end of its frames: what protects a valve ends at the gateway that calls these functions.
 *
 * @code
 * mbill_cjt188_access access = {.struct_size = sizeof access, .type = 0x10, .ser = next};
 * mbill_cjt188_from_command(&valve_close, &profile, &access, now_s, sent, sizeof sent, &n_sent, &err);
 * … send; then, whether or not an answer came …
 * mbill_cjt188_read_back((mbill_bytes){sent, n_sent}, &profile, asked, sizeof asked, &n_asked, &err);
 * @endcode
 */
#ifndef MBILL_CJT188_COMMAND_H
#define MBILL_CJT188_COMMAND_H

#include "meterbill/cjt188.h"
#include "meterbill/command.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a frame needs and a command does not hold. */
typedef struct mbill_cjt188_access {
    uint32_t struct_size; /**< sizeof(mbill_cjt188_access) */
    int32_t has_offset;   /**< not 0: `offset_s` is said; without it no clock is set */
    int32_t offset_s;     /**< the meter's clock less UTC, -50400 to 50400, all year */
    uint8_t type;         /**< T of the meter: 10H to 19H for w/, 20H to 29H for h/, 30H to 39H for g/ */
    uint8_t ser;          /**< SER of this frame; another one for each */
    uint8_t reserved[2];  /**< 0 */
} mbill_cjt188_access;

/**
 * The CJ/T 188 frame of a command to one meter ("w/", "h/" or "g/" and the 14 hex digits of its address, the maker's first).
 *
 * Valve open and close write A017 (55H, 99H), a top-up A013 with the last two digits of its count, clock A015; read asks for two bytes of @p di. The wire has no limit
 * of time and no password: what protects the valve ends here.
 *
 * @param command      not NULL; of mbill_command_open()
 * @param profile      with di_order, which has no default
 * @param access       not NULL
 * @param now_s        UTC
 * @param[out] out     the frame with its preamble; untouched on failure
 * @param cap          room; #MBILL_CJT188_FRAME_MAX + 4 are always enough
 * @param[out] out_n   bytes; untouched on failure
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY     the protocol has no such command; a group, or an address of more than one meter; a type of another kind of meter; an amount that
 *         is no multiple of 0.01; what mbill_cjt188_allow() refuses
 * @retval MBILL_E_ADDRESS    the target is no CJ/T 188 meter
 * @retval MBILL_E_EXPIRED    the command is void by now
 * @retval MBILL_E_NOT_YET    it is before its time
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
    const mbill_cjt188_profile *profile, const mbill_cjt188_access *access, int64_t now_s, uint8_t *out, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * The frame that reads back what a frame did: 901F (whose ST has the valve) after a valve, 8105 after a top-up, 907F after a clock. Its SER is one more, so that a late
 * answer to the first is none to this one. The ST of the acknowledgement proves nothing: the valve that mbill_cjt188_valve_state() finds in this reply does.
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

#ifdef __cplusplus
}
#endif
#endif
