/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles as rows, for the stock sqlite3 shell. Changes when the form of a tile does (tile.h). */
#include "store/tables.h"

/* The whole number of `width` bytes at place `at` (from 1) of `bytes`, all of them SQL; no bytes: 0. */
#define NUMBER(bytes, at, width)                                                                                                 \
    "(SELECT coalesce(sum(instr('123456789ABCDEF', substr(hex(substr(" bytes ", " at ", " width ")), n + 1, 1)) << (8 * " width  \
    " - 4 - 4 * n)), 0) FROM mbill_nth WHERE n < 2 * " width ")"

static const char HEADS[] =
    /* What stands before the readings of each tile. */
    "CREATE VIEW mbill_tile_head AS SELECT tile_no, group_no, kind,"
    " " NUMBER("data", "1",
        "1") " AS form,"
             " " NUMBER("data", "3",
                 "1") " AS value_bytes,"
                      " " NUMBER("data", "4",
                          "1") " AS time_bytes,"
                               " " NUMBER("data", "5",
                                   "1") " AS length_bytes,"
                                        " " NUMBER("data", "6",
                                            "1") " AS flags_bytes,"
                                                 " " NUMBER("data", "7",
                                                     "2") " AS first_slot,"
                                                          " " NUMBER("data", "9",
                                                              "4") " AS n_cells,"
                                                                   " " NUMBER("data", "13",
                                                                       "2") " AS n_slots,"
                                                                            " " NUMBER("data", "15",
                                                                                "1") " AS flags,"
                                                                                     " " NUMBER("data", "17",
                                                                                         "4") " AS step_s,"
                                                                                              " " NUMBER("data", "21",
                                                                                                  "8") " AS start_utc_s,"
                                                                                                       " " NUMBER("data", "29",
                                                                                                           "8") " AS base_micro,"
                                                                                                                " " NUMBER("data",
                                                                                                                    "37",
                                                                                                                    "8") " AS "
                                                                                                                         "factor,"
                                                                                                                         " " NUMBER(
                                                                                                                             "dat"
                                                                                                                             "a",
                                                                                                                             "45",
                                                                                                                             "4") " AS length_s"
                                                                                                                                  " FROM mbill_reading_tile;";

static const char CELLS[] =
    /* Each reading that is kept, with those that a newer tile replaces. */
    "CREATE VIEW mbill_tile_reading AS"
    " WITH head AS MATERIALIZED (SELECT *, CASE form WHEN 1 THEN n_cells / n_slots ELSE 1 END AS n_times,"
    " CASE form WHEN 1 THEN 0 ELSE 2 END AS slot_bytes FROM mbill_tile_head),"
    " cell AS (SELECT head.*, data, a.n * 4096 + b.n * 64 + c.n AS i FROM head JOIN mbill_reading_tile USING(tile_no)"
    " JOIN mbill_nth a ON a.n * 4096 < n_cells JOIN mbill_nth b ON a.n * 4096 + b.n * 64 < n_cells"
    " JOIN mbill_nth c ON a.n * 4096 + b.n * 64 + c.n < n_cells),"
    " placed AS (SELECT *, substr(data, 49 + n_cells * (slot_bytes + time_bytes + length_bytes + flags_bytes) + value_bytes * i, "
    "value_bytes) AS code FROM cell)"
    " SELECT tile_no, kind, group_no * 1024 +"
    " CASE form WHEN 1 THEN first_slot + i / n_times ELSE " NUMBER("data", "49 + 2 * i",
        "2") " END AS register_no,"
             " start_utc_s + step_s * CASE form WHEN 1 THEN i % n_times"
             " ELSE " NUMBER("data", "49 + 2 * n_cells + time_bytes * i",
                 "time_bytes") " END AS at_utc_s,"
                               " CASE length_bytes WHEN 0 THEN length_s"
                               " ELSE " NUMBER("data", "49 + (2 + time_bytes) * n_cells + length_bytes * i",
                                   "length_bytes") " END AS length_s,"
                                                   " base_micro + factor * " NUMBER("code", "1",
                                                       "value_bytes") " AS value_micro,"
                                                                      " CASE flags_bytes WHEN 0 THEN flags"
                                                                      " ELSE " NUMBER("data",
                                                                          "49 + (2 + time_bytes + length_bytes) * n_cells + i",
                                                                          "1") " END AS flags"
                                                                               " FROM placed WHERE form = 2 OR value_bytes = 0 "
                                                                               "OR hex(code) <> substr('FFFFFFFFFFFFFFFF', 1, 2 "
                                                                               "* value_bytes);";

static const char READINGS[] =
    /* Register samples. flags: MBILL_READING_*. place 1: the first reading of a new meter, behind the last of the old one at the same
     * instant. */
    "CREATE VIEW mbill_reading AS SELECT register_no, at_utc_s, place, value_micro, flags, id AS meter, name AS register FROM"
    " (SELECT register_no, at_utc_s, flags >> 4 & 1 AS place, value_micro, flags, max(tile_no) FROM mbill_tile_reading WHERE "
    "kind = 1"
    " GROUP BY 1, 2, 3) JOIN mbill_register USING(register_no) JOIN mbill_meter USING(meter_no);"

    /* Usage of [start_utc_s, end_utc_s) where the meter itself reports intervals. */
    "CREATE VIEW mbill_interval AS SELECT register_no, at_utc_s AS start_utc_s, at_utc_s + length_s AS end_utc_s,"
    " value_micro AS quantity_micro, flags, id AS meter, name AS register FROM"
    " (SELECT register_no, at_utc_s, length_s, value_micro, flags, max(tile_no) FROM mbill_tile_reading WHERE kind = 2"
    " GROUP BY 1, 2) JOIN mbill_register USING(register_no) JOIN mbill_meter USING(meter_no);";

const char *const mbill__tables_reading_views[] = {HEADS, CELLS, READINGS, NULL};
