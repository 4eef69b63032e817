/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file receipt.h  What became of a command, signed by who carried it out, each receipt chained to the one before it.
 *
 * A receipt is a COSE_Sign1 message like a command, of domain "libmeterbill/ack/v1". An acknowledgement on the wire is no proof: only what was read back afterwards
 * confirms (mbill_receipt_judge()), and only a confirmed command changes what a contract's supply is. A receipt that is missing shows in the chain.
 *
 * @code
 * mbill_evidence evidence = {.struct_size = sizeof evidence, .answer = MBILL_ANSWER_ACCEPTED, .has = MBILL_EVIDENCE_STATUS, .status_word = 0x0050};
 * mbill_receipt_judge(MBILL_COMMAND_TRIP, &evidence, &receipt.state, &err);   // MBILL_RECEIPT_CONFIRMED
 * mbill_receipt_sign(gateway, realm, &receipt, bytes, sizeof bytes, &len, &err);
 * @endcode
 */
#ifndef MBILL_RECEIPT_H
#define MBILL_RECEIPT_H

#include "meterbill/command.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_RECEIPT_REPLY_MAX 256 /**< bytes of a reply */
#define MBILL_RECEIPT_BYTES_MAX 640 /**< bytes of a whole receipt */

/** How far a command came. In documents they go by the names in quotes. */
typedef enum mbill_receipt_state {
    MBILL_RECEIPT_RECEIVED = 1, /**< "received" */
    MBILL_RECEIPT_VERIFIED,     /**< "verified" */
    MBILL_RECEIPT_SENT,         /**< "sent" */
    MBILL_RECEIPT_ACCEPTED,     /**< "accepted" on the wire; nothing is proved */
    MBILL_RECEIPT_CONFIRMED,    /**< "confirmed": read back, as ordered */
    MBILL_RECEIPT_REFUSED,      /**< "refused" by the meter */
    MBILL_RECEIPT_EXPIRED,      /**< "expired" */
    MBILL_RECEIPT_SUPERSEDED,   /**< "superseded" by a newer command */
    MBILL_RECEIPT_UNKNOWN       /**< "unknown": no reply that counts */
} mbill_receipt_state;

/**
 * The name of a state in documents; NULL for none.
 * @param state  any number
 * @return a constant, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_receipt_state_name(int32_t state);

#define MBILL_RECEIPT_HAS_REQUEST 0x1u  /**< `request_hash` */
#define MBILL_RECEIPT_HAS_REPLY 0x2u    /**< `reply` */
#define MBILL_RECEIPT_HAS_STATUS 0x4u   /**< `status_word` */
#define MBILL_RECEIPT_HAS_PREVIOUS 0x8u /**< `previous_hash` */

/** A receipt. Members that it does not have are 0. */
typedef struct mbill_receipt {
    uint32_t struct_size;     /**< sizeof(mbill_receipt) */
    int32_t state;            /**< mbill_receipt_state */
    int64_t time_s;           /**< when, UTC */
    mbill_id id;              /**< of the command */
    uint64_t seq;             /**< of the command */
    uint8_t command_hash[32]; /**< mbill_command_hash() of its bytes */
    uint32_t has;             /**< MBILL_RECEIPT_HAS_… */
    uint32_t
        status_word; /**< what was read back, 16 bits: status word 3 of DL/T 645; of CJ/T 188 the valve, as mbill_evidence has it */
    uint8_t request_hash[32];               /**< BLAKE2b-256 of the request frame */
    uint8_t previous_hash[32];              /**< BLAKE2b-256 of this signer's receipt before; 32 x 00 for the first */
    uint8_t kid[8];                         /**< by mbill_receipt_open(): who signed */
    uint32_t n_reply;                       /**< bytes of the reply, 1 or more where there is one */
    uint32_t reserved;                      /**< 0 */
    uint8_t reply[MBILL_RECEIPT_REPLY_MAX]; /**< as it came */
} mbill_receipt;

/** A receipt to start from. */
#define MBILL_RECEIPT_INIT                                                                                                       \
    {                                                                                                                            \
        .struct_size = (uint32_t)sizeof(mbill_receipt)                                                                           \
    }

/**
 * The payload in its one form; #MBILL_E_CLAIMS (a confirmed one needs a reply or a status word), else as mbill_command_encode().
 * @param receipt       not NULL
 * @param[out] out      the bytes
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @return as mbill_command_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_encode(const mbill_receipt *receipt, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err);

/**
 * As mbill_command_decode().
 * @param payload           its bytes
 * @param[out] out_receipt  the receipt; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @return as mbill_command_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_decode(mbill_bytes payload, mbill_receipt *out_receipt, mbill_error *err);

/**
 * As mbill_command_sign(); #MBILL_RECEIPT_BYTES_MAX bytes are always enough.
 * @param signer        not NULL
 * @param realm         who belongs together
 * @param receipt       not NULL
 * @param[out] out      the bytes
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @return as mbill_command_sign()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_sign(mbill_signer *signer, mbill_bytes realm, const mbill_receipt *receipt,
    uint8_t *out, size_t cap, size_t *out_len, mbill_error *err);

/**
 * Check a receipt.
 *
 * @param public_key       of who carries commands out
 * @param realm            as it was signed
 * @param in               the message
 * @param[out] out_receipt untouched on failure
 * @param[out] err         NULL, or filled on failure: index = the offending byte
 * @retval MBILL_OK
 * @retval MBILL_E_KID_UNKNOWN  it is of another key
 * @retval MBILL_E_LIMIT, MBILL_E_TRUNCATED, MBILL_E_NONCANONICAL, MBILL_E_STRUCTURE, MBILL_E_ALGORITHM, MBILL_E_SIGNATURE, MBILL_E_CLAIMS, MBILL_E_MISUSE
 *         as mbill_command_open()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One verification; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_open(const uint8_t public_key[32], mbill_bytes realm, mbill_bytes in,
    mbill_receipt *out_receipt, mbill_error *err);

/**
 * Whether a receipt follows the one whose message is given (n 0: it is the first). #MBILL_E_CHAIN where it does not, or has no place in a chain.
 * @param receipt   not NULL
 * @param previous  the message of the one before
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CHAIN
 * @retval MBILL_E_MISUSE  @p receipt is NULL
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_follows(const mbill_receipt *receipt, mbill_bytes previous,
    mbill_error *err);

/** What came back on the wire. */
typedef enum mbill_answer {
    MBILL_ANSWER_NONE = 0, /**< nothing in time */
    MBILL_ANSWER_ACCEPTED, /**< DL/T 645: 9C, 94, 83; CJ/T 188: 84 */
    MBILL_ANSWER_REFUSED,  /**< DL/T 645: DC, D4, C3, whatever its bits; CJ/T 188: C4 */
    MBILL_ANSWER_OTHER     /**< an echo, another DI or SER, a frame that does not belong to the request */
} mbill_answer;

#define MBILL_EVIDENCE_STATUS 0x1u /**< `status_word` was read back afterwards (04000503) */
#define MBILL_EVIDENCE_VALVE 0x2u  /**< `valve` was read back afterwards (ST of CJ/T 188) */
#define MBILL_EVIDENCE_SAME 0x4u   /**< what was written was read back and is the same */

/** What is known of a command after it was sent. */
typedef struct mbill_evidence {
    uint32_t struct_size; /**< sizeof(mbill_evidence) */
    int32_t answer;       /**< mbill_answer */
    uint32_t has;         /**< MBILL_EVIDENCE_… */
    uint32_t status_word; /**< status word 3: bit 4 relay open, 6 its command, 7 alarm, 12 keep power */
    uint32_t valve;       /**< bits 0-1 of ST: 0 open, 1 closed, 3 fault */
    uint32_t reserved;    /**< 0 */
} mbill_evidence;

/**
 * What state that is: refused when the meter refused; confirmed when what was read back is as ordered, also where the acknowledgement was lost; accepted when the meter
 * accepted and nothing confirms it yet; else unknown.
 *
 * @param kind            mbill_command_kind
 * @param evidence        not NULL
 * @param[out] out_state  #MBILL_RECEIPT_ACCEPTED, _CONFIRMED, _REFUSED or _UNKNOWN; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  no kind, no answer of those
 * @retval MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_judge(int32_t kind, const mbill_evidence *evidence, int32_t *out_state,
    mbill_error *err);

/**
 * The receipt of a command that was sent: mbill_receipt_judge() and what it rests on. Its place in the chain (`previous_hash`) is still to be said.
 *
 * @param command          its `kind`, `id` and `seq`
 * @param command_hash     mbill_command_hash() of the signed message
 * @param sent             the frame
 * @param reply            what came to it, or where that was lost, what was read back; n = 0: nothing. One longer than #MBILL_RECEIPT_REPLY_MAX is left out
 * @param evidence         not NULL
 * @param time_s           UTC
 * @param[out] out_receipt untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID, MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION  as mbill_receipt_judge()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One hash of the frame; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_make(const mbill_command *command, const uint8_t command_hash[32],
    mbill_bytes sent, mbill_bytes reply, const mbill_evidence *evidence, int64_t time_s, mbill_receipt *out_receipt,
    mbill_error *err);

/**
 * A receipt from its document (kind "receipt", schema/receipt-1.schema.json); as mbill_command_read().
 * @param text              JSON in UTF-8
 * @param len               its bytes
 * @param[out] out_receipt  the receipt; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @return as mbill_command_read()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_read(const char *text, size_t len, mbill_receipt *out_receipt,
    mbill_error *err);

/**
 * A receipt as its document; as mbill_command_write().
 * @param receipt         not NULL
 * @param[out] out_text   text with a zero at its end; NULL asks for the size
 * @param[out] inout_len  room at @p out_text; then bytes written, or needed
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_command_write()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_write(const mbill_receipt *receipt, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Whether a receipt is of this meter. It names its command, and a group's command has many meters; but the reply in it is a frame in which the meter names itself:
 * DL/T 645 (e/ and 12 digits) or CJ/T 188 (w/, h/ or g/ and 14 hex digits).
 *
 * @param receipt   from mbill_receipt_open(); not NULL
 * @param target    the meter, as commands name it
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ADDRESS  it has no reply, or one of another meter
 * @retval MBILL_E_INVALID  the target is no meter
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_receipt_is_from(const mbill_receipt *receipt, const char *target, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
