/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cjt188.h  CJ/T 188-2004 and -2018: frames of water, heat and gas meters, in bytes and in values.
 *
 *     [FE ...] 68 | T | A0..A6 | C | L | DATA[L] | CS | 16
 *
 * Each layer of a verdict (frame.h) is a call of its own: mbill_cjt188_decode() asks *frame*, mbill_cjt188_check() *function*,
 * mbill_cjt188_read() *value*, mbill_cjt188_match() *match*, mbill_cjt188_allow() *policy*. The way back is mbill_cjt188_make() for the data and mbill_cjt188_encode() for the frame. Makers
 * differ in ways that the bytes do not show; they stand in a #mbill_cjt188_profile, and where the bytes alone could mean two things a
 * call refuses and names the field of the profile that decides. Nothing is allocated and nothing is kept.
 *
 * The wire has neither a signature nor a counter: whoever reaches the bus can open a valve.
 *
 * @code
 * mbill_cjt188_profile profile = {.struct_size = sizeof profile, .di_order = MBILL_CJT188_HIGH_FIRST};
 * mbill_cjt188_frame frame;
 * mbill_cjt188_value value;
 * mbill_status status = mbill_cjt188_decode((mbill_bytes){bytes, n}, &profile, &frame, &err);
 * if (status == MBILL_OK) status = mbill_cjt188_check(&frame, &profile, &err);
 * if (status == MBILL_OK) status = mbill_cjt188_read(&frame, &profile, &value, &err);
 * const mbill_frame_item *volume = mbill_cjt188_find(&value, MBILL_CJT188_CURRENT); // 12300 at scale 2: 123.00 m3
 * @endcode
 *
 * @par Source
 * The layouts are those of public implementations and captured frames of CJ/T 188, not of the standard's own text.
 */
#ifndef MBILL_CJT188_H
#define MBILL_CJT188_H

#include "meterbill/frame.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the longest frame: start, type, address, control, length, 255 bytes of data, checksum and end. */
#define MBILL_CJT188_FRAME_MAX 268

/** Most items that the data of one frame holds. */
#define MBILL_CJT188_ITEMS 16

/** Most valve codes that a profile names. */
#define MBILL_CJT188_VALVE_CODES 8

/**
 * In which order the two bytes of a data identifier (DI) stand. Makers differ and the checksum is the same for both.
 * @since 0.1
 */
typedef enum mbill_cjt188_order {
    MBILL_CJT188_HIGH_FIRST = 1, /**< "high_first": 90 1F */
    MBILL_CJT188_LOW_FIRST = 2   /**< "low_first": 1F 90 */
} mbill_cjt188_order;

/**
 * Flags of a profile.
 * @since 0.1
 */
typedef enum mbill_cjt188_flag {
    MBILL_CJT188_UNIT_FIRST = 1,      /**< "unit_first": the unit stands before the value */
    MBILL_CJT188_SUM_AFTER_FIRST = 2  /**< "checksum": "after_first": the first 68H is not summed */
} mbill_cjt188_flag;

/**
 * Where ST tells the state of the valve.
 * @since 0.1
 */
typedef enum mbill_cjt188_st {
    MBILL_CJT188_ST_LOW = 1,  /**< "low": bits 0-1 of the first byte, as the standard has it */
    MBILL_CJT188_ST_HIGH = 2, /**< "high": bits 6-7 of the first byte */
    MBILL_CJT188_ST_CODE = 3  /**< "code": the first byte is 80H open or 81H closed */
} mbill_cjt188_st;

/**
 * State of a valve as ST tells it.
 * @since 0.1
 */
typedef enum mbill_cjt188_valve {
    MBILL_CJT188_VALVE_OPEN = 1,   /**< "open" */
    MBILL_CJT188_VALVE_CLOSED = 2, /**< "closed" */
    MBILL_CJT188_VALVE_FAULT = 3   /**< "fault" */
} mbill_cjt188_valve;

/**
 * What a maker's valve code orders. Codes of makers conflict (77H), so a code without a name in the profile is never sent.
 * @since 0.1
 */
typedef enum mbill_cjt188_order_kind {
    MBILL_CJT188_ORDER_OPEN = 1,       /**< "open"; 55H everywhere */
    MBILL_CJT188_ORDER_CLOSE = 2,      /**< "close"; 99H everywhere */
    MBILL_CJT188_ORDER_HALF_OPEN = 3,  /**< "half_open" */
    MBILL_CJT188_ORDER_FREE_OPEN = 4,  /**< "free_open" */
    MBILL_CJT188_ORDER_FREE_CLOSE = 5, /**< "free_close" */
    MBILL_CJT188_ORDER_EXERCISE = 6,   /**< "exercise" */
    MBILL_CJT188_ORDER_ASK = 7         /**< "ask": the state is asked for by a write */
} mbill_cjt188_order_kind;

/**
 * A valve code beyond 55H and 99H.
 * @since 0.1
 */
typedef struct mbill_cjt188_valve_code {
    uint8_t code;        /**< the byte behind SER */
    uint8_t order;       /**< mbill_cjt188_order_kind; 0: this and all entries behind it are unused */
    uint8_t reserved[2]; /**< 0 */
} mbill_cjt188_valve_code;

/**
 * What is special about one meter. All zero (or NULL where a call takes one): a meter as the standard has it, whose byte order is not
 * known.
 * @since 0.1
 */
typedef struct mbill_cjt188_profile {
    uint32_t struct_size;   /**< sizeof(mbill_cjt188_profile) where the caller was compiled */
    uint32_t flags;         /**< of mbill_cjt188_flag; unknown bits are refused */
    int32_t di_order;       /**< mbill_cjt188_order; 0: not known, and there is no default */
    int32_t valve_function; /**< control byte of the maker's own valve command (2AH), 1 to 63; 0: 04H alone */
    int32_t flow_decimals;  /**< decimal places of a flow of three bytes (2018), 3 or 4; 0: 4 */
    int32_t st_valve;       /**< mbill_cjt188_st; 0: MBILL_CJT188_ST_LOW */
    mbill_cjt188_valve_code valve_codes[MBILL_CJT188_VALVE_CODES]; /**< what may be sent besides 55H and 99H */
} mbill_cjt188_profile;

/**
 * A frame, taken apart.
 * @since 0.1
 */
typedef struct mbill_cjt188_frame {
    mbill_bytes data;    /**< in the bytes that were decoded */
    uint32_t preamble;   /**< FEH bytes before the first 68H */
    uint8_t type;        /**< 10H-19H water, 20H-29H heat and cooling, 30H-39H gas, 40H-49H other; AAH any */
    uint8_t control;     /**< bit 7 from the meter, bit 6 refused, bits 5-0 function */
    uint8_t reserved;    /**< 0 */
    uint8_t address[7];  /**< as on the wire: five bytes of number, low byte first, and two of the maker */
    uint8_t reserved_2;  /**< 0 */
} mbill_cjt188_frame;

/**
 * Names of items. In documents they go by the words in quotes.
 * @since 0.1
 */
typedef enum mbill_cjt188_name {
    MBILL_CJT188_CURRENT = 1,         /**< "current": total now */
    MBILL_CJT188_SETTLEMENT = 2,      /**< "settlement": total of the last settlement day */
    MBILL_CJT188_CURRENT_COLD = 3,    /**< "current_cooling" */
    MBILL_CJT188_SETTLEMENT_COLD = 4, /**< "settlement_cooling" */
    MBILL_CJT188_POWER = 5,           /**< "power" */
    MBILL_CJT188_FLOW = 6,            /**< "flow" */
    MBILL_CJT188_VOLUME = 7,          /**< "volume": of a heat meter */
    MBILL_CJT188_SUPPLY_C = 8,        /**< "supply_c": degrees Celsius */
    MBILL_CJT188_RETURN_C = 9,        /**< "return_c" */
    MBILL_CJT188_SUPPLY_MPA = 10,     /**< "supply_mpa": pressure */
    MBILL_CJT188_RETURN_MPA = 11,     /**< "return_mpa" */
    MBILL_CJT188_HOURS = 12,          /**< "hours": of work */
    MBILL_CJT188_TIME = 13,           /**< "time": the meter's clock */
    MBILL_CJT188_ST = 14,             /**< "st": two bytes of status, the first one high */
    MBILL_CJT188_PRICES = 15,         /**< "prices": of a tier, as many as there are */
    MBILL_CJT188_VOLUMES = 16,        /**< "volumes": where a tier ends */
    MBILL_CJT188_START_DAY = 17,      /**< "start_day": of the month */
    MBILL_CJT188_START_DATE = 18,     /**< "start_date" */
    MBILL_CJT188_TIER_KIND = 19,      /**< "tier_kind": a byte */
    MBILL_CJT188_SETTLEMENT_DAY = 20, /**< "settlement_day": of the month */
    MBILL_CJT188_READING_DAY = 21,    /**< "reading_day": of the month */
    MBILL_CJT188_PURCHASE_NO = 22,    /**< "purchase_no" */
    MBILL_CJT188_AMOUNT = 23,         /**< "amount": of this purchase */
    MBILL_CJT188_TOTAL_AMOUNT = 24,   /**< "total_amount": of all purchases */
    MBILL_CJT188_REMAINING = 25,      /**< "remaining": what is left of them */
    MBILL_CJT188_KEY_VERSION = 26,    /**< "key_version": a byte */
    MBILL_CJT188_KEY = 27,            /**< "key": eight bytes */
    MBILL_CJT188_NEW_ADDRESS = 28,    /**< "new_address": seven bytes */
    MBILL_CJT188_VALVE_CODE = 29      /**< "valve_code": a byte; 55H opens, 99H closes */
} mbill_cjt188_name;

/**
 * A named value out of a frame: decimals with unit and scale, times, and bytes as words of @p scale bytes with the first one lowest,
 * except ST, whose first byte is the high one (2184H for 21 84). Not present: all FFH, and an all-zero time.
 * @since 0.1
 */
typedef struct mbill_cjt188_item {
    int32_t name;           /**< mbill_cjt188_name */
    int32_t reserved;       /**< 0 */
    mbill_frame_item value; /**< what it says */
} mbill_cjt188_item;

/**
 * What the data of a frame say.
 * @since 0.1
 */
typedef struct mbill_cjt188_value {
    int32_t di;          /**< data identifier, 901FH; 0 in an error reply, which has none */
    int32_t ser;         /**< number of the request, 0 to 255, which the reply repeats */
    int32_t length;      /**< bytes of the data, which tells layouts of one DI apart; 0 for mbill_cjt188_make(): whichever there is */
    int32_t is_mirrored; /**< not 0: a reply whose DI stands in the other order than the profile's */
    int32_t n_items;     /**< items that follow */
    int32_t reserved;    /**< 0 */
    mbill_cjt188_item items[MBILL_CJT188_ITEMS]; /**< in the order of the wire */
} mbill_cjt188_value;

/**
 * What a stream keeps between calls. Zero it to start; plain data.
 * @since 0.1
 */
typedef struct mbill_cjt188_stream {
    uint32_t n;         /**< of the library: bytes that wait */
    uint32_t from;      /**< of the library: where among them the next frame may begin */
    uint8_t bytes[272]; /**< what waits for more bytes */
} mbill_cjt188_stream;

/**
 * Take one whole frame apart: the layer frame.
 *
 * Any run of FEH may stand before it, and nothing behind it.
 *
 * @param in              the bytes of one frame
 * @param profile         NULL, or the checksum window of the meter
 * @param[out] out_frame  not NULL; untouched on failure; its data stand in @p in
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INCOMPLETE  the bytes end within the frame
 * @retval MBILL_E_SHAPE       no 68H at its start or no 16H at its end
 * @retval MBILL_E_LENGTH      L does not reach the end byte, or bytes stand behind it
 * @retval MBILL_E_CHECKSUM    the sum is another one
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_INVALID     a member of @p profile is outside its range
 * @retval MBILL_E_MISUSE      a pointer is NULL or a struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_decode(mbill_bytes in, const mbill_cjt188_profile *profile,
    mbill_cjt188_frame *out_frame, mbill_error *err);

/**
 * Is the control byte one of the protocol, and can such a frame have that many bytes of data: the layer function.
 *
 * @param frame     not NULL
 * @param profile   NULL, or the valve function of the meter
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_FUNCTION  the control byte is none of the protocol
 * @retval MBILL_E_DIRECTION a request with the bit of a refusal
 * @retval MBILL_E_LENGTH    such a frame cannot have that many bytes of data
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_INVALID   a member of @p profile is outside its range
 * @retval MBILL_E_MISUSE    a pointer is NULL or a struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_check(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *profile,
    mbill_error *err);

/**
 * Put a frame together. No layer is asked: what was decoded gives the same bytes again.
 *
 * @param frame           not NULL
 * @param profile         NULL, or the checksum window of the meter
 * @param[out] out        the frame with its preamble; untouched on failure
 * @param cap             room in @p out, in bytes; #MBILL_CJT188_FRAME_MAX and the preamble are always enough
 * @param[out] out_n      bytes of the frame; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LENGTH    more than 255 bytes of data
 * @retval MBILL_E_ROOM      @p cap is too small
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_INVALID   a member of @p profile is outside its range
 * @retval MBILL_E_MISUSE    a pointer is NULL or a struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_encode(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *profile,
    uint8_t *out, size_t cap, size_t *out_n, mbill_error *err);

/**
 * Read what the data of a frame say: the layer value.
 *
 * Every layout has its one length, so a reply of another one is refused rather than guessed at; a heat meter's reply is of 2004 or of
 * 2018 by its length. A request's DI stands in the order of the profile; a reply's in that or the mirrored one, since makers are known
 * who answer in the other order. Seven bytes of an all-zero time mean that there is none.
 *
 * @param frame           from mbill_cjt188_decode(); not NULL
 * @param profile         NULL, or what is special about the meter; an error reply is read without
 * @param[out] out_value  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_UNDECIDED @p profile has no di_order
 * @retval MBILL_E_DI        no layout is known for this DI, function and type of meter
 * @retval MBILL_E_LENGTH    the data of this DI have another length
 * @retval MBILL_E_BCD       a nibble A-F where a digit must be, also in A0 to A4 of the address, where AA alone stands for any
 * @retval MBILL_E_UNIT      a unit that is not known, which is never taken for another one
 * @retval MBILL_E_DATE      a day or time that no calendar has
 * @retval MBILL_E_INVALID   a member of @p profile is outside its range
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_MISUSE    a pointer is NULL or a struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_read(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *profile,
    mbill_cjt188_value *out_value, mbill_error *err);

/**
 * Make the data of a frame from values, the way back of mbill_cjt188_read().
 *
 * The items must be those of a layout, in its order and at its scale: of all layouts of this DI, function, type and length, the one
 * with these names. An error reply has @p di 0 and one item, #MBILL_CJT188_ST.
 *
 * @param type          meter type, which tells heat meters from others
 * @param control       control byte
 * @param value         not NULL
 * @param profile       NULL, or with di_order, except for an error reply
 * @param[out] out_data 255 bytes of room; untouched on failure
 * @param[out] out_n    bytes of @p out_data
 * @param[out] err      NULL, or filled on failure; index = item
 * @retval MBILL_OK
 * @retval MBILL_E_UNDECIDED @p profile has no di_order, or layouts of two lengths have these names and @p length is 0
 * @retval MBILL_E_DI        no layout is known for this DI, function, type, length and these items
 * @retval MBILL_E_RANGE     a value does not fit its digits, or its scale is another one
 * @retval MBILL_E_UNIT      a unit that is not known
 * @retval MBILL_E_DATE      a day or time that no calendar has
 * @retval MBILL_E_INVALID   a member of @p profile is outside its range
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_MISUSE    a pointer is NULL or a struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_make(uint8_t type, uint8_t control, const mbill_cjt188_value *value,
    const mbill_cjt188_profile *profile, uint8_t *out_data, size_t *out_n, mbill_error *err);

/**
 * Does this reply answer this request: the layer match.
 *
 * Type and address must be those of the request, or anything where it has AAH; the function, DI (in either order) and SER must be the
 * request's, and a top-up's reply must repeat number and amount. A match is no proof: the number of a request is one byte.
 *
 * @param request   not NULL
 * @param reply     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ECHO      the request itself, heard again on the bus
 * @retval MBILL_E_DIRECTION @p request is none, or @p reply is none
 * @retval MBILL_E_ADDRESS   another type or address
 * @retval MBILL_E_ANSWER    another function, SER or top-up
 * @retval MBILL_E_DI        another DI
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_match(const mbill_cjt188_frame *request, const mbill_cjt188_frame *reply,
    mbill_error *err);

/**
 * May such a frame be sent: the layer policy.
 *
 * Valve codes are 55H and 99H and those the profile names; writes never go to all meters at once (AAH or 99H in every byte).
 *
 * @param frame     not NULL
 * @param value     of the frame, from mbill_cjt188_read(); not NULL
 * @param profile   NULL, or what is special about the meter
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY it may not
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_MISUSE a pointer is NULL or a struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_allow(const mbill_cjt188_frame *frame, const mbill_cjt188_value *value,
    const mbill_cjt188_profile *profile, mbill_error *err);

/**
 * The next whole frame of a stream of bytes, whatever stands between frames and however it was cut.
 *
 * Each byte is tried as a start in order; what has its start, end and checksum in place is a frame, and its bytes are not tried again.
 * Only the layer frame is asked: give the frame to mbill_cjt188_decode().
 *
 * @code
 * mbill_cjt188_stream stream = {0};
 * do {
 *     status = mbill_cjt188_feed(&stream, NULL, in, &used, &found, &err);
 *     if (status == MBILL_OK && found.n > 0) take(found);
 *     in.p += used, in.n -= used;
 * } while (status == MBILL_OK && found.n > 0);
 * @endcode
 *
 * @param stream          zeroed at first; not NULL
 * @param profile         NULL, or the checksum window of the meter
 * @param in              the next piece; what was not used before comes again; n = 0: nothing more comes, and what is kept is searched
 *                        for frames that stand whole in it
 * @param[out] out_used   not NULL: how much of @p in is done with
 * @param[out] out_frame  not NULL: a frame with its preamble cut off, which lives until the next call; n = 0: none, and all of @p in is
 *                        used
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_UNKNOWN_OPTION @p profile has flags that this version does not know
 * @retval MBILL_E_INVALID        a member of @p profile is outside its range
 * @retval MBILL_E_MISUSE         a pointer is NULL, a struct_size is not set, or @p stream is not what a call before left
 * @par Thread safety
 * One thread at a time may use @p stream.
 * @par Cost
 * O(bytes), those of a frame once more for its checksum; at most one copy of a byte; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cjt188_feed(mbill_cjt188_stream *stream, const mbill_cjt188_profile *profile,
    mbill_bytes in, size_t *out_used, mbill_bytes *out_frame, mbill_error *err);

/**
 * The first value of a name.
 *
 * @param value  NULL gives NULL
 * @param name   mbill_cjt188_name
 * @return the value; NULL if there is none
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(items); no allocation.
 * @since 0.1
 */
MBILL_API const mbill_frame_item *mbill_cjt188_find(const mbill_cjt188_value *value, int32_t name);

/**
 * The state of the valve in an ST.
 *
 * @param st       value of an #MBILL_CJT188_ST item
 * @param profile  NULL, or with st_valve
 * @return a mbill_cjt188_valve; 0 where its bits say nothing that the profile knows
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_cjt188_valve_state(int64_t st, const mbill_cjt188_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
