/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's journal as rows, for the stock sqlite3 shell. Changes when a record's form does. */
#include "store/tables.h"

static const char RECORDS[] =
    /* Each record's own bytes. */
    "CREATE VIEW mbill_record_bytes AS WITH RECURSIVE walk(segment, record, at, size) AS ("
    " SELECT first_record, first_record, 1, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(data, 53, 4)), n + 1, 1)) << "
    "(28 - 4 * n)) FROM mbill_nth WHERE n < 8) FROM mbill_segment"
    " UNION ALL"
    " SELECT segment, record + 1, at + size, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(data, at + size + 52, 4)), n "
    "+ 1, 1)) << (28 - 4 * n)) FROM mbill_nth WHERE n < 8)"
    " FROM walk JOIN mbill_segment ON first_record = segment WHERE record + 1 < first_record + n_records ORDER BY 1)"
    " SELECT record, substr(data, at, size) AS bytes FROM walk JOIN mbill_segment ON first_record = segment;"

    "CREATE VIEW mbill_record AS SELECT record,"
    " (SELECT word FROM mbill_word WHERE topic = 'kind' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(bytes, 2, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS kind,"
    " (SELECT word FROM mbill_word WHERE topic = 'result' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(bytes, 3, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS result,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 41, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS recorded_utc_s,"
    " lower(hex(substr(bytes, 9, 16))) AS op_id,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 25, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS account,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 33, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS amount_micro,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 6, 3)), n + 1, 1)) << (20 - 4 * n)) FROM mbill_nth WHERE n < "
    "6) AS flags,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 4, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < "
    "2) AS n_legs,"
    " lower(hex(substr(bytes, 57, 8))) AS mark"
    " FROM mbill_record_bytes;";

static const char LEGS[] =
    /* The further fields of each record that are given; ids as hex, a policy as null (its bytes are in mbill_record_bytes). */
    "CREATE VIEW mbill_record_field AS"
    " WITH given AS (SELECT record, r.bytes, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(r.bytes, 49, 4)), n + 1, 1)) "
    "<< (28 - 4 * n)) FROM mbill_nth WHERE n < 8) AS mask FROM mbill_record_bytes r),"
    " placed AS (SELECT record, name, given.bytes, f.bytes AS size, f.bit,"
    " 65 + (SELECT total(b.bytes) FROM mbill_field b WHERE b.bit < f.bit AND mask >> b.bit & 1) AS at"
    " FROM given JOIN mbill_field f ON mask >> f.bit & 1)"
    " SELECT record, name, CASE size"
    " WHEN 16 THEN lower(hex(substr(bytes, at, 16)))"
    " WHEN 8 THEN (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, at, 8)), n + 1, 1)) << (60 - 4 * n)) FROM "
    "mbill_nth WHERE n < 16)"
    " WHEN 4 THEN ((SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, at, 4)), n + 1, 1)) << (28 - 4 * n)) FROM "
    "mbill_nth WHERE n < 8) + 2147483648) % 4294967296 - 2147483648"
    " END AS value FROM placed;"

    /* Every leg. pending: 0 posted, 1 reserved, -1 given back. */
    "CREATE VIEW mbill_entry AS"
    " WITH counted AS (SELECT record, bytes, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 4, 1)), n + 1, 1)) << "
    "(4 - 4 * n)) FROM mbill_nth WHERE n < 2) AS n_legs FROM mbill_record_bytes),"
    " leg AS (SELECT record, l.n, bytes AS whole, substr(bytes, length(bytes) + 1 - 32 * (n_legs - l.n), 32) AS b"
    " FROM counted JOIN mbill_nth l ON l.n < n_legs)"
    " SELECT record, leg.n AS n,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(whole, 41, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS recorded_utc_s,"
    " (SELECT word FROM mbill_word WHERE topic = 'kind' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(whole, 2, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS kind,"
    " (SELECT word FROM mbill_word WHERE topic = 'purpose' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(b, 27, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS purpose,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 1, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n < 16) "
    "AS debit_account,"
    " (SELECT word FROM mbill_word WHERE topic = 'place' AND number = (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, "
    "25, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS debit_place,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 9, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n < 16) "
    "AS credit_account,"
    " (SELECT word FROM mbill_word WHERE topic = 'place' AND number = (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, "
    "26, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS credit_place,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 17, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n < "
    "16) AS amount_micro,"
    " ((SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 28, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2) "
    "+ 128) % 256 - 128 AS pending"
    " FROM leg;";

static const char SUMS[] =
    /* Both sides of every leg, account by account: account > 0 a caller's, below 0 the ledger's own (mbill_system_account). id: the
     * account's in the store; null: it has none. */
    "CREATE VIEW mbill_statement AS"
    " SELECT debit_account AS account, record, n, recorded_utc_s, kind, purpose, debit_place AS place, amount_micro AS "
    "debit_micro,"
    " 0 AS credit_micro, pending, credit_account AS other_account, credit_place AS other_place,"
    " (SELECT id FROM mbill_account WHERE account_no = debit_account) AS id FROM mbill_entry"
    " UNION ALL SELECT credit_account, record, n, recorded_utc_s, kind, purpose, credit_place, 0, amount_micro, pending,"
    " debit_account, debit_place, (SELECT id FROM mbill_account WHERE account_no = credit_account) FROM mbill_entry;"

    "CREATE VIEW mbill_place_balance AS SELECT account, place,"
    " sum(CASE WHEN pending = 0 THEN debit_micro ELSE 0 END) AS debits_micro,"
    " sum(CASE WHEN pending = 0 THEN credit_micro ELSE 0 END) AS credits_micro,"
    " sum(pending * debit_micro) AS pending_debits_micro,"
    " sum(pending * credit_micro) AS pending_credits_micro,"
    " id FROM mbill_statement GROUP BY account, place, id;"

    /* What was earned, by UTC day of booking: revenue (number 0 for usage, 1 + index for a charge), fees and taxes. */
    "CREATE VIEW mbill_revenue AS SELECT date(recorded_utc_s, 'unixepoch') AS day, word AS source, -account & 4294967295 AS "
    "number,"
    " sum(credit_micro - debit_micro) AS amount_micro"
    " FROM mbill_statement JOIN mbill_word ON topic = 'system' AND mbill_word.number = -account >> 32"
    " WHERE account < 0 AND pending = 0 AND word IN ('revenue', 'fee', 'tax') GROUP BY 1, 2, 3;";

const char *const mbill__tables_journal_views[] = {RECORDS, LEGS, SUMS, NULL};
