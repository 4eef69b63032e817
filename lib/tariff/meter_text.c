/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the documents of a meter's tables: what they are, the blocks to be written and the blocks that were read back. */
#include "tariff/meter_tables.h"

#include "document/json.h"
#include "document/time_read.h"
#include "document/write.h"

#include <string.h>

#define NAMES(list) (list), sizeof(list) / sizeof((list)[0])
#define DI_DIGITS 8

/* --- out --- */

static mbill_status write_day(mbill__writer *writer, const char *key, int32_t day, mbill_error *err)
{
    char text[16];
    size_t room = sizeof text;
    mbill_date date;
    MBILL_TRY(mbill_date_of_days(day, &date, err));
    MBILL_TRY(mbill_date_print(date, text, &room, err));
    mbill__write_text(writer, key, text);
    return MBILL_OK;
}

/* "MM-DD" or "HH:MM". */
static void write_pair(mbill__writer *writer, const char *key, int32_t first, char between, int32_t second)
{
    const char text[] = {(char)('0' + first / 10), (char)('0' + first % 10), between, (char)('0' + second / 10),
        (char)('0' + second % 10)};
    mbill__write_text_part(writer, key, text, sizeof text);
}

static void write_days(mbill__writer *writer, const mbill_meter_tables *tables)
{
    mbill__write_list(writer, "day_tables");
    for (int32_t i = 0; i < tables->n_days; i++) {
        mbill__write_object(writer, NULL);
        mbill__write_whole(writer, "table", i + 1);
        mbill__write_list(writer, "slots");
        for (int32_t k = 0; k < tables->days[i].n_slots; k++) {
            const mbill_meter_slot *slot = &tables->days[i].slots[k];
            mbill__write_object(writer, NULL);
            write_pair(writer, "at", slot->minute / 60, ':', slot->minute % 60);
            mbill__write_whole(writer, "rate", slot->rate);
            mbill__write_object_end(writer);
        }
        mbill__write_list_end(writer);
        mbill__write_object_end(writer);
    }
    mbill__write_list_end(writer);
}

static mbill_status write_calendar(mbill__writer *writer, const mbill_meter_tables *tables, mbill_error *err)
{
    static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    mbill__write_list(writer, "zones");
    for (int32_t i = 0; i < tables->n_zones; i++) {
        mbill__write_object(writer, NULL);
        write_pair(writer, "from", tables->zones[i].month_day / 100, '-', tables->zones[i].month_day % 100);
        mbill__write_whole(writer, "table", tables->zones[i].table);
        mbill__write_object_end(writer);
    }
    mbill__write_list_end(writer);
    write_days(writer, tables);
    if (tables->rest_table != 0) {
        mbill__write_object(writer, "rest");
        mbill__write_list(writer, "weekdays");
        for (uint32_t i = 0; i < 7; i++)
            if ((tables->rest_weekdays >> i & 1) != 0) mbill__write_text(writer, NULL, weekdays[i]);
        mbill__write_list_end(writer);
        mbill__write_whole(writer, "table", tables->rest_table);
        mbill__write_object_end(writer);
    }
    if (tables->n_holidays > 0) mbill__write_list(writer, "holidays");
    for (int32_t i = 0; i < tables->n_holidays; i++) {
        mbill__write_object(writer, NULL);
        MBILL_TRY(write_day(writer, "day", tables->holidays[i].day, err));
        mbill__write_whole(writer, "table", tables->holidays[i].table);
        mbill__write_object_end(writer);
    }
    if (tables->n_holidays > 0) mbill__write_list_end(writer);
    return MBILL_OK;
}

static void write_ladder(mbill__writer *writer, const mbill_meter_tables *tables)
{
    if (tables->n_tiers < 2) return;
    mbill__write_object(writer, "ladder");
    mbill__write_list(writer, "bounds");
    for (int32_t i = 0; i + 1 < tables->n_tiers; i++) mbill__write_decimal(writer, NULL, tables->bound_e2[i], 2);
    mbill__write_list_end(writer);
    mbill__write_list(writer, "adds");
    for (int32_t i = 0; i < tables->n_tiers; i++) mbill__write_decimal(writer, NULL, tables->tier_e4[i], 4);
    mbill__write_list_end(writer);
    mbill__write_list(writer, "begins");
    if (tables->monthly != 0) mbill__write_text(writer, NULL, "monthly");
    for (int32_t i = 0; i < tables->n_settlements; i++)
        write_pair(writer, NULL, tables->settlements[i] / 100, '-', tables->settlements[i] % 100);
    mbill__write_list_end(writer);
    mbill__write_object_end(writer);
}

static mbill_status write_blocks(mbill__writer *writer, const mbill_meter_tables *tables, const mbill_zone *zone,
    mbill_error *err)
{
    mbill_status status = MBILL_OK;
    mbill__write_list(writer, "blocks");
    for (size_t at = 0; status == MBILL_OK; at++) {
        uint8_t data[MBILL_METER_BLOCK_MAX], di_bytes[4];
        size_t len = 0;
        uint32_t di = 0;
        status = mbill_meter_tables_block(tables, zone, at, &di, data, &len, NULL);
        if (status == MBILL_E_NOT_FOUND) break;
        MBILL_TRY(mbill_meter_tables_block(tables, zone, at, &di, data, &len, err));
        for (int i = 0; i < 4; i++) di_bytes[i] = (uint8_t)(di >> (24 - 8 * i));
        mbill__write_object(writer, NULL);
        mbill__write_hex(writer, "di", di_bytes, sizeof di_bytes);
        mbill__write_hex(writer, "data", data, len);
        mbill__write_object_end(writer);
    }
    mbill__write_list_end(writer);
    return MBILL_OK;
}

static mbill_status write_all(mbill__writer *writer, const mbill_tariff *tariff, const mbill_meter_tables *tables, uint64_t stays,
    mbill_error *err)
{
    mbill__write_object(writer, NULL);
    mbill__write_whole(writer, "meterbill", 1);
    mbill__write_text(writer, "kind", "meter_tables");
    mbill__write_text(writer, "tariff", tariff->labels.tariff);
    mbill__write_text(writer, "version", tariff->labels.version);
    mbill__write_hex(writer, "hash", tables->tariff_hash, sizeof tables->tariff_hash);
    MBILL_TRY(mbill__write_time(writer, "switch", tables->switch_utc_s, tariff->zone, err));
    MBILL_TRY(write_day(writer, "from", tables->from_day, err));
    MBILL_TRY(write_day(writer, "to", tables->to_day, err));
    mbill__write_list(writer, "rates");
    for (int32_t i = 0; i < tables->n_rates; i++) mbill__write_decimal(writer, NULL, tables->rate_e4[i], 4);
    mbill__write_list_end(writer);
    MBILL_TRY(write_calendar(writer, tables, err));
    write_ladder(writer, tables);
    mbill__write_list(writer, "platform");
    for (size_t i = 0; i < tariff->n_charges; i++)
        if ((stays >> i & 1) != 0) mbill__write_text(writer, NULL, tariff->labels.charges[i].id);
    mbill__write_list_end(writer);
    MBILL_TRY(write_blocks(writer, tables, tariff->zone, err));
    mbill__write_object_end(writer);
    return MBILL_OK;
}

mbill_status mbill_meter_tables_write(const mbill_tariff *tariff, const mbill_meter_tables *tables, uint64_t stays,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(tariff);
    MBILL__NEED(tables);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__meter_tables_whole(tables, err));
    mbill__buffer_start(&buffer, &tariff->arena.allocator);
    mbill__write_start(&writer, &buffer, false);
    mbill_status status = write_all(&writer, tariff, tables, stays, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}

/* --- in --- */

static int nibble(char letter)
{
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

static mbill_status read_hex(const mbill__node *node, uint8_t *out, size_t room, size_t *out_n, mbill_error *err)
{
    const char *text;
    size_t n = 0;
    MBILL_TRY(mbill__node_text(node, &text, err));
    for (; text[0] != '\0' && text[1] != '\0' && n < room; text += 2, n++) {
        int high = nibble(text[0]), low = nibble(text[1]);
        if (high < 0 || low < 0) break;
        out[n] = (uint8_t)(high * 16 + low);
    }
    if (*text != '\0')
        return mbill__node_fail(node, err, MBILL_E_INVALID, "not whole bytes as hexadecimal digits, or more than %zu of them",
            room);
    *out_n = n;
    return MBILL_OK;
}

static mbill_status read_block(const mbill__node *block, const mbill_zone *zone, mbill_meter_tables *out, mbill_error *err)
{
    static const char *const keys[] = {"di", "data"};
    uint8_t di[4] = {0}, data[MBILL_METER_BLOCK_MAX];
    size_t n = 0, len = 0;
    mbill__node node;
    MBILL_TRY(mbill__node_object(block, NAMES(keys), err));
    MBILL_TRY(mbill__node_need(block, "di", &node, err));
    MBILL_TRY(read_hex(&node, di, sizeof di, &n, err));
    if (n != sizeof di)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "not the %d hexadecimal digits of a data identifier", DI_DIGITS);
    MBILL_TRY(mbill__node_need(block, "data", &node, err));
    MBILL_TRY(read_hex(&node, data, sizeof data, &len, err));
    uint32_t identifier = (uint32_t)di[0] << 24 | (uint32_t)di[1] << 16 | (uint32_t)di[2] << 8 | di[3];
    return mbill__node_place(block, err, mbill_meter_tables_take(out, zone, identifier, data, len, err));
}

static mbill_status read_day(const mbill__node *of, const char *key, int32_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(of, key, &node, err));
    return mbill__node_day(&node, out, err);
}

static mbill_status read_all(const mbill__node *root, const mbill_zone *zone, mbill_meter_tables *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "tariff", "version", "hash", "switch", "from", "to", "rates", "zones",
        "day_tables", "rest", "holidays", "ladder", "platform", "blocks"};
    mbill__node list, one;
    const char *hash;
    MBILL_TRY(mbill__json_header(root, "meter_tables", false, err));
    MBILL_TRY(mbill__node_object(root, NAMES(keys), err));
    MBILL_TRY(read_day(root, "from", &out->from_day, err));
    MBILL_TRY(read_day(root, "to", &out->to_day, err));
    if (mbill__node_get(root, "hash", &one)) {
        MBILL_TRY(mbill__node_text(&one, &hash, err));
        if (!mbill__meter_hash_read(hash, out->tariff_hash))
            return mbill__node_fail(&one, err, MBILL_E_INVALID, "not the 64 hexadecimal digits of a hash");
    }
    MBILL_TRY(mbill__node_need(root, "blocks", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    out->n_tiers = 1;
    for (bool more = mbill__node_first(&list, &one); more; more = mbill__node_next(&one))
        MBILL_TRY(read_block(&one, zone, out, err));
    return mbill__node_place(&list, err, mbill__meter_tables_whole(out, err));
}

mbill_status mbill_meter_tables_read(const char *text, size_t len, const mbill_zone *zone, mbill_meter_tables *out_tables,
    mbill_error *err)
{
    mbill_meter_tables tables;
    mbill__json *document;
    MBILL__NEED(text);
    MBILL__NEED(out_tables);
    if (out_tables->struct_size < sizeof tables) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_tables is not set");
    MBILL_TRY(mbill__json_read(text, len, NULL, &document, err));
    memset(&tables, 0, sizeof tables);
    tables.struct_size = sizeof tables;
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_all(&root, zone, &tables, err);
    mbill__json_free(document);
    if (status == MBILL_OK) memcpy(out_tables, &tables, sizeof tables);
    return status;
}
