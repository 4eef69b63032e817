/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's journal, and the words that its views show. Changes when a record's fields or kinds do. */
#include "store/tables.h"

static const char SEGMENTS[] =
    /* The journal of the prepaid ledger (journal.h): records as they are hashed, one behind the other, from first_record on. hash:
     * that of the last one. A record, big-endian: format 1, kind 1, result 1, legs 1, flags 4, op_id 16, account 8, amount 8,
     * recorded 8, mask of further fields 4, length 4, mark 8 (the first bytes of its own hash; not hashed), the fields of
     * mbill_field whose bit is set, legs of 32 bytes each (debit 8, credit 8, amount 8, debit place 1, credit place 1, purpose 1,
     * pending 1, zeros 4). */
    "CREATE TABLE mbill_segment("
    " first_record INTEGER PRIMARY KEY,"
    " n_records INTEGER NOT NULL CHECK(n_records > 0),"
    " hash BLOB NOT NULL CHECK(length(hash) = 32),"
    " data BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER mbill_segment_keep BEFORE UPDATE ON mbill_segment BEGIN SELECT RAISE(ABORT, 'records are never changed'); "
    "END;"
    "CREATE TRIGGER mbill_segment_hold BEFORE DELETE ON mbill_segment BEGIN SELECT RAISE(ABORT, 'records are never removed'); "
    "END;"

    /* How many records there are, and the hash of the last one; null: there is none. Whoever adds a segment moves this from where he has seen
     * it, or adds nothing. */
    "CREATE TABLE mbill_head("
    " one INTEGER PRIMARY KEY CHECK(one = 1),"
    " n_records INTEGER NOT NULL,"
    " hash BLOB CHECK(length(hash) = 32)) STRICT;"
    "INSERT INTO mbill_head(one, n_records) VALUES(1, 0);"

    /* What reads it: names of numbers, further fields with their bit and bytes, and 0 to 63. */
    "CREATE TABLE mbill_word(topic TEXT NOT NULL, number INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY(topic, number)) "
    "STRICT, WITHOUT ROWID;"
    "CREATE TABLE mbill_field(bit INTEGER PRIMARY KEY, name TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;"
    "CREATE TABLE mbill_nth(n INTEGER PRIMARY KEY) STRICT;"
    "INSERT INTO mbill_nth WITH RECURSIVE i(n) AS (VALUES(0) UNION ALL SELECT n + 1 FROM i WHERE n < 63) SELECT n FROM i;";

static const char WORDS[] =
    "INSERT INTO mbill_field(bit, name, bytes) VALUES"
    " (0,'target',16),(1,'other',8),(2,'meter',8),(3,'channel',8),(4,'receipt',8),(5,'sequence',8),(6,'period',8),"
    " (7,'register',8),(8,'from_micro',8),(9,'to_micro',8),(10,'tariff',8),(11,'effective_utc_s',8),(12,'timeout_s',8),"
    " (13,'customer',8),(14,'unposted_micro',8),(15,'user_data',8),(16,'charge',4),(17,'hold',4),(18,'reason',4),"
    " (19,'limit',4),(20,'moved_micro',8),(21,'policy',1116);"
    "INSERT INTO mbill_word(topic, number, word) VALUES"
    " ('kind',1,'open'),('kind',2,'activate'),('kind',3,'close'),('kind',4,'reopen'),('kind',5,'set_policy'),"
    " ('kind',6,'select_ec'),('kind',7,'tariff_mark'),('kind',8,'wallet_init'),('kind',9,'top_up'),('kind',10,'usage'),"
    " ('kind',11,'accrue'),('kind',12,'debt_load'),('kind',13,'debt_adjust'),('kind',14,'write_off'),('kind',15,'refund'),"
    " ('kind',16,'offset'),('kind',17,'hold'),('kind',18,'post'),('kind',19,'void'),('kind',20,'expire'),"
    " ('kind',21,'reverse'),('kind',22,'correct'),('kind',23,'observe'),('kind',24,'accept'),('kind',25,'transfer'),"
    " ('kind',26,'attach_meter'),('purpose',1,'plain'),('purpose',2,'debt'),('purpose',3,'repay'),('purpose',4,'fee'),"
    " ('purpose',5,'tax'),('purpose',6,'reserve'),('purpose',7,'release'),('purpose',8,'mirror'),('purpose',9,'shortfall'),"
    " ('purpose',10,'level'),('system',1,'cash'),('system',2,'write_off'),('system',3,'adjust'),('system',4,'revenue'),"
    " ('system',5,'fee'),('system',6,'tax'),('system',7,'debt_fund'),('system',8,'refund_clearing'),('system',9,'suspense'),"
    " ('place',0,'plain'),('place',1,'credit'),('place',2,'credit_1'),('place',3,'credit_2'),('place',4,'credit_3'),"
    " ('place',8,'ec_used'),('place',9,'accum'),('place',16,'debt_0'),('place',17,'debt_1'),('place',18,'debt_2'),"
    " ('place',19,'debt_3'),('place',20,'debt_4'),('place',21,'debt_5'),('place',22,'debt_6'),('place',23,'debt_7');";

static const char RESULTS[] =
    "INSERT INTO mbill_word(topic, number, word) VALUES"
    " ('result',0,'OK'),('result',10,'LINK_OPEN'),('result',11,'LINKED_FAILED'),('result',20,'BAD_ID'),"
    " ('result',21,'BAD_KIND'),('result',22,'BAD_AMOUNT'),('result',23,'BAD_POLICY'),('result',24,'RESERVED_NONZERO'),"
    " ('result',30,'REFUSED_BEFORE'),('result',31,'EXISTS_WITH_DIFFERENT'),('result',32,'EXISTS'),('result',40,'NO_ACCOUNT'),"
    " ('result',41,'NO_METER'),('result',42,'NO_PENDING'),('result',43,'NO_ORIGINAL'),('result',44,'ACCOUNT_EXISTS'),"
    " ('result',45,'NO_CHARGE'),('result',50,'NOT_ACTIVE'),('result',51,'CLOSED'),('result',52,'NOT_EMPTY'),"
    " ('result',53,'NOT_PENDING'),('result',54,'ALREADY_POSTED'),('result',55,'ALREADY_VOIDED'),('result',56,'EXPIRED'),"
    " ('result',57,'NOT_REVERSIBLE'),('result',58,'ALREADY_REVERSED'),('result',59,'CUSTOMER_MISMATCH'),"
    " ('result',70,'DUPLICATE_RECEIPT'),('result',71,'SEQ_DUPLICATE'),('result',72,'SEQ_GAP'),"
    " ('result',73,'READING_REGRESSED'),('result',74,'READING_OVERLAP'),('result',75,'READING_GAP'),"
    " ('result',76,'PERIOD_DONE'),('result',80,'EXCEEDS_AVAILABLE'),('result',81,'EXCEEDS_REFUNDABLE'),"
    " ('result',82,'EXCEEDS_PENDING'),('result',83,'EXCEEDS_TOPUP'),('result',84,'EXCEEDS_HOARDING'),"
    " ('result',85,'FORCE_NOT_ALLOWED'),('result',86,'EC_NOT_OFFERED'),('result',90,'OVERFLOW');";

const char *const mbill__tables_journal[] = {SEGMENTS, WORDS, RESULTS, NULL};
