/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file bulk.h  Many accounts on one tariff: what depends on the tariff, the span and the time axis is worked out once.
 *
 * Every tariff is taken, and every account comes to what mbill_tariff_price() says, line by line. Charges on a register's measured
 * readings are summed straight from its column, as long as periods change between steps; all others are priced as ever.
 *
 * @code
 * const char *registers[] = {"import"};
 * mbill_bulk *bulk = NULL;
 * mbill_price_request span = {.struct_size = sizeof span, .from_utc_s = from, .to_utc_s = to};
 * if (mbill_bulk_open(tariff, &span, &axis, registers, 1, NULL, &bulk, &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
 * void *work = malloc(mbill_bulk_work_size(bulk));
 * for (size_t i = 0; i < n; i++) accounts[i] = (mbill_bulk_account){.columns = &columns[i]};
 * if (mbill_bulk_price(bulk, accounts, n, work, &err) == MBILL_OK) … accounts[0].total_micro …
 * free(work);
 * mbill_bulk_free(bulk);
 * @endcode
 */
#ifndef MBILL_BULK_H
#define MBILL_BULK_H

#include "meterbill/column.h"
#include "meterbill/tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A tariff over one span and time axis, immutable; may be shared between threads. */
typedef struct mbill_bulk mbill_bulk;

/** One account: what it is priced from, and what it comes to. Stride is fixed for ever: 104 bytes. */
typedef struct mbill_bulk_account {
    const mbill_column *columns;  /**< one for each register, in the order of mbill_bulk_open() */
    const mbill_fact *facts;      /**< of the account; may hold more than the tariff needs; NULL when n_facts is 0 */
    size_t n_facts;               /**< how many `facts` */
    const mbill_position *before; /**< NULL: nothing used yet */
    mbill_position *after;        /**< NULL, or mbill_position_size() bytes; may be @p before */
    mbill_line *lines;            /**< NULL: no lines are wanted; else room for @p cap_lines */
    size_t cap_lines;             /**< how many @p lines has room for; not looked at when that is NULL */
    size_t n_lines;               /**< out: lines made; lines needed when the status is #MBILL_E_ROOM */
    int64_t *charges_micro;       /**< NULL, or out: what each charge comes to, in the labels' order */
    int64_t total_micro;          /**< out */
    uint32_t flags;               /**< out: or of the lines' flags */
    int32_t status;               /**< out: mbill_status of this account; when it is not 0, only n_lines has a meaning */
    const mbill_factor *factors;  /**< of the registers that the tariff wants converted; NULL when n_factors is 0 */
    size_t n_factors;             /**< how many `factors` */
} mbill_bulk_account;

/**
 * Prepare a tariff for many accounts.
 * @param tariff           not NULL; must outlive the handle
 * @param request          not NULL; span, flags, lists, instants and price series for all accounts; inputs, facts and factors must be empty. Lists,
 *                         instants and series must outlive the handle
 * @param axis             not NULL; the steps of all columns; copied. It should cover the span
 * @param registers        names of the registers that accounts give columns for; must outlive the handle
 * @param n_registers      how many; may be 0
 * @param allocator        NULL = libc
 * @param[out] out_bulk    to be freed with mbill_bulk_free(); NULL on failure
 * @param[out] err         NULL, or filled on failure: index = offending register
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  the request has inputs, facts or factors; a register is named twice
 * @retval MBILL_E_RANGE, MBILL_E_UNCOVERED, MBILL_E_NOT_FOUND, MBILL_E_NOT_KNOWN, MBILL_E_ORDER, MBILL_E_UNKNOWN_OPTION  as
 *         mbill_tariff_price(); the axis is empty, too long or outside the calendar
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * O(calendars x steps of the axis); allocates.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bulk_open(const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_axis *axis, const char *const *registers, size_t n_registers, const mbill_allocator *allocator,
    mbill_bulk **out_bulk, mbill_error *err);

/**
 * Bytes of work space that one thread needs: 32 a step and register; 0 for NULL. Any thread.
 * @param bulk  may be NULL
 * @return bytes
 * @since 0.1
 */
MBILL_API size_t mbill_bulk_work_size(const mbill_bulk *bulk);

/**
 * Price accounts.
 *
 * Each account is priced by itself, and one that is refused holds up no other: its status says why, and the call returns the first such status.
 *
 * @param bulk          not NULL; only read
 * @param accounts      @p n_accounts of them
 * @param n_accounts    how many
 * @param work          mbill_bulk_work_size() bytes, aligned as malloc's; this thread's own
 * @param[out] err      NULL, or filled for the first account that is refused: index = the account
 * @retval MBILL_OK        all accounts are priced
 * @retval MBILL_E_RANGE   a column was checked for an axis of another length
 * @retval MBILL_E_ROOM    an account's cap_lines is too small; its position is untouched
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @return otherwise what mbill_tariff_price() returns for the account
 * @par Thread safety
 * Any number of threads may share @p bulk, each with its own accounts and work space.
 * @par Cost
 * O(accounts x steps + lines); no allocation. About 30 KiB of stack.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bulk_price(const mbill_bulk *bulk, mbill_bulk_account *accounts, size_t n_accounts,
    void *work, mbill_error *err);

/**
 * Free a handle; the tariff stays. NULL is accepted.
 * @param bulk  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_bulk_free(mbill_bulk *bulk);

#ifdef __cplusplus
}
#endif
#endif
