/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file alarms.h  Alarms as documents: their configuration, a board that runs any number of them on lines of JSON, and its state.
 *
 * A configuration is a document of kind "alarms" (schema/alarms.json); guide/alarms.md has every member with its default. A board keeps one alarm of the document
 * for each key it hears of (a meter, an account, an area), takes lines
 *
 * @code{.json}
 * {"t": 0, "v": 1999, "alarm": "low", "key": "M1"}       a sample; "estimated": true for one that is
 * {"tick": 20}                                           no line up to 20 will follow
 * {"t": 30, "alarm": "complaints", "key": "area 7", "who": "customer 3"}     a plain event
 * {"t": 40, "do": "ack", "alarm": "low", "key": "M1"}    an operator's action
 * @endcode
 *
 * and answers each with the events that came of it, one a line, by effective time.
 */
#ifndef MBILL_ALARMS_H
#define MBILL_ALARMS_H

#include "meterbill/level.h"
#include "meterbill/memory.h"
#include "meterbill/notice.h"
#include "meterbill/window.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_BOARD_EVENTS_MAX 65536 /**< messages that the time of one line may bring */

/** A configuration, read; immutable. */
typedef struct mbill_alarms mbill_alarms;

/** A configuration's alarms with their states. */
typedef struct mbill_board mbill_board;

/**
 * Read a document of kind "alarms", and say everything that is wrong with it.
 *
 * @param json              the document, UTF-8; need not be NUL-terminated; not NULL unless @p len is 0
 * @param len               its length in bytes
 * @param allocator         NULL = libc; remembered by the handle
 * @param[out] out_alarms   the handle, to be freed with mbill_alarms_free(); NULL on failure
 * @param[out] out_reasons  each with its status, JSON pointer and sentence; @p cap of them with `struct_size` set; may be NULL if @p cap is 0
 * @param cap               room
 * @param[out] out_n        NULL, or how many reasons there are, also those there was no room for
 * @param[out] err          NULL, or the first reason
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID, MBILL_E_RANGE  values that cannot work
 * @retval MBILL_E_AMBIGUOUS  an alarm of two kinds
 * @retval MBILL_E_ZONE      a detector's zone that is no rule
 * @retval MBILL_E_NOT_FOUND  a channel that the document does not name
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_VERSION  not the form
 * @retval MBILL_E_NOMEM     no memory
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in @p len.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarms_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_alarms **out_alarms, mbill_error *out_reasons, size_t cap, size_t *out_n, mbill_error *err);

/**
 * Free a configuration; NULL is allowed. Boards of it must be freed before.
 * @param alarms  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_alarms_free(mbill_alarms *alarms);

/**
 * Write a configuration with every default said. Reading it gives the same alarms, and writing that the same bytes.
 *
 * @param alarms            not NULL
 * @param[out] out_text     NULL to ask the size
 * @param[in,out] inout_len room, and then the bytes with the NUL
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    @p inout_len is too small; it says how much is needed
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p alarms.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarms_write(const mbill_alarms *alarms, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Open a board without any alarm seen yet; free it with mbill_board_free(). MBILL_E_NOMEM, MBILL_E_MISUSE.
 * @param alarms          not NULL; the board reads it as long as it lives
 * @param allocator       NULL = libc
 * @param[out] out_board  the board; NULL on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOMEM
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_board_open(const mbill_alarms *alarms, const mbill_allocator *allocator,
    mbill_board **out_board, mbill_error *err);

/**
 * Free a board; NULL is allowed.
 * @param board  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_board_free(mbill_board *board);

/**
 * Take one line.
 *
 * A line that is refused changes nothing; an operator's action that is refused may still have found what was due before it.
 *
 * @param board           not NULL
 * @param line            one JSON object; not NULL unless @p len is 0
 * @param len             its bytes
 * @param[out] out_text   the events, each a JSON object and a line feed; lives until the next call on the board; "" if there are none
 * @param[out] out_len    its bytes
 * @param[out] err        NULL, or filled on failure: path = JSON pointer into the line
 * @retval MBILL_OK
 * @retval MBILL_E_LATE       a time that is over for one of the alarms that the line is for
 * @retval MBILL_E_LIMIT      the time since the last line may bring more than #MBILL_BOARD_EVENTS_MAX messages: ticks must come between; also a line too long
 *                            or deep
 * @retval MBILL_E_NOT_FOUND  an alarm that the document does not have, or nothing to acknowledge, reset or unshelve
 * @retval MBILL_E_INVALID    a line that no alarm takes
 * @retval MBILL_E_RANGE, MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW  not the form
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for a board.
 * @par Cost
 * O(alarms that the line is for); with "inhibit" also the square of the alarms that are kept.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_board_line(mbill_board *board, const char *line, size_t len, const char **out_text,
    size_t *out_len, mbill_error *err);

/**
 * The state of a board as a document of kind "alarm_state", versioned and with checksums.
 *
 * @param board             not NULL
 * @param[out] out_text     NULL to ask the size
 * @param[in,out] inout_len room, and then the bytes with the NUL
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM, MBILL_E_NOMEM, MBILL_E_MISUSE  as mbill_alarms_write()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_board_save(const mbill_board *board, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Go on with a saved state on a board that has taken no line.
 *
 * The next line's time is when the board was restored: the document's "restart" says what becomes of delays that ran. Alarms that the document no longer has,
 * or has in another form, are left out.
 *
 * @param board     freshly opened
 * @param json      what mbill_board_save() wrote
 * @param len       its bytes
 * @param[out] err  NULL, or filled on failure; the board must then be freed
 * @retval MBILL_OK
 * @retval MBILL_E_VERSION   written by a version that this one cannot read
 * @retval MBILL_E_CHECKSUM  damaged
 * @retval MBILL_E_INVALID, MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_OVERFLOW, MBILL_E_RANGE  not the form
 * @retval MBILL_E_NOMEM     no memory
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is, or the board has taken a line
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_board_load(mbill_board *board, const char *json, size_t len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
