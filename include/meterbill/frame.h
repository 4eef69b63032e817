/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file frame.h  Frames on a meter's wire, whatever the protocol: bytes, the layers of a verdict, values, and frames as JSON.
 *
 * A frame is judged in layers, and the first that refuses is the verdict: *frame* (preamble, start bytes, length, checksum, end
 * byte), *function* (the control byte is known and the length possible for it), *value* (layout, digits, unit, calendar), *match*
 * (a reply against its request), *policy* (what must not be built). Nothing here knows a key, an account or a clock.
 *
 * A codec (mbill_frame_codec) speaks one protocol as JSON in and out; the headers of the protocols (dlt645.h, …) have the same as
 * plain calls and structs.
 *
 * @code
 * mbill_frame_codec *codec;
 * mbill_frame_verdict verdict;
 * if (mbill_frame_codec_open("dlt645", NULL, 0, NULL, &codec, &err) != MBILL_OK) …
 * if (mbill_frame_decode(codec, (mbill_bytes){bytes, n}, (mbill_bytes){NULL, 0}, text, &len, &verdict, &err) == MBILL_OK) puts(text);
 * mbill_frame_codec_free(codec);
 * @endcode
 */
#ifndef MBILL_FRAME_H
#define MBILL_FRAME_H

#include "meterbill/bytes.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The layers of a verdict, in the order in which they are asked.
 * @since 0.1
 */
typedef enum mbill_frame_layer {
    MBILL_FRAME_LAYER_FRAME = 1,    /**< "frame": preamble, start bytes, length, checksum, end byte */
    MBILL_FRAME_LAYER_FUNCTION = 2, /**< "function": control byte known, length possible for it */
    MBILL_FRAME_LAYER_VALUE = 3,    /**< "value": layout, digits, unit, calendar */
    MBILL_FRAME_LAYER_MATCH = 4,    /**< "match": the reply is one to the request */
    MBILL_FRAME_LAYER_POLICY = 5    /**< "policy": the frame may be built */
} mbill_frame_layer;

/**
 * What a frame was found to be.
 * @since 0.1
 */
typedef struct mbill_frame_verdict {
    int32_t layer;  /**< mbill_frame_layer that refused first; 0: none did */
    int32_t status; /**< mbill_status of the refusal; #MBILL_OK with layer 0 */
} mbill_frame_verdict;

/**
 * Units of values on the wire.
 * @since 0.1
 */
typedef enum mbill_frame_unit {
    MBILL_FRAME_UNIT_NONE = 0, /**< a count or a code */
    MBILL_FRAME_UNIT_WH,       /**< "Wh" */
    MBILL_FRAME_UNIT_KWH,      /**< "kWh" */
    MBILL_FRAME_UNIT_MWH,      /**< "MWh" */
    MBILL_FRAME_UNIT_MWH_100,  /**< "100 MWh" */
    MBILL_FRAME_UNIT_J,        /**< "J" */
    MBILL_FRAME_UNIT_KJ,       /**< "kJ" */
    MBILL_FRAME_UNIT_MJ,       /**< "MJ" */
    MBILL_FRAME_UNIT_GJ,       /**< "GJ" */
    MBILL_FRAME_UNIT_GJ_100,   /**< "100 GJ" */
    MBILL_FRAME_UNIT_W,        /**< "W" */
    MBILL_FRAME_UNIT_KW,       /**< "kW" */
    MBILL_FRAME_UNIT_MW,       /**< "MW" */
    MBILL_FRAME_UNIT_L,        /**< "L" */
    MBILL_FRAME_UNIT_M3,       /**< "m3" */
    MBILL_FRAME_UNIT_L_H,      /**< "L/h" */
    MBILL_FRAME_UNIT_M3_H,     /**< "m3/h" */
    MBILL_FRAME_UNIT_V,        /**< "V" */
    MBILL_FRAME_UNIT_A,        /**< "A" */
    MBILL_FRAME_UNIT_HZ,       /**< "Hz" */
    MBILL_FRAME_UNIT_KVAR,     /**< "kvar" */
    MBILL_FRAME_UNIT_KVARH,    /**< "kvarh" */
    MBILL_FRAME_UNIT_KVA,      /**< "kVA" */
    MBILL_FRAME_UNIT_YUAN,     /**< "yuan" */
    MBILL_FRAME_UNIT_YUAN_KWH, /**< "yuan/kWh" */
    MBILL_FRAME_UNIT_C,        /**< "C": degrees Celsius */
    MBILL_FRAME_UNIT_H         /**< "h" */
} mbill_frame_unit;

/**
 * A time as a meter says it, in the meter's own local time. A part that the field does not have is -1.
 * @since 0.1
 */
typedef struct mbill_frame_time {
    int16_t year;   /**< 2000 to 2099, or with a century on the wire as that says */
    int8_t month;   /**< 1 to 12 */
    int8_t day;     /**< 1 to 31 */
    int8_t hour;    /**< 0 to 23 */
    int8_t minute;  /**< 0 to 59 */
    int8_t second;  /**< 0 to 59 */
    int8_t weekday; /**< 0 (Sunday) to 6 */
} mbill_frame_time;

/** A time of which no part is there. */
#define MBILL_FRAME_TIME_NONE                                                                                                    \
    {                                                                                                                            \
        -1, -1, -1, -1, -1, -1, -1                                                                                               \
    }

/**
 * What an item of a frame is.
 * @since 0.1
 */
typedef enum mbill_frame_item_kind {
    MBILL_FRAME_ITEM_NUMBER = 1, /**< value x 10^-scale of the unit */
    MBILL_FRAME_ITEM_TIME,       /**< time; in a row of a table the row's number too, as value */
    MBILL_FRAME_ITEM_DIGITS,     /**< value is a number of scale digits, such as a meter number */
    MBILL_FRAME_ITEM_WORD        /**< value is a word of bits */
} mbill_frame_item_kind;

/**
 * One value of a frame.
 * @since 0.1
 */
typedef struct mbill_frame_item {
    int32_t kind;          /**< mbill_frame_item_kind */
    int32_t present;       /**< 0: the wire says "no value"; the rest is 0 then */
    int32_t unit;          /**< mbill_frame_unit */
    int32_t scale;         /**< decimal places of value, or its digits */
    int64_t value;         /**< the number */
    mbill_frame_time time; /**< the time */
} mbill_frame_item;

/**
 * One protocol with a meter's profile and a reader of its stream. One thread at a time.
 * @since 0.1
 */
typedef struct mbill_frame_codec mbill_frame_codec;

/**
 * Protocols that a codec speaks, one after another.
 *
 * @param index  from 0
 * @return the name ("dlt645"); NULL past the last
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_frame_protocol_name(size_t index);

/**
 * The name of a layer.
 *
 * @param layer  any number
 * @return static text ("frame", "function", "value", "match", "policy"); NULL for a number that is no layer
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_frame_layer_name(int32_t layer);

/**
 * How a unit is written.
 *
 * @param unit  any number
 * @return static text ("kWh"); "" for #MBILL_FRAME_UNIT_NONE; NULL for a number that is no unit
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_frame_unit_name(int32_t unit);

/**
 * Open a codec.
 *
 * @param protocol     one of mbill_frame_protocol_name(); not NULL
 * @param profile      NULL, or a document of kind `frame_profile` for that protocol: one meter's settings
 * @param profile_len  bytes of @p profile
 * @param allocator    NULL = libc
 * @param[out] out     not NULL; NULL on failure; free it with mbill_frame_codec_free()
 * @param[out] err     NULL, or filled on failure: path = where in the profile
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such protocol
 * @retval MBILL_E_INVALID, MBILL_E_UNKNOWN_KEY, MBILL_E_TYPE, MBILL_E_RANGE, …  what is wrong with the profile; a flag that this
 *         version does not know is refused
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One allocation, and reading the profile.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_frame_codec_open(const char *protocol, const char *profile, size_t profile_len,
    const mbill_allocator *allocator, mbill_frame_codec **out, mbill_error *err);

/**
 * Free a codec.
 * @param codec  NULL is allowed
 * @since 0.1
 */
MBILL_API void mbill_frame_codec_free(mbill_frame_codec *codec);

/**
 * What a frame says, as a JSON document.
 *
 * The document is of kind `frame` when every layer takes the frame, and of kind `error` when one refuses: it then has `layer`,
 * `status` and `message`, and what the layers before could tell. Either way the call itself succeeds.
 *
 * @param codec             not NULL
 * @param in                one whole frame, nothing before or behind it
 * @param request           the frame that @p in is to answer, in bytes; n = 0: none, and the layer match is not asked
 * @param[out] out_text     room for the document; NULL asks for its size
 * @param[in,out] inout_len room in bytes, then the size needed, with the NUL
 * @param[out] out_verdict  not NULL: the layer and status
 * @param[out] err          NULL, or filled when a layer refuses, and on failure
 * @retval MBILL_OK        the document is written
 * @retval MBILL_E_ROOM    it does not fit; *inout_len is the size
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for one codec.
 * @par Cost
 * Linear; allocates the text while it grows.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_frame_decode(const mbill_frame_codec *codec, mbill_bytes in, mbill_bytes request,
    char *out_text, size_t *inout_len, mbill_frame_verdict *out_verdict, mbill_error *err);

/**
 * The frame of a JSON document: that which mbill_frame_decode() wrote gives the same bytes again.
 *
 * A document with `request` is the answer to that frame, and is held against it. A document with `data` is those bytes, and every other member must be what they say. Without `data` the frame is made from the
 * members that the protocol's guide names. A member that the frame does not bear out is refused at its place.
 *
 * @param codec             not NULL
 * @param json              a document of kind `frame`
 * @param len               bytes of @p json
 * @param[out] out          room for the frame
 * @param cap               bytes of room
 * @param[out] out_n        not NULL: bytes of the frame; untouched on failure
 * @param[out] out_verdict  not NULL: the layer that refuses the frame, were it sent; 0 = none, also when the document is at fault
 * @param[out] err          NULL, or filled on failure: path = where in the document
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the frame does not fit; nothing is written
 * @retval MBILL_E_SYNTAX, MBILL_E_TYPE, MBILL_E_MISSING_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_INVALID  and the like: the document
 * @retval MBILL_E_FUNCTION, MBILL_E_LENGTH, MBILL_E_POLICY  and the like: the frame; as decoding it would
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for one codec.
 * @par Cost
 * Linear; allocates the document's tree.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_frame_encode(const mbill_frame_codec *codec, const char *json, size_t len,
    uint8_t *out, size_t cap, size_t *out_n, mbill_frame_verdict *out_verdict, mbill_error *err);

/**
 * Find the next frame in a stream of bytes that comes in pieces, with noise between frames.
 *
 * Frames are found from left to right: a start whose frame turns out not to be one is passed by a single byte. Where the pieces
 * are cut makes no difference. Only the layer *frame* is asked.
 *
 * @param codec           not NULL; keeps what may yet become a frame
 * @param in              the next piece; what was not used before comes again; n = 0: nothing more comes (the line is idle), and
 *                        what is kept is searched for frames that stand whole in it
 * @param[out] out_used   not NULL: how much of @p in is done with
 * @param[out] out_frame  not NULL: a frame with its preamble cut off, which lives until the next call; n = 0: none, and all of
 *                        @p in is used
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for one codec.
 * @par Cost
 * Linear in the bytes; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_frame_feed(mbill_frame_codec *codec, mbill_bytes in, size_t *out_used,
    mbill_bytes *out_frame, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
