/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file ingest.h  Readings by the batch: columns into the store, packed, all or nothing (library meterbill-store).
 *
 * Readings are kept in tiles: what up to 1,024 registers reported at the same instants, in 3 to 5 bytes a reading where meters report
 * together and 8 to 10 where they do not. The views `mbill_reading` and `mbill_interval` show them in the stock `sqlite3` shell.
 *
 * @code
 * int64_t registers[N], times[N], values[N];
 * mbill_reading_columns batch = {.struct_size = sizeof batch, .n = N, .registers = registers, .at_utc_s = times, .values_micro = values};
 * mbill_ingest_counts counts = {.struct_size = sizeof counts};
 * if (mbill_store_register_number(store, "M0001", "import", &registers[0], &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
 * …
 * if (mbill_store_ingest(store, &batch, &counts, &err) != MBILL_OK) fprintf(stderr, "row %lld: %s\n", (long long)err.index, err.message);
 * @endcode
 */
#ifndef MBILL_INGEST_H
#define MBILL_INGEST_H

#include "meterbill/reading.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A reading that is there with another value or flags takes the new ones; both stay in the file, and the newest counts. */
#define MBILL_INGEST_CORRECT 0x1u

/** Readings as columns of n rows, in any order. Register samples where ends_utc_s is NULL, else intervals. */
typedef struct mbill_reading_columns {
    uint32_t struct_size;         /**< sizeof(mbill_reading_columns) where the caller was compiled */
    uint32_t flags;               /**< MBILL_INGEST_CORRECT; unknown bits are refused */
    size_t n;                     /**< rows, at most 2^31 - 1 */
    const int64_t *registers;     /**< numbers from mbill_store_register_number() */
    const int64_t *at_utc_s;      /**< instant of a sample, start of an interval */
    const int64_t *ends_utc_s;    /**< NULL, or the end of each interval, at most 2^32 - 1 seconds behind its start */
    const int64_t *values_micro;  /**< a sample's count, >= 0; an interval's quantity */
    const uint8_t *reading_flags; /**< NULL: no row has any; else MBILL_READING_* of each */
} mbill_reading_columns;

/** What a batch did; its rows are n_added + n_same + n_corrected. */
typedef struct mbill_ingest_counts {
    uint32_t struct_size; /**< sizeof(mbill_ingest_counts) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_added;      /**< rows that were not there */
    int64_t n_same;       /**< rows that were there already, or stand twice in the batch */
    int64_t n_corrected;  /**< rows that took another's place */
    /** Of n_added and n_corrected, those in the span of a bill that was made: named, with the bill, in the table `mbill_reading_correction`. */
    int64_t n_behind_bill;
} mbill_ingest_counts;

/**
 * The number of a register in the store, for mbill_store_ingest(). It stays the same for the life of the file.
 * @param store            not NULL
 * @param meter            id of the meter
 * @param name             the register's name; NULL: the meter's only one
 * @param[out] out_number  > 0; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such meter, or it has no such register
 * @retval MBILL_E_INVALID    the meter has several registers and @p name is NULL
 * @retval MBILL_E_MISUSE     a parameter that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_register_number(mbill_store *store, const char *meter, const char *name,
    int64_t *out_number, mbill_error *err);

/**
 * Keep a batch of readings, all or nothing; what is answered is on the disk.
 *
 * A row is known by its register, kind and instant; the first reading of a new meter (#MBILL_READING_INSTALLED) may stand at the instant of
 * the last of the old one. The same row again is counted. Another value, flags or end at its place is refused, unless the batch is marked
 * #MBILL_INGEST_CORRECT: then value and flags are replaced (an interval's end is not). Rows may come late and in any order; a batch that
 * was sent before may be sent again. What is not checked here, such as a count that falls, is refused by name when it is priced.
 *
 * @param store      not NULL
 * @param batch      not NULL; only read
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure: index = the row
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND        a register's number that is none
 * @retval MBILL_E_EXISTS_DIFFERENT another reading is there at the same instant, or two that differ are in the batch; the message has both
 * @retval MBILL_E_RANGE            a time outside the years of calendar.h, a count below 0, an interval that is too long, too many rows
 * @retval MBILL_E_INVALID          an interval that ends where it starts or before, a mark that an interval cannot have
 * @retval MBILL_E_UNKNOWN_OPTION   a flag or member this version does not know
 * @retval MBILL_E_MISUSE           a pointer that must not be NULL is, a struct_size that is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(rows), and about 30 bytes of memory a row; rows behind the newest of their 1,024 registers are looked for in the tiles of their time. One
 * transaction: batches of 10,000 rows and more pay best.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_ingest(mbill_store *store, const mbill_reading_columns *batch,
    mbill_ingest_counts *out, mbill_error *err);

/**
 * Correct readings from a file: mbill_store_put_readings() with #MBILL_INGEST_CORRECT.
 *
 * Rows of the file that are there with another value, quality or mark take its place; those that are not there are added.
 *
 * @param store      not NULL
 * @param csv        the file's text; need not be NUL-terminated
 * @param len        its length in bytes
 * @param zone_rule  as for mbill_store_put_readings()
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure: index = line of the file, from 1
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT an interval that is there with another end
 * @return otherwise what mbill_store_put_readings() returns
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_correct_readings(mbill_store *store, const char *csv, size_t len,
    const char *zone_rule, mbill_ingest_counts *out, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
