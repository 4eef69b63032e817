/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mbus.h  M-Bus as wired meters speak it: frames (EN 13757-2) and the data of their replies (EN 13757-3).
 *
 *     E5                                  "received"
 *     10 | C | A | CS | 16                a short frame
 *     68 L L 68 | C | A | CI | data | CS | 16
 *
 * Each layer of a verdict (frame.h) is a call of its own: mbill_mbus_decode() asks *frame*, mbill_mbus_check() *function*,
 * mbill_mbus_read_header(), mbill_mbus_next() and mbill_mbus_read_fixed() *value*, mbill_mbus_match() *match*, mbill_mbus_allow() *policy*. A
 * reply's data are a header and records, each of which says by itself what it is: quantity, unit, power of ten, and for which storage,
 * tariff and device. Numbers are exact; a real number is given as a decimal only where it is one of at most 18 digits, and the bytes
 * of every record stay at hand.
 *
 * @code
 * mbill_mbus_frame frame;
 * mbill_mbus_header header;
 * mbill_mbus_record record;
 * size_t at = 0;
 * status = mbill_mbus_decode((mbill_bytes){bytes, n}, &frame, &err);
 * if (status == MBILL_OK) status = mbill_mbus_check(&frame, &err);
 * if (status == MBILL_OK) status = mbill_mbus_read_header(&frame, &header, &err);
 * while (status == MBILL_OK && (status = mbill_mbus_next(&header, &at, &record, &err)) == MBILL_OK && record.kind != 0)
 *     if (mbill_mbus_is_total(&record)) … record.value x 10^record.exponent of record.unit …
 * @endcode
 */
#ifndef MBILL_MBUS_H
#define MBILL_MBUS_H

#include "meterbill/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_MBUS_FRAME_MAX 261 /**< bytes of the longest frame */

/**
 * Forms of a frame.
 * @since 0.1
 */
typedef enum mbill_mbus_form {
    MBILL_MBUS_ACK = 1,     /**< "ack": the single byte E5H */
    MBILL_MBUS_SHORT = 2,   /**< "short": C and A */
    MBILL_MBUS_CONTROL = 3, /**< "control": C, A and CI */
    MBILL_MBUS_LONG = 4     /**< "long": C, A, CI and data */
} mbill_mbus_form;

/**
 * A frame, taken apart.
 * @since 0.1
 */
typedef struct mbill_mbus_frame {
    mbill_bytes data;    /**< behind CI, in the bytes that were decoded */
    uint8_t form;        /**< mbill_mbus_form */
    uint8_t c;           /**< C field: control; 0 where the form has none */
    uint8_t a;           /**< A field: primary address; 0 where the form has none */
    uint8_t ci;          /**< CI field: kind of data; 0 where the form has none */
    uint8_t reserved[4]; /**< 0 */
} mbill_mbus_frame;

/**
 * The header of a reply with records (CI 72H).
 * @since 0.1
 */
typedef struct mbill_mbus_header {
    mbill_bytes records;  /**< what follows, in the frame's data */
    uint32_t id;          /**< eight digits, as hexadecimal: 78563412H for 78563412 */
    char manufacturer[4]; /**< three letters and NUL */
    uint8_t version;      /**< of the device */
    uint8_t medium;       /**< see mbill_mbus_medium_name() */
    uint8_t access;       /**< counts the replies */
    uint8_t status;       /**< error bits */
    uint16_t signature;   /**< 0, or the maker's */
    uint16_t maker;       /**< the letters as on the wire */
    uint32_t reserved;    /**< 0 */
} mbill_mbus_header;

/**
 * A counter of a reply with two.
 * @since 0.1
 */
typedef struct mbill_mbus_counter {
    int64_t value;       /**< x 10^exponent of the unit */
    const char *unit;    /**< static text; NULL: a code or a time without a number */
    int32_t exponent;    /**< power of ten */
    int32_t is_historic; /**< not 0: of a day before */
} mbill_mbus_counter;

/**
 * A reply with two counters (CI 73H).
 * @since 0.1
 */
typedef struct mbill_mbus_fixed {
    uint32_t id;                    /**< eight digits, as hexadecimal */
    uint8_t access;                 /**< counts the replies */
    uint8_t status;                 /**< bit 0: counters are binary; bit 1: they are of a fixed day */
    uint8_t medium;                 /**< 0 to 15 */
    uint8_t reserved;               /**< 0 */
    mbill_bytes bytes;              /**< of both counters */
    mbill_mbus_counter counters[2]; /**< as they stand */
} mbill_mbus_fixed;

/**
 * What a record's value is of its time.
 * @since 0.1
 */
typedef enum mbill_mbus_function {
    MBILL_MBUS_INSTANTANEOUS = 0, /**< "instantaneous" */
    MBILL_MBUS_MAXIMUM = 1,       /**< "maximum" */
    MBILL_MBUS_MINIMUM = 2,       /**< "minimum" */
    MBILL_MBUS_ERROR = 3          /**< "error": the value while there was an error */
} mbill_mbus_function;

/**
 * What a record holds.
 * @since 0.1
 */
typedef enum mbill_mbus_kind {
    MBILL_MBUS_NUMBER = 1, /**< "number": value x 10^exponent of the unit */
    MBILL_MBUS_REAL = 2,   /**< "real": the same where it is such a decimal; else only the bytes */
    MBILL_MBUS_TIME = 3,   /**< "time": a day, a time of day or both */
    MBILL_MBUS_TEXT = 4,   /**< "text": data are its characters, the last one first */
    MBILL_MBUS_BYTES = 5,  /**< "bytes": what has no further meaning here */
    MBILL_MBUS_NOTHING = 6, /**< "nothing": no data */
    MBILL_MBUS_MAKER = 7   /**< "manufacturer": all that follows is the maker's own */
} mbill_mbus_kind;

/**
 * A record.
 * @since 0.1
 */
typedef struct mbill_mbus_record {
    int32_t kind;          /**< mbill_mbus_kind; 0: no more records */
    int32_t function;      /**< mbill_mbus_function */
    uint64_t storage;      /**< number of the storage; 0 is now */
    uint32_t tariff;       /**< tariff register; 0 is the total */
    uint32_t subunit;      /**< device */
    int64_t value;         /**< the number */
    int32_t exponent;      /**< power of ten */
    int32_t present;       /**< 0: the value is missing, no decimal, or marked as an error */
    mbill_frame_time time; /**< the time */
    const char *quantity;  /**< static text: "energy", "volume", …; NULL: not known */
    const char *unit;      /**< static text: "Wh", "m3", …; "" where there is none; NULL: not known */
    int32_t n_modifiers;   /**< VIFE that are not a mere power of ten: the value is then no plain one of its quantity */
    int32_t more;          /**< #MBILL_MBUS_MAKER: not 0 when more records come in a further reply */
    mbill_bytes dib;       /**< bytes of the data information: DIF and DIFE */
    mbill_bytes vib;       /**< bytes of the value information: VIF and VIFE */
    mbill_bytes data;      /**< bytes of the data, with their length byte where they have one */
} mbill_mbus_record;

/**
 * What a stream keeps between calls. Zero it to start; plain data.
 * @since 0.1
 */
typedef struct mbill_mbus_stream {
    uint32_t n;         /**< of the library: bytes that wait */
    uint32_t from;      /**< of the library: where among them the next frame may begin */
    uint8_t bytes[272]; /**< what waits for more bytes */
} mbill_mbus_stream;

/**
 * Take one whole frame apart: the layer frame.
 *
 * @param in              the bytes of one frame
 * @param[out] out_frame  not NULL; untouched on failure; its data stand in @p in
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INCOMPLETE the bytes end within the frame
 * @retval MBILL_E_SHAPE      no start byte, or no 16H at the end
 * @retval MBILL_E_LENGTH     the two L differ or are below 3, or bytes stand behind the frame
 * @retval MBILL_E_CHECKSUM   the sum is another one
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_decode(mbill_bytes in, mbill_mbus_frame *out_frame, mbill_error *err);

/**
 * Put a frame together. No layer is asked: what was decoded gives the same bytes again.
 *
 * @param frame       not NULL
 * @param[out] out    the frame; untouched on failure
 * @param cap         room in @p out, in bytes; #MBILL_MBUS_FRAME_MAX is always enough
 * @param[out] out_n  bytes of the frame; untouched on failure
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LENGTH  more data than a frame holds, or data in a form that has none
 * @retval MBILL_E_INVALID no form
 * @retval MBILL_E_ROOM    @p cap is too small
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_encode(const mbill_mbus_frame *frame, uint8_t *out, size_t cap, size_t *out_n,
    mbill_error *err);

/**
 * Is C one of the protocol, in a form it can have, and CI one that is known: the layer function.
 *
 * Requests: 40H (reset the link), 5AH and 7AH (alarms), 5BH and 7BH (data), short; 53H and 73H (to the meter), control or long. Replies:
 * 08H, 18H, 28H and 38H with CI 72H (records), 73H (two counters), 70H (errors) or 71H (alarms). CI 76H and 77H, the same high byte
 * first, are refused by name.
 *
 * @param frame     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_FUNCTION C or CI is not known
 * @retval MBILL_E_SHAPE    a form that such a C does not have
 * @retval MBILL_E_LENGTH   fewer data than such a CI has
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_check(const mbill_mbus_frame *frame, mbill_error *err);

/**
 * The header of a reply with records.
 *
 * @param frame            a reply with CI 72H; not NULL
 * @param[out] out_header  not NULL; untouched on failure; its records stand in the frame's data
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_FUNCTION, MBILL_E_SHAPE, MBILL_E_LENGTH as mbill_mbus_check(); also another CI
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_read_header(const mbill_mbus_frame *frame, mbill_mbus_header *out_header,
    mbill_error *err);

/**
 * A reply with two counters.
 *
 * @param frame           a reply with CI 73H; not NULL
 * @param[out] out_fixed  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_FUNCTION, MBILL_E_SHAPE, MBILL_E_LENGTH as mbill_mbus_check(); also another CI
 * @retval MBILL_E_BCD     a half byte that is no digit
 * @retval MBILL_E_UNIT    a code that the standard leaves out
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_read_fixed(const mbill_mbus_frame *frame, mbill_mbus_fixed *out_fixed,
    mbill_error *err);

/**
 * The next record: the layer value. Fillers are passed over.
 *
 * @param header           from mbill_mbus_read_header(); not NULL
 * @param[in,out] at       0 at first; where the next record begins
 * @param[out] out_record  not NULL; kind 0: no more; untouched on failure
 * @param[out] err         NULL, or filled on failure: index = byte of the records
 * @retval MBILL_OK
 * @retval MBILL_E_LENGTH  the record ends past the data, has more than ten extensions, or a length that the standard leaves out
 * @retval MBILL_E_BCD     a half byte that is no digit, where no error is marked
 * @retval MBILL_E_DATE    a day or time that no calendar has
 * @retval MBILL_E_SHAPE   a DIF that the standard leaves out
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes of the record); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_next(const mbill_mbus_header *header, size_t *at, mbill_mbus_record *out_record,
    mbill_error *err);

/**
 * Is a record a total of now: a number of energy or volume, without storage, tariff or device, and not modified.
 *
 * @param record  not NULL
 * @return 1 or 0
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_mbus_is_total(const mbill_mbus_record *record);

/**
 * Does this reply answer this request: the layer match.
 *
 * A request for data (5BH, 7BH) or alarms is answered by a reply of its address, or of any where it asked FDH (the selected one) or FEH;
 * everything else by E5H.
 *
 * @param request   not NULL
 * @param reply     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ECHO      the request itself, heard again on the bus
 * @retval MBILL_E_DIRECTION @p request is none, or @p reply is none
 * @retval MBILL_E_ADDRESS   another address
 * @retval MBILL_E_ANSWER    data where E5H must come, or E5H where data must
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(bytes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_match(const mbill_mbus_frame *request, const mbill_mbus_frame *reply,
    mbill_error *err);

/**
 * May such a frame be sent: the layer policy. What asks, selects or resets a link may; data to a meter (CI 51H and the like) may not.
 *
 * @param frame     not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_POLICY it may not
 * @retval MBILL_E_MISUSE a pointer is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_allow(const mbill_mbus_frame *frame, mbill_error *err);

/**
 * The name of a medium.
 *
 * @param medium  of a header
 * @return static text ("water"); NULL for a number that is not known
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_mbus_medium_name(int32_t medium);

/**
 * The next long or control frame of a stream of bytes, whatever stands between frames and however it was cut.
 *
 * The single byte E5H and short frames are not looked for: noise is full of them, and a stream comes from meters.
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
 * O(bytes), those of a frame once more for its checksum; at most one copy of a byte; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_mbus_feed(mbill_mbus_stream *stream, mbill_bytes in, size_t *out_used,
    mbill_bytes *out_frame, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
