/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file dlt645_make.h  DL/T 645-2007 frames put together: a master's requests, writes and orders, which the policy is asked about first, and a meter's answers.
 *
 * @code
 * mbill_dlt645_sender sender = {0, {0}, {1}};
 * mbill_frame_time until = {2026, 1, 1, 0, 5, 0, -1};
 * if (mbill_dlt645_address("000000000001", address, &err) == MBILL_OK &&
 *     mbill_dlt645_make_order(address, MBILL_DLT645_TRIP, 0, &until, &sender, NULL, &frame, &err) == MBILL_OK &&
 *     mbill_dlt645_encode(&frame, NULL, bytes, sizeof bytes, &n, &err) == MBILL_OK) … the bytes go out …
 * @endcode
 */
#ifndef MBILL_DLT645_MAKE_H
#define MBILL_DLT645_MAKE_H

#include "meterbill/dlt645.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a write or an order says of who sends it.
 * @since 0.1
 */
typedef struct mbill_dlt645_sender {
    uint8_t pa;               /**< password level; 0: that of the profile. 98H and 99H: the payload ends with a MAC */
    uint8_t password[3];      /**< as on the wire */
    uint8_t operator_code[4]; /**< as on the wire */
} mbill_dlt645_sender;

/**
 * The payload of values, as the identifier lays them out: what mbill_dlt645_items() reads, backwards.
 *
 * @param di          data identifier that is written or read; a top-up's values are not made here, they have a MAC in them
 * @param profile     NULL = defaults; rows of tables need its `rows`
 * @param items       @p n of them, in order; `scale` is that of the identifier
 * @param n           how many
 * @param[out] out    room; not NULL
 * @param cap         bytes of room; #MBILL_DLT645_DATA_MAX is always enough
 * @param[out] out_n  not NULL: bytes written; untouched on failure
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DI         the identifier is not known here
 * @retval MBILL_E_LENGTH     another number of values than it takes
 * @retval MBILL_E_RANGE      a value that its bytes do not hold
 * @retval MBILL_E_INVALID    another scale
 * @retval MBILL_E_DATE       a time that there is not
 * @retval MBILL_E_UNDECIDED  the profile does not say in which order rows are written
 * @retval MBILL_E_ROOM       @p cap is too small
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_payload(uint32_t di, const mbill_dlt645_profile *profile,
    const mbill_frame_item *items, size_t n, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err);

/**
 * A write (14H), if the policy lets it be built.
 *
 * @param address         6 bytes, low byte first; not NULL
 * @param di              data identifier
 * @param sender          not NULL
 * @param payload         such as mbill_dlt645_payload() makes, with the MAC behind it where the level asks for one
 * @param profile         NULL = defaults, with all that they forbid
 * @param[out] out_frame  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY  it is longer than the profile allows, or writes the set in use; as mbill_dlt645_permit()
 * @retval MBILL_E_LENGTH  too many data
 * @retval MBILL_E_BCD     the address
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make_write(const uint8_t address[6], uint32_t di,
    const mbill_dlt645_sender *sender, mbill_bytes payload, const mbill_dlt645_profile *profile, mbill_dlt645_frame *out_frame,
    mbill_error *err);

/**
 * An order to the relay, the alarm or keep-power (1CH), if the policy lets it be built. Whether @p until is near enough, mbill_dlt645_permit() says
 * when it is told the time.
 *
 * @param address         6 bytes, low byte first; not NULL
 * @param order           mbill_dlt645_order
 * @param n2              of the timed orders: after how many times 5 minutes; of all others 0, which becomes the profile's N2
 * @param until           meter's local time until which the order is good, with all parts but the weekday; not NULL
 * @param sender          not NULL
 * @param profile         NULL = defaults, with all that they forbid
 * @param[out] out_frame  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY  for more than one meter, or no order; as mbill_dlt645_permit()
 * @retval MBILL_E_DATE, MBILL_E_RANGE  no such time, or a part is missing
 * @retval MBILL_E_BCD     the address
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make_order(const uint8_t address[6], int32_t order, int32_t n2,
    const mbill_frame_time *until, const mbill_dlt645_sender *sender, const mbill_dlt645_profile *profile,
    mbill_dlt645_frame *out_frame, mbill_error *err);

/**
 * A frame for the meter's security module (03H): the material is the caller's and carried as it is.
 *
 * @param address         6 bytes, low byte first; not NULL
 * @param di              data identifier, such as #MBILL_DLT645_TOPUP_DI
 * @param sender          not NULL; the operator code alone is used
 * @param material        what follows the operator code, with every MAC
 * @param[out] out_frame  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LENGTH  too many data
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make_security(const uint8_t address[6], uint32_t di,
    const mbill_dlt645_sender *sender, mbill_bytes material, mbill_dlt645_frame *out_frame, mbill_error *err);

/**
 * A meter's reply to a request. Identifier and number of the part are those of the request.
 *
 * @param request         not NULL; from a master
 * @param address         the meter's own, 6 bytes, low byte first; not NULL
 * @param payload         what a read brings, of any other function all data of the reply
 * @param more            not 0: another part follows (reads alone)
 * @param[out] out_frame  not NULL; untouched on failure; may be @p request
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DIRECTION  the request is a reply itself
 * @retval MBILL_E_LENGTH     too many data, or a request without its identifier
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make_reply(const mbill_dlt645_frame *request, const uint8_t address[6],
    mbill_bytes payload, int32_t more, mbill_dlt645_frame *out_frame, mbill_error *err);

/**
 * A meter's refusal: ERR, or SERR of the security function.
 *
 * @param request         not NULL; from a master
 * @param address         the meter's own, 6 bytes, low byte first; not NULL
 * @param bits            of ERR (8) or SERR (16)
 * @param profile         NULL = defaults; its `serr_bytes` is how many bytes of SERR are sent, 0: two
 * @param[out] out_frame  not NULL; untouched on failure; may be @p request
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DIRECTION  the request is a reply itself
 * @retval MBILL_E_RANGE      bits that do not fit, or a damaged profile
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make_refusal(const mbill_dlt645_frame *request, const uint8_t address[6],
    int32_t bits, const mbill_dlt645_profile *profile, mbill_dlt645_frame *out_frame, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
