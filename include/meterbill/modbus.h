/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file modbus.h  Modbus RTU as meters speak it: registers read (03H, 04H) and written (10H), and totals by a map of registers.
 *
 *     address | function | data | CRC-16 (low byte first)
 *
 * Each layer of a verdict (frame.h) is a call of its own: mbill_modbus_decode() asks *frame*, mbill_modbus_check() *function*,
 * mbill_modbus_split() *value*, mbill_modbus_match() *match*, mbill_modbus_allow() *policy*. A reply does not say which registers it
 * carries, and no register says its unit: the request knows the one, a map of the meter's model the other.
 *
 * @code
 * mbill_modbus_register total = {.address = 0, .words = 2, .word_order = MBILL_MODBUS_HIGH_FIRST, .coding = MBILL_MODBUS_UNSIGNED,
 *     .scale = 2, .unit = MBILL_FRAME_UNIT_KWH};
 * mbill_frame_item item;
 * mbill_status status = mbill_modbus_value(&asked, &answered, &total, &item, &err); // 123456 at scale 2: 1234.56 kWh
 * @endcode
 */
#ifndef MBILL_MODBUS_H
#define MBILL_MODBUS_H

#include "meterbill/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_MODBUS_FRAME_MAX 256    /**< bytes of the longest frame */
#define MBILL_MODBUS_REGISTERS 32     /**< most values that a map names */
#define MBILL_MODBUS_NAME_MAX 32      /**< bytes of a value's name, with the NUL */

/**
 * What a frame is for.
 * @since 0.1
 */
typedef enum mbill_modbus_kind {
    MBILL_MODBUS_READ_REQUEST = 1,  /**< "read_request": start and count */
    MBILL_MODBUS_READ_REPLY = 2,    /**< "read_reply": registers */
    MBILL_MODBUS_WRITE_REQUEST = 3, /**< "write_request": start, count and registers */
    MBILL_MODBUS_WRITE_REPLY = 4,   /**< "write_reply": start and count */
    MBILL_MODBUS_EXCEPTION = 5      /**< "exception": a code */
} mbill_modbus_kind;

/**
 * In which order the registers of a value stand. Bytes in a register are always high byte first.
 * @since 0.1
 */
typedef enum mbill_modbus_order {
    MBILL_MODBUS_HIGH_FIRST = 1, /**< "high_first" */
    MBILL_MODBUS_LOW_FIRST = 2   /**< "low_first" */
} mbill_modbus_order;

/**
 * How a value is coded in its registers.
 * @since 0.1
 */
typedef enum mbill_modbus_coding {
    MBILL_MODBUS_UNSIGNED = 1, /**< "unsigned" */
    MBILL_MODBUS_SIGNED = 2,   /**< "signed": two's complement */
    MBILL_MODBUS_BCD = 3       /**< "bcd": two digits a byte */
} mbill_modbus_coding;

/**
 * Where a value stands and what it is. Models differ, so nothing of it has a default but @p function.
 * @since 0.1
 */
typedef struct mbill_modbus_register {
    char name[MBILL_MODBUS_NAME_MAX]; /**< as documents call it; may be empty */
    int32_t address;                  /**< of the first register, 0 to 65535 */
    int32_t words;                    /**< registers, 1 to 4 */
    int32_t word_order;               /**< mbill_modbus_order; may be 0 with one register */
    int32_t coding;                   /**< mbill_modbus_coding */
    int32_t scale;                    /**< decimal places, 0 to 9 */
    int32_t unit;                     /**< mbill_frame_unit */
    int32_t function;                 /**< 3 or 4; 0 = 3 */
    int32_t reserved;                 /**< 0 */
} mbill_modbus_register;

/**
 * A frame, taken apart.
 * @since 0.1
 */
typedef struct mbill_modbus_frame {
    mbill_bytes data;    /**< between function and CRC, in the bytes that were decoded */
    uint8_t address;     /**< 1 to 247; 0: all */
    uint8_t function;    /**< bit 7: an exception */
    uint8_t reserved[6]; /**< 0 */
} mbill_modbus_frame;

/**
 * What a frame says. A member that its kind does not have is -1 or empty.
 * @since 0.1
 */
typedef struct mbill_modbus_content {
    int32_t kind;          /**< mbill_modbus_kind */
    int32_t start;         /**< first register */
    int32_t count;         /**< registers */
    int32_t exception;     /**< code of an exception */
    mbill_bytes registers; /**< two bytes each, high byte first; in the frame's data */
} mbill_modbus_content;

/**
 * What a stream keeps between calls. Zero it to start; plain data.
 * @since 0.1
 */
typedef struct mbill_modbus_stream {
    uint32_t n;         /**< of the library: bytes that wait */
    uint32_t from;      /**< of the library: where among them the next frame may begin */
    uint8_t bytes[272]; /**< what waits for more bytes */
} mbill_modbus_stream;

/**
 * Take one whole frame apart: the layer frame.
 *
 * @param in              the bytes of one frame
 * @param[out] out_frame  not NULL; untouched on failure; its data stand in @p in
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INCOMPLETE fewer bytes than the shortest frame has
 * @retval MBILL_E_LENGTH     more bytes than the longest frame has
 * @retval MBILL_E_CHECKSUM   the CRC is another one
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_decode(mbill_bytes in, mbill_modbus_frame *out_frame, mbill_error *err);

/**
 * Put a frame together. No layer is asked: what was decoded gives the same bytes again.
 *
 * @param frame       not NULL
 * @param[out] out    the frame; untouched on failure
 * @param cap         room in @p out, in bytes; #MBILL_MODBUS_FRAME_MAX is always enough
 * @param[out] out_n  bytes of the frame; untouched on failure
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LENGTH  more data than a frame holds
 * @retval MBILL_E_ROOM    @p cap is too small
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_encode(const mbill_modbus_frame *frame, uint8_t *out, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * Is the function 03H, 04H, 10H or an exception to one, with a length it can have: the layer function.
 *
 * @param frame     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_FUNCTION another function
 * @retval MBILL_E_LENGTH   neither a request nor a reply of this function has that many bytes
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_check(const mbill_modbus_frame *frame, mbill_error *err);

/**
 * What a frame says: the layer value. Requests and replies tell themselves apart by their length.
 *
 * @param frame             not NULL
 * @param[out] out_content  not NULL; untouched on failure; its registers stand in the frame's data
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    no register at all, more than a frame carries, or past register 65535; an exception code that is none
 * @retval MBILL_E_FUNCTION, MBILL_E_LENGTH as mbill_modbus_check()
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_split(const mbill_modbus_frame *frame, mbill_modbus_content *out_content,
    mbill_error *err);

/**
 * Make a request that reads registers.
 *
 * @param address     1 to 247
 * @param function    3 or 4
 * @param start       first register
 * @param count       registers, 1 to 125
 * @param[out] out    the frame, 8 bytes; untouched on failure
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   a parameter is outside its range, or the registers end past 65535
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_read(int32_t address, int32_t function, int32_t start, int32_t count,
    uint8_t *out, mbill_error *err);

/**
 * Does this reply answer this request: the layer match.
 *
 * @param request   not NULL
 * @param reply     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ECHO      the request itself, heard again on the bus
 * @retval MBILL_E_DIRECTION @p request is none, or @p reply is none
 * @retval MBILL_E_ADDRESS   another address
 * @retval MBILL_E_ANSWER    another function, start or number of registers
 * @retval MBILL_E_FUNCTION, MBILL_E_LENGTH, MBILL_E_RANGE as mbill_modbus_split()
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_match(const mbill_modbus_frame *request, const mbill_modbus_frame *reply,
    mbill_error *err);

/**
 * May such a frame be sent: the layer policy. Reading may; writing only where the meter's profile says so, and never to all.
 *
 * @param frame     not NULL
 * @param writes    not 0: this meter may be written to
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY it may not
 * @retval MBILL_E_FUNCTION, MBILL_E_LENGTH, MBILL_E_RANGE as mbill_modbus_split()
 * @retval MBILL_E_MISUSE a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_allow(const mbill_modbus_frame *frame, int32_t writes, mbill_error *err);

/**
 * A value out of a reply.
 *
 * @param request   what was asked; not NULL
 * @param reply     the registers that came, which answer it; not NULL
 * @param where     where the value stands; not NULL
 * @param[out] out  the value; untouched on failure
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND the reply does not carry all registers of the value
 * @retval MBILL_E_BCD       a half byte that is no digit
 * @retval MBILL_E_OVERFLOW  an unsigned value past 2^63 - 1
 * @retval MBILL_E_RANGE     a member of @p where is outside its range
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_value(const mbill_modbus_content *request, const mbill_modbus_content *reply,
    const mbill_modbus_register *where, mbill_frame_item *out, mbill_error *err);

/**
 * The next frame of a stream of bytes, whatever stands between frames and however it was cut.
 *
 * The wire marks frames by silence, which bytes do not show. So each byte is tried as a start: an address to 247, one of the functions,
 * a length it can have and the right CRC make a frame. Noise passes that once in some 65536 tries: match what was found.
 *
 * @param stream         zeroed at first; not NULL
 * @param in             the next piece; what was not used before comes again; n = 0: nothing more comes
 * @param[out] out_used  not NULL: how much of @p in is done with
 * @param[out] out_frame not NULL: a frame, which lives until the next call; n = 0: none, and all of @p in is used
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE a pointer is NULL, or @p stream is not what a call before left
 * @par Thread safety
 * One thread at a time may use @p stream.
 * @par Cost
 * O(bytes), times a frame's length where each byte looks like a start; at most one copy of a byte; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_modbus_feed(mbill_modbus_stream *stream, mbill_bytes in, size_t *out_used,
    mbill_bytes *out_frame, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
