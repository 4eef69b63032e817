/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another data identifier of DL/T 645 is read or written by its layout: a row each. */
#include "frame/dlt645_layout.h"

#include "base/fail.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define RATES 63
#define SLOTS 14
#define ZONES 14
#define DAY_TABLES 8

/* Which identifiers a row is of. DI3 to DI0 are the bytes from the highest. */
typedef enum pattern {
    EXACT,  /* this one */
    ENERGY, /* DI1: 0 total, 1 to 63 a rate, FF all; DI0: 0 now, 1 to 12 settlements back */
    PHASE,  /* DI1: from that of the row to 3, FF all */
    INDEX,  /* DI0: 1 to as many as the field takes, FF all */
    TABLE   /* DI0: 1 to 8, a day table each */
} pattern;

typedef struct entry {
    uint32_t di;
    pattern of;
    const char *name;
    mbill__dlt645_field field; /* min and max: of the list */
} entry;

#define NUMBER(key, bytes, scale, is_signed, unit, most)                                                                         \
    {                                                                                                                            \
        key, MBILL__DLT645_NUMBER, bytes, scale, is_signed, MBILL_FRAME_UNIT_##unit, 1, most, NULL, NULL, 0                      \
    }
#define TIME(key, letters, bytes)                                                                                                \
    {                                                                                                                            \
        key, MBILL__DLT645_TIME, bytes, 0, 0, 0, 1, 1, letters, NULL, 0                                                          \
    }
#define ROWS(key, letters, rows, number, most)                                                                                   \
    {                                                                                                                            \
        key, MBILL__DLT645_ROW, 3, 0, 0, 0, 1, rows, letters, number, most                                                       \
    }
#define COUNTED(bytes, most)                                                                                                     \
    {                                                                                                                            \
        "value", MBILL__DLT645_NUMBER, bytes, 0, 0, MBILL_FRAME_UNIT_NONE, 1, 1, NULL, NULL, most                                \
    }
#define DIGITS(key)                                                                                                              \
    {                                                                                                                            \
        key, MBILL__DLT645_DIGITS, 6, 12, 0, 0, 1, 1, NULL, NULL, 0                                                              \
    }
#define WORD(key, most)                                                                                                          \
    {                                                                                                                            \
        key, MBILL__DLT645_WORD, 2, 0, 0, 0, 1, most, NULL, NULL, 0                                                              \
    }

/* The totals that go both ways have a sign: DL/T 645-2007, table A.1, 000000.00 to 799999.99. */
static const entry rows[] = {
    {0x00000000, ENERGY, "combined active energy", NUMBER("values", 4, 2, 1, KWH, RATES + 1)},
    {0x00010000, ENERGY, "forward active energy", NUMBER("values", 4, 2, 0, KWH, RATES + 1)},
    {0x00020000, ENERGY, "reverse active energy", NUMBER("values", 4, 2, 0, KWH, RATES + 1)},
    {0x00030000, ENERGY, "combined reactive energy 1", NUMBER("values", 4, 2, 1, KVARH, RATES + 1)},
    {0x00040000, ENERGY, "combined reactive energy 2", NUMBER("values", 4, 2, 1, KVARH, RATES + 1)},
    {0x00900100, EXACT, "remaining energy", NUMBER("value", 4, 2, 0, KWH, 1)},
    {0x00900200, EXACT, "remaining amount", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x00900201, EXACT, "overdraft amount", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x02010100, PHASE, "voltage", NUMBER("values", 2, 1, 0, V, 3)},
    {0x02020100, PHASE, "current", NUMBER("values", 3, 3, 1, A, 3)},
    {0x02030000, PHASE, "active power", NUMBER("values", 3, 4, 1, KW, 4)},
    {0x02040000, PHASE, "reactive power", NUMBER("values", 3, 4, 1, KVAR, 4)},
    {0x02050000, PHASE, "apparent power", NUMBER("values", 3, 4, 1, KVA, 4)},
    {0x02060000, PHASE, "power factor", NUMBER("values", 2, 3, 1, NONE, 4)},
    {0x02800002, EXACT, "frequency", NUMBER("value", 2, 2, 0, HZ, 1)},
    {0x02800020, EXACT, "price now", NUMBER("value", 4, 4, 0, YUAN_KWH, 1)},
    {0x04000101, EXACT, "date and weekday", TIME("date", "wDMY", 4)},
    {0x04000102, EXACT, "time", TIME("time", "smh", 3)},
    {0x0400010C, EXACT, "date, weekday and time", TIME("time", "smhwDMY", 7)},
    {0x04000106, EXACT, "switch time of zone tables", TIME("switch_time", "mhDMY", 5)},
    {0x04000107, EXACT, "switch time of day tables", TIME("switch_time", "mhDMY", 5)},
    {0x04000108, EXACT, "switch time of rate prices", TIME("switch_time", "mhDMY", 5)},
    {0x04000109, EXACT, "switch time of ladders", TIME("switch_time", "mhDMY", 5)},
    {0x04000201, EXACT, "number of zones", COUNTED(1, ZONES)},
    {0x04000202, EXACT, "number of day tables", COUNTED(1, DAY_TABLES)},
    {0x04000203, EXACT, "number of day slots", COUNTED(1, SLOTS)},
    {0x04000204, EXACT, "number of rates", COUNTED(1, RATES)},
    {0x04000205, EXACT, "number of holidays", COUNTED(2, 0)},
    {0x04000207, EXACT, "number of ladder steps", COUNTED(1, 0)},
    {0x04000401, EXACT, "address", DIGITS("address_value")},
    {0x04000402, EXACT, "meter number", DIGITS("meter_number")},
    {0x0400040E, EXACT, "customer number", DIGITS("customer_number")},
    {0x04000500, INDEX, "status word", WORD("status_words", 7)},
    {0x04010000, EXACT, "zone table, set 1", ROWS("zones", "NDM", ZONES, "table", DAY_TABLES)},
    {0x04010000, TABLE, "day slots, set 1", ROWS("slots", "Nmh", SLOTS, "rate", RATES)},
    {0x04020000, EXACT, "zone table, set 2", ROWS("zones", "NDM", ZONES, "table", DAY_TABLES)},
    {0x04020000, TABLE, "day slots, set 2", ROWS("slots", "Nmh", SLOTS, "rate", RATES)},
    {0x04050100, INDEX, "rate prices in use", NUMBER("prices", 4, 4, 0, YUAN_KWH, RATES)},
    {0x04050200, INDEX, "rate prices, backup", NUMBER("prices", 4, 4, 0, YUAN_KWH, RATES)},
    {0x04060000, INDEX, "ladder limits, 2009 form", NUMBER("limits", 4, 2, 0, KWH, RATES)},
    {0x04060100, INDEX, "ladder prices, 2009 form", NUMBER("prices", 4, 4, 0, YUAN_KWH, RATES)},
    {0x04060200, INDEX, "ladder limits, 2009 form, backup", NUMBER("limits", 4, 2, 0, KWH, RATES)},
    {0x04060300, INDEX, "ladder prices, 2009 form, backup", NUMBER("prices", 4, 4, 0, YUAN_KWH, RATES)},
    {0x04001001, EXACT, "alarm amount 1", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x04001002, EXACT, "alarm amount 2", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x04001003, EXACT, "overdraft limit", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x04001004, EXACT, "hoard limit", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x04001005, EXACT, "permit-close amount", NUMBER("value", 4, 2, 0, YUAN, 1)},
    {0x05060001, EXACT, "time of the last daily freeze", TIME("time", "mhDMY", 5)},
    {0x1D000001, EXACT, "number of trips", NUMBER("value", 3, 0, 0, NONE, 1)},
};

/* The 2013 form: 6 limits, 7 prices, 6 settlement days. */
static const struct {
    uint32_t di;
    const char *name;
} ladders[] = {{0x040604FF, "ladder table 1 in use"}, {0x040605FF, "ladder table 2 in use"},
    {0x04060AFF, "ladder table 1, backup"}, {0x04060BFF, "ladder table 2, backup"}};

static const mbill__dlt645_field ladder[] = {
    {"limits", MBILL__DLT645_NUMBER, 4, 2, 0, MBILL_FRAME_UNIT_KWH, 6, 6, NULL, NULL, 0},
    {"prices", MBILL__DLT645_NUMBER, 4, 4, 0, MBILL_FRAME_UNIT_YUAN_KWH, 7, 7, NULL, NULL, 0},
    {"settlement_days", MBILL__DLT645_ROW, 3, 0, 0, 0, 6, 6, "hDM", NULL, 0},
};

#define MAC                                                                                                                      \
    {                                                                                                                            \
        NULL, MBILL__DLT645_OPAQUE, 4, 0, 0, 0, 1, 1, NULL, NULL, 0                                                              \
    }
#define AMOUNT                                                                                                                   \
    {                                                                                                                            \
        "amount", MBILL__DLT645_AMOUNT, 4, 2, 0, MBILL_FRAME_UNIT_YUAN, 1, 1, NULL, NULL, 0                                      \
    }
#define PURCHASES                                                                                                                \
    {                                                                                                                            \
        "purchase_count", MBILL__DLT645_COUNT, 4, 0, 0, 0, 1, 1, NULL, NULL, 0                                                   \
    }

static const struct {
    uint32_t di;
    bool reply;
    mbill__dlt645_layout layout;
} secure[] = {
    {0x070101FF, false, {"open an account", 5, {AMOUNT, PURCHASES, MAC, DIGITS("customer_number"), MAC}}},
    {0x070102FF, false, {"top-up", 5, {AMOUNT, PURCHASES, MAC, DIGITS("customer_number"), MAC}}},
    {0x070103FF, false, {"wallet initialisation", 3, {AMOUNT, PURCHASES, MAC}}},
    {0x078102FF, true, {"wallet", 6, {AMOUNT, MAC, PURCHASES, MAC, DIGITS("customer_number"), MAC}}},
};

/* One of a row's list, or all. */
static bool matches(const entry *row, uint32_t di, bool *out_list)
{
    uint32_t byte1 = di >> 8 & 0xFF, byte0 = di & 0xFF;
    *out_list = false;
    switch (row->of) {
    case ENERGY: *out_list = byte1 == 0xFF; return di >> 16 == row->di >> 16 && byte0 <= 12 && (byte1 <= RATES || *out_list);
    case PHASE:
        *out_list = byte1 == 0xFF;
        return di >> 16 == row->di >> 16 && byte0 == 0 && ((byte1 >= (row->di >> 8 & 0xFF) && byte1 <= 3) || *out_list);
    case INDEX:
        *out_list = byte0 == 0xFF;
        return di >> 8 == row->di >> 8 && ((byte0 >= 1 && byte0 <= row->field.max) || *out_list);
    case TABLE: return di >> 8 == row->di >> 8 && byte0 >= 1 && byte0 <= DAY_TABLES;
    default: return di == row->di;
    }
}

/* What one of a list is called by itself. */
static const char *single_key(const mbill__dlt645_field *field)
{
    return field->kind == MBILL__DLT645_WORD ? "status_word" : "value";
}

static void take_row(const entry *row, bool list, mbill__dlt645_layout *out)
{
    *out = (mbill__dlt645_layout){row->name, 1, {row->field}};
    if (row->of == EXACT || list || row->field.kind == MBILL__DLT645_ROW) return;
    out->fields[0].key = single_key(&row->field);
    out->fields[0].max = 1;
}

bool mbill__dlt645_layout_of(uint32_t di, mbill__dlt645_layout *out)
{
    bool list;
    for (size_t i = 0; i < COUNT(ladders); i++)
        if (ladders[i].di == di) {
            *out = (mbill__dlt645_layout){ladders[i].name, COUNT(ladder), {ladder[0], ladder[1], ladder[2]}};
            return true;
        }
    for (size_t i = 0; i < COUNT(rows); i++)
        if (matches(&rows[i], di, &list)) {
            take_row(&rows[i], list, out);
            return true;
        }
    return false;
}

size_t mbill__dlt645_fixed(const mbill__dlt645_layout *layout, size_t *out_varies)
{
    size_t bytes = 0;
    *out_varies = layout->n_fields;
    for (size_t i = 0; i < layout->n_fields; i++) {
        const mbill__dlt645_field *field = &layout->fields[i];
        if (field->min == field->max) bytes += (size_t)field->bytes * field->min;
        else *out_varies = i;
    }
    return bytes;
}

bool mbill__dlt645_secure_layout(uint32_t di, bool reply, size_t n, mbill__dlt645_layout *out)
{
    size_t varies;
    for (size_t i = 0; i < COUNT(secure); i++)
        if (secure[i].di == di && secure[i].reply == reply && mbill__dlt645_fixed(&secure[i].layout, &varies) == n) {
            *out = secure[i].layout;
            return true;
        }
    return false;
}

mbill_status mbill__dlt645_most(const mbill__dlt645_field *field, int64_t number, mbill_error *err)
{
    if (field->most == 0 || number <= field->most) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "%s is %lld, expected at most %u",
        field->number_key != NULL ? field->number_key : "a count", (long long)number, field->most);
}

bool mbill__dlt645_in_use(uint32_t di)
{
    return di >> 8 == 0x040501 || di == 0x040604FF || di == 0x040605FF;
}
