/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file months.h  Months of readings out of a store into files of their own, back again, or away for good (library meterbill-store).
 *
 * Bills and ledger stay as they are, and are verified as before. A month is one of UTC. Of a month that leaves, the store keeps the number of its
 * readings and a digest, by which a file that is brought back is proved to be the same, and what later bills may begin with: the last
 * sample of each register and intervals that reach into the next month.
 *
 * @code
 * mbill_month_summary month = {.struct_size = sizeof month};
 * if (mbill_store_detach_month(store, "2026-01", "2026-01.db", &month, &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
 * @endcode
 */
#ifndef MBILL_MONTHS_H
#define MBILL_MONTHS_H

#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A month that has left the store, or came back. */
typedef struct mbill_month_summary {
    uint32_t struct_size; /**< sizeof(mbill_month_summary) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_readings;   /**< samples and intervals; one that was corrected counts once */
    int64_t n_tiles;      /**< packed blocks that hold them */
    uint8_t digest[32];   /**< BLAKE2b-256 over them, in order */
    char month[8];        /**< "2026-01" */
} mbill_month_summary;

/**
 * Move a month's readings into a file of their own.
 *
 * The file is a SQLite database (application_id 0x4D425054, "MBPT") with the same views as a store, so that the stock `sqlite3` shell reads it. It is
 * written whole, read back and compared before the store lets go of the month; when the call is cut short between the two, the month is in
 * both, and the same call again goes on with the file that is there. The store's file does not become smaller: what is freed serves later readings.
 *
 * @param store      not NULL
 * @param month      "2026-01"; not NULL
 * @param path       name of the file to be made; not NULL, not empty. On failure an empty file may be left
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER      a contract with registers is not billed up to the month's end: the message names the account
 * @retval MBILL_E_EXISTS     the month has left before, or a file of that name is there and is not this month as it is
 * @retval MBILL_E_NOT_FOUND  the store has no readings of the month; no such folder
 * @retval MBILL_E_DATE       @p month is no month
 * @retval MBILL_E_INVALID    an empty name
 * @retval MBILL_E_CORRUPT    what was read back is not what was written
 * @retval MBILL_E_MISUSE     a parameter that must not be NULL is, struct_size of @p out is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(contracts + bytes of the month's readings), in one transaction; memory that of 1,024 registers over the month.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_detach_month(mbill_store *store, const char *month, const char *path,
    mbill_month_summary *out, mbill_error *err);

/**
 * Remove a month's readings for good.
 * @param store      not NULL
 * @param month      "2026-01"; not NULL
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER, MBILL_E_EXISTS, MBILL_E_NOT_FOUND, MBILL_E_DATE, MBILL_E_MISUSE  as mbill_store_detach_month(); a month that was
 *         detached is not in the store: its file may be removed
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_purge_month(mbill_store *store, const char *month, mbill_month_summary *out,
    mbill_error *err);

/**
 * Bring a month back from its file, which stays as it is.
 * @param store      not NULL
 * @param path       name of the file; not NULL, not empty
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT    the file is damaged, or its readings are not those that left this store
 * @retval MBILL_E_EXISTS     the month is in the store
 * @retval MBILL_E_INVALID    an empty name, a file that holds no month
 * @retval MBILL_E_NOT_FOUND  no such file
 * @retval MBILL_E_VERSION    the file has tables of another version
 * @retval MBILL_E_MISUSE     a parameter that must not be NULL is, struct_size of @p out is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(bytes of the month's readings), in one transaction.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_attach_month(mbill_store *store, const char *path, mbill_month_summary *out,
    mbill_error *err);

/**
 * The months that the store knows, as a document of kind "store_months": month, state (here, detached, purged), readings, and of those that
 * have left their digest.
 * @param store              not NULL
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written
 * @retval MBILL_E_MISUSE  a parameter that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_months(mbill_store *store, char *out_text, size_t *inout_len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
