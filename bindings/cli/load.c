/* SPDX-License-Identifier: Apache-2.0 */
/* From a file's name to a handle of the library. Only the library judges content; here is found out which reader it is for. */
#include "load.h"

#include "document.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

int cli_load_file(const char *path, cli_file *out)
{
    mbill_error err;
    mbill_error_init(&err);
    return cli_file_read(path, out, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

mbill_status cli_read_tariff(const char *path, mbill_tariff **out, mbill_error *err)
{
    cli_file file;
    mbill_status status = cli_file_read(path, &file, err);
    if (status != MBILL_OK) return status;
    status = mbill_tariff_read(file.bytes, file.len, NULL, out, err);
    cli_file_free(&file);
    return status;
}

int cli_load_tariff(const char *path, mbill_tariff **out)
{
    mbill_error err;
    mbill_error_init(&err);
    return cli_read_tariff(path, out, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

int cli_load_facts(const char *path_or_null, mbill_facts **out)
{
    mbill_error err;
    cli_file file;
    *out = NULL;
    if (path_or_null == NULL) return CLI_DONE;
    int code = cli_load_file(path_or_null, &file);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    if (mbill_facts_read(file.bytes, file.len, NULL, out, &err) != MBILL_OK) code = cli_refuse(path_or_null, CLI_DOCUMENT, &err);
    cli_file_free(&file);
    return code;
}

void cli_take_facts(const mbill_facts *facts_or_null, mbill_price_request *out)
{
    if (facts_or_null == NULL) return;
    out->facts = mbill_facts_values(facts_or_null, &out->n_facts);
    out->lists = mbill_facts_lists(facts_or_null, &out->n_lists);
    out->instants = mbill_facts_instants(facts_or_null, &out->n_instants);
    out->series = mbill_facts_series(facts_or_null, &out->n_series);
    out->factors = mbill_facts_factors(facts_or_null, &out->n_factors);
}

mbill_status cli_read_position(const char *path_or_null, const mbill_tariff *tariff, mbill_position **out, mbill_error *err)
{
    cli_file file;
    *out = cli_allocate(NULL, mbill_position_size(tariff), 1);
    mbill_position_init(tariff, *out);
    if (path_or_null == NULL) return MBILL_OK;
    mbill_status status = cli_file_read(path_or_null, &file, err);
    if (status != MBILL_OK) return status;
    status = mbill_position_read(tariff, file.bytes, file.len, *out, err);
    cli_file_free(&file);
    return status;
}

int cli_load_position(const char *path_or_null, const mbill_tariff *tariff, mbill_position **out)
{
    mbill_error err;
    mbill_error_init(&err);
    if (cli_read_position(path_or_null, tariff, out, &err) == MBILL_OK) return CLI_DONE;
    return cli_refuse(path_or_null, CLI_DOCUMENT, &err);
}

/* The text after a byte-order mark, which the readers then refuse by name. */
static const char *past_mark(const cli_file *file)
{
    return file->len >= 3 && memcmp(file->bytes, "\xEF\xBB\xBF", 3) == 0 ? file->bytes + 3 : file->bytes;
}

int cli_is_document(const cli_file *file)
{
    const char *at = past_mark(file), *end = file->bytes + file->len;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) at++;
    return at < end && (*at == '{' || *at == '[');
}

/* The first line of a CSV has this word in it. */
static int header_has(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);
    for (; at < end && *at != '\n' && (size_t)(end - at) >= len; at++)
        if (memcmp(at, word, len) == 0) return 1;
    return 0;
}

void cli_kind_of(const cli_file *file, char out[CLI_KIND_MAX])
{
    const char *text = past_mark(file), *end = file->bytes + file->len;
    if (cli_is_document(file)) {
        cli_value_text(cli_value_member(cli_value_of(text, (size_t)(end - text)), "kind"), out, CLI_KIND_MAX);
        if (out[0] == '\0') (void)snprintf(out, CLI_KIND_MAX, "tariff");
    } else {
        int top_ups = header_has(text, end, "account") && header_has(text, end, "amount");
        (void)snprintf(out, CLI_KIND_MAX, "%s", top_ups ? "top-ups" : "readings");
    }
}

/* One field of a CSV without its quotes; *at moves on behind its comma or to the line's end. */
static cli_value csv_field(const char **at, const char *end)
{
    cli_value field = {*at, *at};
    while (field.end < end && *field.end != ',' && *field.end != '\n' && *field.end != '\r') field.end++;
    *at = field.end < end && *field.end == ',' ? field.end + 1 : field.end;
    if (field.end - field.at >= 2 && *field.at == '"') field.at++, field.end--;
    return field;
}

static int field_is(cli_value field, const char *word)
{
    size_t len = (size_t)(field.end - field.at);
    return len == strlen(word) && memcmp(field.at, word, len) == 0;
}

/* A time (or what begins like one) that does not end in Z or +08:00. */
static int lacks_offset(cli_value field)
{
    size_t len = (size_t)(field.end - field.at);
    if (len == 0 || *field.at < '0' || *field.at > '9' || field.end[-1] == 'Z' || field.end[-1] == 'z') return 0;
    return len < sizeof "2026-01-31T13:00" + 5 || (field.end[-6] != '+' && field.end[-6] != '-');
}

mbill_status cli_need_offsets(const cli_file *file, mbill_error *err)
{
    uint64_t times = 0; /* a bit for each column that holds times */
    const char *at = past_mark(file), *end = file->bytes + file->len;
    for (int64_t line = 1; at < end; line++) {
        for (unsigned column = 0; at < end && *at != '\n' && *at != '\r' && column < 64; column++) {
            cli_value field = csv_field(&at, end);
            if (line == 1)
                times |= (uint64_t)(field_is(field, "time") || field_is(field, "start") || field_is(field, "end")) << column;
            else if ((times >> column & 1) != 0 && lacks_offset(field))
                return cli_fail(err, MBILL_E_ZONE, line,
                    "time \"%.*s\" does not say its offset from UTC; expected one such as 2026-01-31T13:00+08:00, or --zone with "
                    "the "
                    "zone of the file",
                    field.end - field.at < 40 ? (int)(field.end - field.at) : 40, field.at);
        }
        while (at < end && *at != '\n') at++;
        if (at < end) at++;
    }
    return MBILL_OK;
}

cli_time cli_time_text(int64_t utc_s, const mbill_zone *zone)
{
    cli_time out = {""};
    size_t len = sizeof out.text;
    if (mbill_time_print(utc_s, zone, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

static mbill_status canonical(const void *tariff, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_tariff_canonical(tariff, out_text, inout_len, err);
}

char *cli_canonical(const mbill_tariff *tariff, mbill_error *err)
{
    mbill_error_init(err);
    return cli_make_text(canonical, tariff, err);
}
