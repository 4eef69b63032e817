/* SPDX-License-Identifier: Apache-2.0 */
/** @file account.h  Accounts of a store in their town: where they stand, and which are meant (library meterbill-store). */
#ifndef MBILL_ACCOUNT_H
#define MBILL_ACCOUNT_H

#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Keep places, where accounts and meters stand, and what tariffs bill (a document of kind "places", see place.h), all or nothing.
 *
 * What the document says of an entry takes the place of what was there: another title, another place above, another set of tags. What it does
 * not say stays. Rows are entries; one that changed nothing is counted as same.
 *
 * @param store     not NULL
 * @param json      the document
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND a place, account or meter that is named is neither in the document nor in the store
 * @retval MBILL_E_INVALID   a place would be inside itself, or a meter behind itself; also what place.h refuses so
 * @retval MBILL_E_MISUSE    @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX    and the other statuses of mbill_places_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(entries x depth of the tree).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_places(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * All places, and what stands in them, as a document of kind "places", ordered by id; it can be read again.
 *
 * @param store              not NULL
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM   the room is too small; nothing was written
 * @retval MBILL_E_MISUSE a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(rows).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_places(mbill_store *store, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * The accounts that a selection means: `{"under": "east-7", "tags": ["old"], "utility": "water"}`.
 *
 * All that is said must hold, and an empty selection means every account. `under`: the account stands at that place, or at one inside it, however
 * deep. `tags`: each is a tag of the account, of its place, or of a place above. `utility`: the account has a contract, of whatever time, under a
 * tariff that a places document gives that utility. `register`: a meter that has a register of this name measures it; `behind`: one that stands behind this
 * master meter does. These three must hold of one contract and one meter together.
 *
 * @param store             not NULL
 * @param json              the selection; NULL, or @p len 0: every account
 * @param len               its length in bytes
 * @param[out] out_numbers  the accounts' numbers (mbill_store_account_number()), rising; may be NULL when @p cap_numbers is 0; untouched on failure
 * @param cap_numbers       room
 * @param[out] out_n        accounts selected, also when the status is #MBILL_E_ROOM
 * @param[out] err          NULL, or filled on failure: path = JSON pointer in the selection
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      there is not room for all; nothing was written to @p out_numbers
 * @retval MBILL_E_NOT_FOUND the place, or the meter of `behind`, is not in the store
 * @retval MBILL_E_INVALID   a name that is none, or a tag twice
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_UNKNOWN_KEY, MBILL_E_DUPLICATE_KEY, MBILL_E_TYPE, MBILL_E_NUMBER  no selection
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O((accounts + places x tags) log n).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_select(mbill_store *store, const char *json, size_t len, int64_t *out_numbers,
    size_t cap_numbers, size_t *out_n, mbill_error *err);

/**
 * The accounts that a selection means, in the order of their numbers: `{"meterbill":1,"kind":"account_list","accounts":[{"account":"A-101",
 * "number":1,"at":"east-7-2","tags":["pensioner"],"utilities":["water"]}]}`; what an account does not have is left out.
 *
 * @param store              not NULL
 * @param selection          as for mbill_store_select(); NULL, or @p len 0: every account
 * @param len                its length in bytes
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_NOT_FOUND the place is not in the store; and the other statuses of mbill_store_select()
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * As mbill_store_select(), and O(log n) an account.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_account_list(mbill_store *store, const char *selection, size_t len,
    char *out_text, size_t *inout_len, mbill_error *err);

/**
 * An account with its person: `{"meterbill":1,"kind":"account","account":"A-101","number":1,"at":"east-7-2","tags":["pensioner"],"utilities":["water"],
 * "person":{"name":"Wang Fang"},"forgotten":{"at":"2026-05-01T08:00:00Z","reason":"moved out"}}`; what is not there is left out.
 *
 * @param store              not NULL
 * @param account            id of the account
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_NOT_FOUND no such account
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_account(mbill_store *store, const char *account, char *out_text,
    size_t *inout_len, mbill_error *err);

/**
 * Keep what is known of people (a document of kind "people", see person.h), all or nothing.
 *
 * It stands in a table of its own. Bills, the ledger's journal and readings have the account's number and id alone, which are pseudonyms: so people
 * can be forgotten while all of these stay as they are and can be verified. Rows are fields; one that is there with the same value is counted as
 * same. A value that is changed or taken out leaves no byte in the file, as with mbill_store_forget().
 *
 * @param store     not NULL
 * @param json      the document
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND an account is not in the store
 * @retval MBILL_E_INVALID   the person behind an account was forgotten; also what person.h refuses so
 * @retval MBILL_E_BUSY      also: it is kept, but another connection still reads what was there before; call again
 * @retval MBILL_E_MISUSE    @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX    and the other statuses of mbill_people_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(fields of the document); where a value was changed or taken out, O(fields kept).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_people(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * Forget the person behind an account: its personal fields and its title go, with every byte of them in the file and its journal, and a record stays
 * that it was done. Bills, ledger, readings and their checks are as before.
 *
 * Called again, it takes what has come since, and empties the journal. Copies of the file (mbill_store_backup()) and files that were imported keep what they
 * have. Nothing personal is to stand in ids, tags, facts or places.
 *
 * @param store             not NULL
 * @param account           id of the account
 * @param at_utc_s          when, in the years of calendar.h
 * @param reason            why, 1 to 256 bytes; it stays, so nobody's name
 * @param[out] out_n_fields NULL, or how many fields went now, the title counted
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such account
 * @retval MBILL_E_INVALID   a reason that is empty or too long
 * @retval MBILL_E_RANGE     a time outside the years of calendar.h
 * @retval MBILL_E_BUSY      also: it is forgotten, but another connection still reads from the journal; call again
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(personal fields kept): their table is written anew, and its old pages are overwritten.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_forget(mbill_store *store, const char *account, int64_t at_utc_s,
    const char *reason, int64_t *out_n_fields, mbill_error *err);

/** What became of an opening or a leaving. */
typedef struct mbill_stay_result {
    uint32_t struct_size; /**< sizeof(mbill_stay_result) where the caller was compiled */
    int32_t already;      /**< 1: this very call was done before, and nothing was done now */
    int64_t number;       /**< the account's, in the ledger */
    int64_t n_billed;     /**< leaving: bills made now */
    mbill_sum billed;     /**< leaving: their total */
    int64_t refund_micro; /**< leaving: credit that is to be given back, for a REFUND of the ledger */
    int64_t
        owed_micro; /**< leaving: what the account owes: the lack in its credit, emergency credit, accumulated debt and debts */
} mbill_stay_result;

/**
 * Open an account for somebody who begins to live with it, by one document, all or nothing.
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "opening", "id": "8f14e45fceea467fa8d51c3b2a4f6071", "at": "2026-03-01T10:00:00+08:00",
 *  "account": {"id": "A-3", "policy": "DLT", "facts": {"area": "64"}, "contracts": [
 *    {"tariff": "water", "from": "2026-03-01", "meters": [{"id": "W-3", "registers": [{"register": "volume", "unit": "m3"}]}]},
 *    {"tariff": "power", "from": "2026-03-01", "meters": [{"id": "E-3", "registers": [{"register": "import", "unit": "kWh"}]}]}]},
 *  "person": {"name": "Zhao Min"},
 *  "readings": [{"meter": "W-3", "register": "volume", "value": "12", "time": "2026-03-01T00:00:00+08:00"},
 *               {"meter": "E-3", "register": "import", "value": "3051.5", "time": "2026-03-01T00:00:00+08:00"}],
 *  "top_up": {"amount": "100", "channel": 2, "receipt": 7001}}
 * @endcode
 * `account` is an account as in a document of kind "accounts": several contracts of several utilities with their meters. One that was registered before, by
 * mbill_store_put_accounts(), needs its id alone, and its facts, policy or contracts that are new. The first readings have the time `at` where they say none. The
 * ledger has the account from now on; the top-up has the id of the opening. An account is opened once: who comes after somebody has left gets a new one.
 *
 * @param store     not NULL
 * @param json      the document
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer, or index = place of the reading
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS           the account was opened by another call
 * @retval MBILL_E_EXISTS_DIFFERENT this id was used with another document; or a contract, fact, reading or personal field is there with another content
 * @retval MBILL_E_NOT_FOUND        a reading's register is not there
 * @retval MBILL_E_INVALID          what the ledger refuses of the top-up: the message has the name of its result
 * @retval MBILL_E_MISUSE           @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX           and the statuses of mbill_accounts_read() and mbill_people_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_open_account(mbill_store *store, const char *json, size_t len,
    mbill_stay_result *out, mbill_error *err);

/**
 * End an account whose people leave, by one document, all or nothing: final readings, the end of its contracts, final bills, and what is to be given
 * back or owed.
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "leaving", "id": "c9f0f895fb98ab9159f51fd0297e236d", "at": "2026-05-10T09:00:00+08:00", "account": "A-3", "to": "2026-05-10",
 *  "readings": [{"meter": "W-3", "register": "volume", "value": "31", "time": "2026-05-10T00:00:00+08:00"},
 *               {"meter": "E-3", "register": "import", "value": "3402", "time": "2026-05-10T00:00:00+08:00"}]}
 * @endcode
 * `to` is the first day that is no longer supplied. Every contract is billed from its last bill to there, booked at `at`; where one cannot be, nothing is done. The
 * refund itself is a REFUND of the ledger, when it is paid; the ledger's account may be closed when nothing is left.
 *
 * @param store     not NULL
 * @param json      the document
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer, or index = place of the reading
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT this id was used with another document; or a reading is there with another value
 * @retval MBILL_E_NOT_FOUND        no such account; a reading's register is not there
 * @retval MBILL_E_INVALID          the account is not open; a contract begins on `to` or later
 * @retval MBILL_E_ORDER            a contract is billed behind `to`
 * @retval MBILL_E_GAP              and the other reasons for which mbill_store_close_span() refuses a contract
 * @retval MBILL_E_MISUSE           @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX           and others as for the form of the document
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_leave_account(mbill_store *store, const char *json, size_t len,
    mbill_stay_result *out, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
