/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's journal as rows, for the shell of the database. Changes when a record's form does. */
#include "store/tables.h"
#include "store/views.h"

#define NUMBER(bytes, at, width) MBILL__SQL_NUMBER(bytes, at, width)
#define WORD(topic, number) "(SELECT word FROM mbill_word WHERE topic = '" topic "' AND number = " number ")"

/* A walk over the journal from its beginning: what stands next is in the same segment, or first in the one behind it. */
#define NEXT_AT "CASE WHEN record + 1 < behind THEN at + size ELSE 1 END"
#define FIRST_SIZE NUMBER("data", "53", "4")
#define NEXT_SIZE NUMBER("s.data", NEXT_AT " + 52", "4")

#define KIND WORD("kind", NUMBER("bytes", "2", "1"))
#define RESULT WORD("result", NUMBER("bytes", "3", "1"))
#define N_LEGS NUMBER("bytes", "4", "1")
#define FLAGS NUMBER("bytes", "6", "3")
#define ACCOUNT NUMBER("bytes", "25", "8")
#define AMOUNT NUMBER("bytes", "33", "8")
#define RECORDED NUMBER("bytes", "41", "8")
#define MASK NUMBER("bytes", "49", "4")

static const char RECORDS[] =
    /* Each record's own bytes. */
    "CREATE VIEW mbill_record_bytes AS WITH RECURSIVE walk(segment, behind, record, at, size) AS ("
    " SELECT first_record, first_record + n_records, first_record, CAST(1 AS BIGINT), " FIRST_SIZE
    " FROM mbill_segment WHERE first_record = 0"
    " UNION ALL"
    " SELECT s.first_record, s.first_record + s.n_records, record + 1, " NEXT_AT ", " NEXT_SIZE
    " FROM walk JOIN mbill_segment s ON s.first_record = CASE WHEN record + 1 < behind THEN segment ELSE behind END)"
    " SELECT record, substr(data, at, size) AS bytes FROM walk JOIN mbill_segment ON first_record = segment;"

    "CREATE VIEW mbill_record AS SELECT record, " KIND " AS kind, " RESULT " AS result, " RECORDED " AS recorded_utc_s,"
    " lower(hex(substr(bytes, 9, 16))) AS op_id, " ACCOUNT " AS account, " AMOUNT " AS amount_micro, " FLAGS " AS flags,"
    " " N_LEGS " AS n_legs, lower(hex(substr(bytes, 57, 8))) AS mark FROM mbill_record_bytes;";

#define FIELD_8 NUMBER("bytes", "at", "8")
#define FIELD_4 NUMBER("bytes", "at", "4")

static const char FIELDS[] =
    /* The further fields of each record that are given, a number as value, an id as hex; a policy has neither (its bytes are in
     * mbill_record_bytes). */
    "CREATE VIEW mbill_record_field AS"
    " WITH given AS (SELECT record, bytes, " MASK " AS mask FROM mbill_record_bytes),"
    " placed AS (SELECT record, name, given.bytes, f.bytes AS size, f.bit,"
    " 65 + (SELECT coalesce(CAST(sum(b.bytes) AS BIGINT), 0) FROM mbill_field b WHERE b.bit < f.bit"
    " AND (mask >> CAST(b.bit AS INT)) & 1 = 1) AS at"
    " FROM given JOIN mbill_field f ON (mask >> CAST(f.bit AS INT)) & 1 = 1)"
    " SELECT record, name,"
    " CASE size WHEN 8 THEN " FIELD_8 " WHEN 4 THEN (" FIELD_4 " + 2147483648) % 4294967296 - 2147483648 END AS value,"
    " CASE size WHEN 16 THEN lower(hex(substr(bytes, at, 16))) END AS hex FROM placed;";

#define DEBIT NUMBER("b", "1", "8")
#define CREDIT NUMBER("b", "9", "8")
#define LEG_AMOUNT NUMBER("b", "17", "8")
#define DEBIT_PLACE WORD("place", NUMBER("b", "25", "1"))
#define CREDIT_PLACE WORD("place", NUMBER("b", "26", "1"))
#define PURPOSE WORD("purpose", NUMBER("b", "27", "1"))
#define PENDING NUMBER("b", "28", "1")

static const char LEGS[] =
    /* Every leg. pending: 0 posted, 1 reserved, -1 given back. */
    "CREATE VIEW mbill_entry AS"
    " WITH counted AS (SELECT record, bytes, " N_LEGS " AS n_legs FROM mbill_record_bytes),"
    " leg AS (SELECT record, l.n, bytes, substr(bytes, length(bytes) + 1 - 32 * (n_legs - l.n), 32) AS b"
    " FROM counted JOIN mbill_nth l ON l.n < n_legs)"
    " SELECT record, leg.n AS n, " RECORDED " AS recorded_utc_s, " KIND " AS kind, " PURPOSE " AS purpose,"
    " " DEBIT " AS debit_account, " DEBIT_PLACE " AS debit_place, " CREDIT " AS credit_account, " CREDIT_PLACE " AS credit_place,"
    " " LEG_AMOUNT " AS amount_micro, (" PENDING " + 128) % 256 - 128 AS pending FROM leg;";

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
    " CAST(sum(CASE WHEN pending = 0 THEN debit_micro ELSE 0 END) AS BIGINT) AS debits_micro,"
    " CAST(sum(CASE WHEN pending = 0 THEN credit_micro ELSE 0 END) AS BIGINT) AS credits_micro,"
    " CAST(sum(pending * debit_micro) AS BIGINT) AS pending_debits_micro,"
    " CAST(sum(pending * credit_micro) AS BIGINT) AS pending_credits_micro,"
    " id FROM mbill_statement GROUP BY account, place, id;"

    /* What was earned, by UTC day of booking: revenue (number 0 for usage, 1 + index for a charge), fees and taxes. */
    "CREATE VIEW mbill_revenue AS SELECT date(recorded_utc_s, 'unixepoch') AS day, word AS source, -account & 4294967295 AS "
    "number,"
    " CAST(sum(credit_micro - debit_micro) AS BIGINT) AS amount_micro"
    " FROM mbill_statement JOIN mbill_word ON topic = 'system' AND mbill_word.number = -account >> 32"
    " WHERE account < 0 AND pending = 0 AND word IN ('revenue', 'fee', 'tax') GROUP BY 1, 2, 3;";

const char *const mbill__tables_journal_views[] = {RECORDS, FIELDS, LEGS, SUMS, NULL};
