/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file dlt645.h  DL/T 645-2007 frames: the codec, its stream, what a frame says, and frames for both ends of the line.
 *
 *     [FE ...] 68 | A0..A5 | 68 | C | L | DATA[L] (+ 33H each) | CS | 16
 *
 * A frame is a plain struct whose data stand without the 33H. Each layer of a verdict (frame.h) is a call of its own:
 * mbill_dlt645_decode() asks *frame*, mbill_dlt645_check() *function*, mbill_dlt645_split() and mbill_dlt645_items() *value*,
 * mbill_dlt645_match() *match*, mbill_dlt645_permit() *policy*.
 *
 * Writes, orders and answers are put together by dlt645_make.h.
 *
 * @code
 * mbill_dlt645_frame ask, reply;
 * mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
 * if (mbill_dlt645_make_read(address, 0x00010000, &ask, &err) != MBILL_OK) …
 * if (mbill_dlt645_encode(&ask, NULL, bytes, sizeof bytes, &n, &err) != MBILL_OK) …
 * … the bytes go out, others come in …
 * if (mbill_dlt645_decode((mbill_bytes){in, n_in}, NULL, &reply, &err) == MBILL_OK && mbill_dlt645_check(&reply, NULL, &err) == MBILL_OK &&
 *     mbill_dlt645_match(&ask, &reply, &err) == MBILL_OK && mbill_dlt645_items(&reply, NULL, items, MBILL_DLT645_ITEMS_MAX, &n_items, &err) == MBILL_OK)
 *     … items[0].value x 10^-items[0].scale kWh …
 * @endcode
 *
 * @par Source
 * The layouts are those of public implementations and captured frames of DL/T 645-2007, not of the standard's own text.
 */
#ifndef MBILL_DLT645_H
#define MBILL_DLT645_H

#include "meterbill/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_DLT645_DATA_MAX 255            /**< bytes of data that L can say */
#define MBILL_DLT645_FRAME_MAX 267           /**< bytes of the longest frame, without preamble */
#define MBILL_DLT645_ITEMS_MAX 255           /**< items of the longest frame */
#define MBILL_DLT645_PREAMBLE 4              /**< FE bytes that a sender writes */
#define MBILL_DLT645_SUPPLY_WORD 0x04000503u /**< DI of status word 3, which has the relay */
#define MBILL_DLT645_TOPUP_DI 0x070102FFu    /**< DI of a top-up */
#define MBILL_DLT645_RELAY_OPEN 0x0010u      /**< bit 4 of status word 3: the relay is open */
#define MBILL_DLT645_ORDERED_OPEN 0x0040u    /**< bit 6: it was told to open */
#define MBILL_DLT645_PRE_TRIP_ALARM 0x0080u  /**< bit 7 */
#define MBILL_DLT645_KEEP_POWER 0x1000u      /**< bit 12: keep power is set, a trip is refused */
#define MBILL_DLT645_IDENTITY_VALID 0x2000u  /**< bit 13: an identity authentication is valid */

/**
 * Function codes: the low five bits of the control byte.
 * @since 0.1
 */
typedef enum mbill_dlt645_function {
    MBILL_DLT645_SECURITY = 0x03,      /**< security module: top-up, keys */
    MBILL_DLT645_TIME = 0x08,          /**< time, without a reply */
    MBILL_DLT645_READ = 0x11,          /**< read */
    MBILL_DLT645_READ_NEXT = 0x12,     /**< read the next part */
    MBILL_DLT645_READ_ADDRESS = 0x13,  /**< read the address */
    MBILL_DLT645_WRITE = 0x14,         /**< write */
    MBILL_DLT645_WRITE_ADDRESS = 0x15, /**< write the address */
    MBILL_DLT645_FREEZE = 0x16,        /**< freeze */
    MBILL_DLT645_BAUD = 0x17,          /**< change the baud rate */
    MBILL_DLT645_PASSWORD = 0x18,      /**< change a password */
    MBILL_DLT645_CLEAR_DEMAND = 0x19,  /**< clear demand */
    MBILL_DLT645_CLEAR_METER = 0x1A,   /**< clear the meter */
    MBILL_DLT645_CLEAR_EVENTS = 0x1B,  /**< clear events */
    MBILL_DLT645_CONTROL = 0x1C        /**< relay, alarm, keep power */
} mbill_dlt645_function;

/**
 * What a control frame orders (N1).
 * @since 0.1
 */
typedef enum mbill_dlt645_order {
    MBILL_DLT645_TRIP = 0x1A,         /**< "trip" */
    MBILL_DLT645_PERMIT_CLOSE = 0x1B, /**< "permit_close": the user presses a key */
    MBILL_DLT645_CLOSE = 0x1C,        /**< "close": at once */
    MBILL_DLT645_TRIP_TIMED = 0x1D,   /**< "trip_timed": closes again after N2 x 5 minutes */
    MBILL_DLT645_TRIP_TIMED_2 = 0x1E, /**< "trip_timed_2": the same */
    MBILL_DLT645_ALARM_ON = 0x2A,     /**< "alarm_on" */
    MBILL_DLT645_ALARM_OFF = 0x2B,    /**< "alarm_off" */
    MBILL_DLT645_KEEP_ON = 0x3A,      /**< "keep_on": keep power, whatever comes */
    MBILL_DLT645_KEEP_OFF = 0x3B      /**< "keep_off" */
} mbill_dlt645_order;

/**
 * Over which bytes the checksum goes.
 * @since 0.1
 */
typedef enum mbill_dlt645_checksum {
    MBILL_DLT645_CHECKSUM_STANDARD = 0,    /**< "standard": from the first 68 */
    MBILL_DLT645_CHECKSUM_AFTER_FIRST = 1, /**< "after_first": without the first 68 */
    MBILL_DLT645_CHECKSUM_FROM_SECOND = 2  /**< "from_second": from the second 68 */
} mbill_dlt645_checksum;

/**
 * How a top-up's amount or count is written.
 * @since 0.1
 */
typedef enum mbill_dlt645_number {
    MBILL_DLT645_NUMBER_UNSAID = 0, /**< not known: a top-up's amount is not read */
    MBILL_DLT645_NUMBER_BCD = 1,    /**< "bcd": digits, two places for an amount */
    MBILL_DLT645_NUMBER_BINARY = 2  /**< "binary": of cents for an amount */
} mbill_dlt645_number;

/**
 * In which order the three bytes of a row stand (zones, day slots, settlement days).
 * @since 0.1
 */
typedef enum mbill_dlt645_rows {
    MBILL_DLT645_ROWS_UNSAID = 0,    /**< not known: a table that reads both ways is not read */
    MBILL_DLT645_ROWS_LOW_FIRST = 1, /**< "low_first": number, minute, hour; number, day, month; hour, day, month */
    MBILL_DLT645_ROWS_HIGH_FIRST = 2 /**< "high_first": the reverse */
} mbill_dlt645_rows;

/**
 * One meter's settings. Zero is the default everywhere; where it says "unsaid" there is no default.
 * @since 0.1
 */
typedef struct mbill_dlt645_profile {
    uint32_t struct_size; /**< sizeof(mbill_dlt645_profile) where the caller was compiled */
    int32_t checksum;     /**< mbill_dlt645_checksum */
    int32_t read_limit;   /**< largest L of any frame; 0 = 200 */
    int32_t write_limit;  /**< largest L of a write (14H); 0 = 50. Ladder tables need 82 */
    int32_t pa;           /**< password level of writes and control; 0 = 02 */
    int32_t pa_clear;     /**< password level of clearing; 0 = 04 */
    int32_t n2;           /**< N2 of orders that need none; default 00 */
    int32_t serr_bytes;   /**< bytes of SERR, 1 or 2; 0 = either */
    int32_t topup_amount; /**< mbill_dlt645_number */
    int32_t topup_count;  /**< mbill_dlt645_number */
    int32_t rows;         /**< mbill_dlt645_rows */
    int32_t expiry_cap_s; /**< how far from now a control frame may expire; 0 = 600 */
    int32_t reserved;     /**< 0 */
} mbill_dlt645_profile;

/**
 * A frame. The address stands as on the wire, low byte first; the data without 33H.
 * @since 0.1
 */
typedef struct mbill_dlt645_frame {
    uint32_t preamble;                   /**< FE bytes before it */
    uint8_t address[6];                  /**< address[5] holds the first two digits as people write them */
    uint8_t control;                     /**< C: bit 7 from the meter, bit 6 refused, bit 5 more follows, bits 4-0 function */
    uint8_t length;                      /**< L */
    uint8_t data[MBILL_DLT645_DATA_MAX]; /**< length bytes; the rest is not set */
    uint8_t reserved;                    /**< not set */
} mbill_dlt645_frame;

#define MBILL_DLT645_HAS_DI 0x0001u           /**< di */
#define MBILL_DLT645_HAS_SEQ 0x0002u          /**< seq */
#define MBILL_DLT645_HAS_BLOCKS 0x0004u       /**< blocks: a number of blocks is asked for */
#define MBILL_DLT645_HAS_PASSWORD 0x0008u     /**< pa, password */
#define MBILL_DLT645_HAS_OPERATOR 0x0010u     /**< operator_code */
#define MBILL_DLT645_HAS_ORDER 0x0020u        /**< order, n2 */
#define MBILL_DLT645_HAS_TIME 0x0040u         /**< time: the clock, the expiry, or from when blocks are asked */
#define MBILL_DLT645_HAS_ERR 0x0080u          /**< err */
#define MBILL_DLT645_HAS_SERR 0x0100u         /**< serr, in payload as they came */
#define MBILL_DLT645_HAS_ADDRESS 0x0200u      /**< address: the new one, or the one that is told */
#define MBILL_DLT645_HAS_PAYLOAD 0x0400u      /**< payload */
#define MBILL_DLT645_HAS_MAC 0x0800u          /**< mac, behind payload */
#define MBILL_DLT645_HAS_CIPHER 0x1000u       /**< payload is ciphertext */
#define MBILL_DLT645_HAS_NEW_PASSWORD 0x2000u /**< new_password, after pa and password */

/**
 * The parts of a frame's data. Views point into the frame.
 * @since 0.1
 */
typedef struct mbill_dlt645_parts {
    uint32_t has;             /**< MBILL_DLT645_HAS_* */
    uint32_t di;              /**< data identifier, 0x00010000 */
    int32_t seq;              /**< number of the part, from 1 */
    int32_t blocks;           /**< number of blocks asked for */
    int32_t order;            /**< N1; mbill_dlt645_order */
    int32_t n2;               /**< N2 */
    int32_t err;              /**< bits of ERR */
    int32_t serr;             /**< bits of SERR */
    uint8_t pa;               /**< password level */
    uint8_t password[3];      /**< as on the wire */
    uint8_t operator_code[4]; /**< as on the wire */
    uint8_t new_password[4];  /**< level and password, as on the wire */
    uint8_t address[6];       /**< low byte first */
    uint8_t reserved[6];      /**< 0 */
    mbill_frame_item time;    /**< not present: no limit, or no time */
    mbill_bytes payload;      /**< what follows the parts above */
    mbill_bytes mac;          /**< 4 bytes, opaque */
} mbill_dlt645_parts;

/**
 * A stream of bytes with frames in it. Plain data that the caller owns: zeroed, it is a new one; copy and keep it freely.
 * @since 0.1
 */
typedef struct mbill_dlt645_stream {
    uint32_t n_kept;    /**< bytes that may yet be a frame */
    uint32_t preamble;  /**< FE bytes right before them */
    uint32_t reserved;  /**< 0 */
    uint8_t kept[1024]; /**< they, and room to join a piece to them */
} mbill_dlt645_stream;

/**
 * The bytes of a frame. Decoding them gives the frame again.
 *
 * @param frame       not NULL
 * @param profile     NULL = defaults; only the checksum is asked
 * @param[out] out    room; not NULL
 * @param cap         bytes of room
 * @param[out] out_n  not NULL: bytes written; untouched on failure
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    it does not fit; nothing is written
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_encode(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    uint8_t *out, size_t cap, size_t *out_n, mbill_error *err);

/**
 * The frame of one whole buffer. Asks the layer *frame*: any run of FE, then one frame and nothing behind it.
 *
 * @param in              the bytes
 * @param profile         NULL = defaults; only the checksum is asked
 * @param[out] out_frame  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INCOMPLETE  the bytes end before the frame does
 * @retval MBILL_E_SHAPE       a start or end byte is not where it must be
 * @retval MBILL_E_LENGTH      bytes behind the frame
 * @retval MBILL_E_CHECKSUM    the checksum is another
 * @retval MBILL_E_MISUSE      a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_decode(mbill_bytes in, const mbill_dlt645_profile *profile,
    mbill_dlt645_frame *out_frame, mbill_error *err);

/**
 * Ask the layer *function*: the control byte is known, and L possible for it.
 *
 * @param frame     not NULL
 * @param profile   NULL = defaults; the largest L and the bytes of SERR are asked
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_FUNCTION   no such function, or one without such a reply
 * @retval MBILL_E_DIRECTION  bits of a reply in a request
 * @retval MBILL_E_LENGTH     L is not possible for this function
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_check(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    mbill_error *err);

/**
 * The parts of a frame's data: identifier, password, order, time, error bits, and what is left. Asks what the layer *value* asks of
 * them and of the address.
 *
 * @param frame           one that mbill_dlt645_check() takes; it is asked again
 * @param profile         NULL = defaults
 * @param[out] out_parts  not NULL; untouched on failure; its views point into @p frame
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_BCD     a half byte that must be a digit is none
 * @retval MBILL_E_DATE    a time that there is not
 * @retval MBILL_E_LENGTH  ciphertext or MAC of another length than theirs
 * @retval MBILL_E_FUNCTION, MBILL_E_DIRECTION, MBILL_E_MISUSE  as mbill_dlt645_check()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_split(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    mbill_dlt645_parts *out_parts, mbill_error *err);

/**
 * The values of a frame that reads or writes: numbers, times, tables, one after another as the identifier lays them out.
 *
 * Energy, remaining energy and amount, overdraft, voltage, current, power, price now, clock, meter and customer number, status words,
 * freeze time, trips, switch times, counts, zone tables, day slots, rate prices, ladders, alarm amounts; and of a top-up, when the
 * profile says how it is written, amount, count and customer number. A row of a table has its number in `value` and its start in `time`.
 *
 * @param frame         one that mbill_dlt645_check() takes
 * @param profile       NULL = defaults
 * @param[out] items    room for @p cap; may be NULL when @p cap is 0
 * @param cap           room; #MBILL_DLT645_ITEMS_MAX is always enough
 * @param[out] out_n    not NULL: items there are, also with #MBILL_E_ROOM; 0: the frame has none, or its identifier is not known here
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_BCD        a half byte is no digit
 * @retval MBILL_E_LENGTH     the data are not as long as the identifier says
 * @retval MBILL_E_DATE       a time that there is not
 * @retval MBILL_E_RANGE      more rows than a table has, a row of number 0 or of one that there cannot be, a count that no meter has
 * @retval MBILL_E_UNDECIDED  the bytes read two ways; the message names the profile's field that decides
 * @retval MBILL_E_ROOM       @p cap is too small
 * @retval MBILL_E_FUNCTION, MBILL_E_DIRECTION, MBILL_E_MISUSE  as mbill_dlt645_check()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_items(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    mbill_frame_item *items, size_t cap, size_t *out_n, mbill_error *err);

/**
 * Ask the layer *match*: the reply is one to the request.
 *
 * A wildcard address is answered by any meter. A refusal by the meter (ERR, SERR) is an answer.
 *
 * @param request   what was sent; not NULL
 * @param reply     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ECHO       the request itself, as a line with two wires gives it back
 * @retval MBILL_E_DIRECTION  no reply, or the request is none
 * @retval MBILL_E_ADDRESS    of another meter
 * @retval MBILL_E_ANSWER     to another function, to another part, or to a request that has no reply
 * @retval MBILL_E_DI         of another identifier
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_match(const mbill_dlt645_frame *request, const mbill_dlt645_frame *reply,
    mbill_error *err);

/**
 * Ask the layer *policy*: the frame may be built and sent.
 *
 * Always refused: a control frame for all meters or for any, one without a limit of time, an order that is not known, a write of
 * the set in use (rate prices 040501xx, ladders 040604FF and 040605FF). With a profile also: another password level or N2 than the
 * profile's, a write longer than it allows, and, when @p now is given, an expiry that is over or further away than its cap.
 *
 * @param frame     one that mbill_dlt645_split() takes; replies always pass
 * @param profile   NULL: what is always refused alone
 * @param now       NULL, or the meter's local time
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY  the message says why
 * @retval MBILL_E_FUNCTION, MBILL_E_LENGTH, MBILL_E_BCD, …  as mbill_dlt645_split()
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_permit(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    const mbill_frame_time *now, mbill_error *err);

/**
 * Find the next frame in a stream that comes in pieces; as mbill_frame_feed().
 *
 * @param stream          not NULL
 * @param profile         NULL = defaults; only the checksum is asked; the same in every call
 * @param in              the next piece; what was not used before comes again; n = 0: nothing more comes
 * @param[out] out_used   not NULL: how much of @p in is done with
 * @param[out] out_frame  not NULL: set when a frame was found
 * @param[out] out_found  not NULL: 1: a frame; 0: none, and all of @p in is used
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is, or the stream is damaged
 * @par Thread safety
 * One thread at a time for one stream.
 * @par Cost
 * Linear in the bytes, whatever they are; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_feed(mbill_dlt645_stream *stream, const mbill_dlt645_profile *profile,
    mbill_bytes in, size_t *out_used, mbill_dlt645_frame *out_frame, int32_t *out_found, mbill_error *err);

/**
 * The name of a bit of ERR or SERR.
 *
 * @param security  0: of ERR; else of SERR
 * @param bit       any number
 * @return static text ("wrong_password", "count_wrong"); NULL for a bit that has no name
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_dlt645_error_name(int32_t security, int32_t bit);

/**
 * An address as people write it, into the order of the wire.
 *
 * @param text          1 to 12 digits, or 12 of which an even number in front are "A", any ("AAAAAAAAAAAA",
 *                      "AAAA12345678"); fewer digits get zeros in front
 * @param[out] address  6 bytes; not NULL; untouched on failure
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ADDRESS  no such address
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_address(const char *text, uint8_t address[6], mbill_error *err);

/**
 * A frame with this control byte and data, with the preamble of a sender. Nothing is asked of them; mbill_dlt645_check() does.
 *
 * @param address         6 bytes, low byte first; not NULL
 * @param control         C
 * @param data            without 33H, at most #MBILL_DLT645_DATA_MAX bytes
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
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make(const uint8_t address[6], uint8_t control, mbill_bytes data,
    mbill_dlt645_frame *out_frame, mbill_error *err);

/**
 * A request to read.
 *
 * @param address         6 bytes, low byte first; not NULL
 * @param di              data identifier, such as #MBILL_DLT645_SUPPLY_WORD
 * @param[out] out_frame  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_dlt645_make_read(const uint8_t address[6], uint32_t di,
    mbill_dlt645_frame *out_frame, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
