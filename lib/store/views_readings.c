/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles as rows, for the shell of the database. Changes when the form of a tile does (tile.h). */
#include "store/tables.h"
#include "store/views.h"

#define NUMBER(bytes, at, width) MBILL__SQL_NUMBER(bytes, at, width)

#define HEAD(at, width, name) ", " NUMBER("data", at, width) " AS " name
#define WIDTHS                                                                                                                   \
    HEAD("3", "1", "value_bytes") HEAD("4", "1", "time_bytes") HEAD("5", "1", "length_bytes") HEAD("6", "1", "flags_bytes")
#define COUNTS HEAD("7", "2", "first_slot") HEAD("9", "4", "n_cells") HEAD("13", "2", "n_slots")
#define SHARED HEAD("15", "1", "flags") HEAD("17", "4", "step_s") HEAD("21", "8", "start_utc_s") HEAD("45", "4", "length_s")
#define VALUES HEAD("29", "8", "base_micro") HEAD("37", "8", "factor")

static const char HEADS[] =
    /* What stands before the readings of each tile. */
    "CREATE VIEW mbill_tile_head AS SELECT tile_no, group_no, kind" HEAD("1", "1", "form") WIDTHS COUNTS SHARED VALUES
    " FROM mbill_reading_tile;";

#define SLOT NUMBER("data", "49 + 2 * i", "2")
#define TIME NUMBER("data", "49 + 2 * n_cells + time_bytes * i", "time_bytes")
#define LENGTH NUMBER("data", "49 + (2 + time_bytes) * n_cells + length_bytes * i", "length_bytes")
#define CODE NUMBER("code", "1", "value_bytes")
#define FLAGS NUMBER("data", "49 + (2 + time_bytes + length_bytes) * n_cells + i", "1")

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
    " SELECT tile_no, kind, group_no * 1024 + CASE form WHEN 1 THEN first_slot + i / n_times ELSE " SLOT " END AS register_no,"
    " start_utc_s + step_s * CASE form WHEN 1 THEN i % n_times ELSE " TIME " END AS at_utc_s,"
    " CASE length_bytes WHEN 0 THEN length_s ELSE " LENGTH " END AS length_s,"
    " base_micro + factor * " CODE " AS value_micro,"
    " CASE flags_bytes WHEN 0 THEN flags ELSE " FLAGS " END AS flags"
    " FROM placed WHERE form = 2 OR value_bytes = 0 OR hex(code) <> "
    "substr('FFFFFFFFFFFFFFFF', 1, 2 * value_bytes);";

static const char READINGS[] =
    /* Register samples. flags: MBILL_READING_*. place 1: the first reading of a new meter, behind the last of the old one at the same
     * instant. */
    "CREATE VIEW mbill_reading AS SELECT register_no, at_utc_s, place, value_micro, flags, id AS meter, name AS register FROM"
    " (SELECT register_no, at_utc_s, (flags >> 4) & 1 AS place, value_micro, flags, row_number() OVER (PARTITION BY register_no,"
    " at_utc_s, (flags >> 4) & 1 ORDER BY tile_no DESC) AS age FROM mbill_tile_reading WHERE kind = 1) newest"
    " JOIN mbill_register USING(register_no) JOIN mbill_meter USING(meter_no) WHERE age = 1;"

    /* Usage of [start_utc_s, end_utc_s) where the meter itself reports intervals. */
    "CREATE VIEW mbill_interval AS SELECT register_no, at_utc_s AS start_utc_s, at_utc_s + length_s AS end_utc_s,"
    " value_micro AS quantity_micro, flags, id AS meter, name AS register FROM"
    " (SELECT register_no, at_utc_s, length_s, value_micro, flags, row_number() OVER (PARTITION BY register_no, at_utc_s"
    " ORDER BY tile_no DESC) AS age FROM mbill_tile_reading WHERE kind = 2) newest"
    " JOIN mbill_register USING(register_no) JOIN mbill_meter USING(meter_no) WHERE age = 1;";

const char *const mbill__tables_reading_views[] = {HEADS, CELLS, READINGS, NULL};
