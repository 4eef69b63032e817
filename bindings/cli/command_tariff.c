/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill tariff check, show and canon. check looks at every file before it ends, so that all that is wrong is said at once. */
#include "command.h"

#include "color.h"
#include "load.h"
#include "output.h"
#include "show_tariff.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

typedef struct check_result {
    const char *file;
    char *id, *version, *hash; /* of a tariff that can be used */
} check_result;

/* Read one file; a refusal is said on stderr alone, and remembered if it is the first. */
static int check_one(const char *path, check_result *out, const char **first_refused, mbill_error *first_err)
{
    mbill_error err;
    mbill_tariff *tariff = NULL;
    mbill_error_init(&err);
    if (cli_read_tariff(path, &tariff, &err) != MBILL_OK) {
        cli_complain(path, CLI_DOCUMENT, &err);
        if (*first_refused == NULL) {
            *first_refused = path;
            *first_err = err;
        }
        return 0;
    }
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    *out = (check_result){path, cli_copy(labels->tariff), cli_copy(labels->version), cli_copy(labels->hash)};
    mbill_tariff_free(tariff);
    return 1;
}

static void print_checked_json(const check_result *results, int n)
{
    cli_json_begin("tariff_check");
    (void)fputs(",\"tariffs\":[", stdout);
    for (int i = 0; i < n; i++) {
        (void)fputs(i > 0 ? ",{\"file\":" : "{\"file\":", stdout);
        cli_json_text(results[i].file);
        cli_json_member("id", results[i].id);
        cli_json_member("version", results[i].version);
        cli_json_member("hash", results[i].hash);
        (void)fputs("}", stdout);
    }
    (void)fputs("]", stdout);
    cli_json_end();
}

static void print_checked(const check_result *results, int n)
{
    cli_table table;
    cli_table_start(&table, "lllll");
    for (int i = 0; i < n; i++) {
        cli_table_cell(&table, results[i].file);
        cli_table_cell(&table, "ok");
        cli_table_cell(&table, results[i].id);
        cli_table_cell(&table, results[i].version);
        cli_table_cell(&table, results[i].hash);
    }
    cli_table_end(&table, "");
}

int cli_tariff_check(const cli_arguments *arguments)
{
    const char *refused = NULL;
    mbill_error err;
    check_result *results = cli_allocate(NULL, (size_t)arguments->n_operands, sizeof *results);
    int n = 0;
    for (int i = 0; i < arguments->n_operands; i++) n += check_one(arguments->operands[i], &results[n], &refused, &err);
    if (!cli_json()) print_checked(results, n);
    else if (refused == NULL) print_checked_json(results, n);
    for (int i = 0; i < n; i++) {
        free(results[i].id);
        free(results[i].version);
        free(results[i].hash);
    }
    free(results);
    return refused == NULL ? CLI_DONE : cli_refuse_quietly(refused, CLI_DOCUMENT, &err);
}

static void show_fact(cli_table *table, const char *name, const char *text)
{
    if (text == NULL) return;
    cli_table_cell(table, name);
    cli_table_cell(table, text);
}

/* "line half_up to 0.01, charge none, bill none" */
static void rounding_words(cli_value rounding, char *out, size_t room)
{
    static const char *const places[] = {"line", "charge", "bill"};
    char text[64];
    out[0] = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        cli_value rule = cli_value_member(rounding, places[i]), how = cli_value_member(rule, "how");
        cli_append(out, room, i > 0 ? ", " : "");
        cli_append(out, room, places[i]);
        cli_append(out, room, " ");
        cli_value_text(how.at != NULL ? how : rule, text, sizeof text);
        cli_append(out, room, text);
        cli_append(out, room, how.at != NULL ? " to " : "");
        cli_value_text(cli_value_member(rule, "step"), text, sizeof text);
        cli_append(out, room, text);
    }
}

/* The facts that are words, each with those that the tariff knows. */
static void show_words(cli_table *table, cli_value inputs)
{
    char line[256], text[96];
    for (cli_walk walk = cli_walk_over(inputs); cli_walk_next(&walk);) {
        cli_value words = cli_value_member(walk.value, "words");
        if (words.at == NULL) continue;
        cli_value_text(cli_value_member(walk.value, "fact"), line, sizeof line);
        const char *before = ": ";
        for (cli_walk each = cli_walk_over(words); cli_walk_next(&each); before = ", ") {
            cli_value_text(each.value, text, sizeof text);
            cli_append(line, sizeof line, before);
            cli_append(line, sizeof line, text);
        }
        show_fact(table, "fact", line);
    }
}

static void show_head(const mbill_tariff *tariff, cli_value document)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    char line[256];
    int64_t from, to;
    cli_table table;
    mbill_tariff_valid(tariff, &from, &to);
    (void)snprintf(line, sizeof line, "%s, version %s", labels->tariff, labels->version);
    cli_print_clean(stdout, line, strlen(line));
    (void)fputc('\n', stdout);
    cli_table_start(&table, "ll");
    show_fact(&table, "title", mbill_tariff_title(tariff));
    show_fact(&table, "source", mbill_tariff_source(tariff));
    cli_time since = cli_time_text(from, labels->zone), until = cli_time_text(to, labels->zone);
    (void)snprintf(line, sizeof line, to == INT64_MAX ? "from %.10s, no end" : "from %.10s to before %.10s", since.text,
        until.text);
    show_fact(&table, "valid", line);
    cli_value_text(cli_value_member(document, "zone"), line, sizeof line);
    show_fact(&table, "zone", line);
    show_fact(&table, "currency", labels->currency);
    for (size_t i = 0; i < mbill_tariff_n_registers(tariff); i++) {
        (void)snprintf(line, sizeof line, "%s in %s", mbill_tariff_register(tariff, i), mbill_tariff_register_unit(tariff, i));
        show_fact(&table, "register", line);
    }
    show_words(&table, cli_value_member(document, "inputs"));
    rounding_words(cli_value_member(document, "rounding"), line, sizeof line);
    show_fact(&table, "rounding", line);
    show_fact(&table, "hash", labels->hash);
    cli_table_end(&table, "  ");
}

static void print_shown_json(const mbill_tariff *tariff, const char *document)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    int64_t from, to;
    mbill_tariff_valid(tariff, &from, &to);
    cli_json_begin("tariff_show");
    cli_json_member("id", labels->tariff);
    cli_json_member("version", labels->version);
    cli_json_optional("title", mbill_tariff_title(tariff));
    cli_json_optional("source", mbill_tariff_source(tariff));
    cli_json_member("currency", labels->currency);
    cli_json_member("hash", labels->hash);
    cli_json_member("valid_from", cli_time_text(from, labels->zone).text);
    if (to != INT64_MAX) cli_json_member("valid_to", cli_time_text(to, labels->zone).text);
    (void)fputs(",\"registers\":[", stdout);
    for (size_t i = 0; i < mbill_tariff_n_registers(tariff); i++) {
        (void)fputs(i > 0 ? ",{\"register\":" : "{\"register\":", stdout);
        cli_json_text(mbill_tariff_register(tariff, i));
        cli_json_member("unit", mbill_tariff_register_unit(tariff, i));
        (void)fputs("}", stdout);
    }
    (void)fputs("]", stdout);
    cli_show_weeks(tariff, cli_value_of(document, strlen(document)), 0);
    (void)printf(",\"document\":%s", document);
    cli_json_end();
}

int cli_tariff_show(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_tariff *tariff = NULL;
    mbill_error err;
    int colored = 0, code = cli_color_choose(arguments, &colored);
    if (code == CLI_DONE) code = cli_load_tariff(path, &tariff);
    if (code != CLI_DONE) return code;
    char *text = cli_canonical(tariff, &err);
    if (text == NULL) {
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    } else if (cli_json()) {
        print_shown_json(tariff, text);
    } else {
        cli_value document = cli_value_of(text, strlen(text));
        show_head(tariff, document);
        cli_show_charges(tariff, document);
        cli_show_rest(document);
        cli_show_weeks(tariff, document, colored);
    }
    free(text);
    mbill_tariff_free(tariff);
    return code;
}

int cli_tariff_canon(const cli_arguments *arguments)
{
    mbill_tariff *tariff = NULL;
    mbill_error err;
    int code = cli_load_tariff(arguments->operands[0], &tariff);
    if (code != CLI_DONE) return code;
    char *text = cli_canonical(tariff, &err);
    if (text == NULL) {
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    } else if (cli_json()) {
        cli_json_begin("tariff_canon");
        cli_json_member("hash", mbill_tariff_labels(tariff)->hash);
        (void)printf(",\"document\":%s", text);
        cli_json_end();
    } else {
        (void)puts(text);
    }
    free(text);
    mbill_tariff_free(tariff);
    return code;
}
