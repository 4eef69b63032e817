/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand next on a command line, for the shells' completion; changes when commands or options are written in another way.
 * Commands, options and operands are those of the one table, so that no list of them can fall behind. */
#include "complete.h"

#include <stdio.h>
#include <string.h>

typedef struct table {
    const cli_command *commands;
    size_t n;
} table;

/* Options whose values are a few words. */
static const struct {
    int option;
    const char *words;
} values[] = {
    {CLI_OPTION_AS, "ledger bills"},
    {CLI_OPTION_CHANGE, "days readings"},
    {CLI_OPTION_COLOR, "auto always never"},
    {CLI_OPTION_PER, "day month year"},
    {CLI_OPTION_PROTOCOL, "dlt645 cjt188 modbus mbus"},
    {CLI_OPTION_SIDE, "flow return"},
    {CLI_OPTION_UNIT, "kWh MJ"},
    {CLI_OPTION_WEIGHT, "count amount"},
};

static int begins(const char *word, size_t len, const char *typed)
{
    size_t n = strlen(typed);
    return n <= len && memcmp(word, typed, n) == 0;
}

static void offer(const char *word, size_t len, const char *meaning, const char *typed)
{
    if (!begins(word, len, typed)) return;
    (void)fwrite(word, 1, len, stdout);
    (void)printf("\t%s\n", meaning);
}

static void offer_files(void)
{
    (void)puts(":files");
}

/* Nouns, each once; of one that needs a verb the verbs are in place of what it is for. */
static void offer_nouns(const table *of, const char *typed)
{
    for (size_t i = 0; i < of->n; i++) {
        const cli_command *one = &of->commands[i];
        size_t first = 0;
        while (strcmp(of->commands[first].noun, one->noun) != 0) first++;
        if (first != i || !begins(one->noun, strlen(one->noun), typed)) continue;
        (void)printf("%s\t", one->noun);
        for (size_t k = i; k < of->n && one->verb != NULL; k++)
            if (strcmp(of->commands[k].noun, one->noun) == 0) (void)printf("%s%s", k == i ? "" : ", ", of->commands[k].verb);
        (void)puts(one->verb != NULL ? "" : one->summary);
    }
}

static void offer_verbs(const table *of, const char *noun, const char *typed)
{
    for (size_t i = 0; i < of->n; i++) {
        const cli_command *one = &of->commands[i];
        if (strcmp(one->noun, noun) == 0 && one->verb != NULL) offer(one->verb, strlen(one->verb), one->summary, typed);
    }
}

static void offer_words(const char *words, const char *typed)
{
    for (; *words != '\0'; words += strspn(words, " ")) {
        size_t len = strcspn(words, " ");
        offer(words, len, "", typed);
        words += len;
    }
}

/* The option that a word is: --from is CLI_OPTION_FROM; CLI_N_OPTIONS when it is none. */
static int option_of(const char *word)
{
    int option = 0;
    if (word[0] != '-' || word[1] != '-') return CLI_N_OPTIONS;
    while (option < CLI_N_OPTIONS && strcmp(cli_option_forms[option].name, word + 2) != 0) option++;
    return option;
}

/* Does the word before this one take it as its value? */
static int is_value(char *const *words, int at, int first)
{
    int option = at > first ? option_of(words[at - 1]) : CLI_N_OPTIONS;
    return option < CLI_N_OPTIONS && cli_option_forms[option].value != NULL;
}

static int is_given(char *const *words, int n_words, int option)
{
    for (int at = 0; at + 1 < n_words; at++)
        if (option_of(words[at]) == option) return 1;
    return 0;
}

static void offer_options(const cli_command *one, char *const *words, int n_words, const char *typed)
{
    char name[64];
    for (int option = 0; option < CLI_N_OPTIONS; option++) {
        if (option != CLI_OPTION_JSON && !cli_options_have(one->options, option)) continue;
        if (is_given(words, n_words, option)) continue;
        int len = snprintf(name, sizeof name, "--%s", cli_option_forms[option].name);
        offer(name, (size_t)len, cli_option_forms[option].meaning, typed);
    }
    offer("--help", strlen("--help"), "say what the command does, and its options", typed);
}

static void offer_value(int option, const char *typed)
{
    const char *form = cli_option_forms[option].value;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (values[i].option == option) offer_words(values[i].words, typed);
    if (strncmp(form, "FILE", 4) == 0) offer_files();
}

/* The nth operand as the usage has it: words in small letters stand as they are, what is in capitals may be a file. */
static void offer_operand(const cli_command *one, int nth, const char *typed)
{
    const char *form = one->operands;
    int may_be_file = 0;
    if (nth >= one->max_operands) return;
    while (nth > 0 && form[strcspn(form, " ")] == ' ' && form[strcspn(form, " ") + 1] != '-') {
        form += strcspn(form, " ") + 1;
        nth--;
    }
    for (size_t end = strcspn(form, " "), at = 0; at < end;) {
        size_t len = strcspn(form + at, "| []");
        if (form[at] >= 'a' && form[at] <= 'z') offer(form + at, len, "", typed);
        else may_be_file |= len > 0;
        at += len + 1;
    }
    if (may_be_file) offer_files();
}

static void offer_argument(const cli_command *one, char *const *words, int n_words, int first)
{
    const char *typed = words[n_words - 1];
    int operands = 0;
    if (is_value(words, n_words - 1, first)) {
        offer_value(option_of(words[n_words - 2]), typed);
        return;
    }
    for (int at = first; at + 1 < n_words; at++) operands += option_of(words[at]) == CLI_N_OPTIONS && !is_value(words, at, first);
    if (typed[0] == '-') offer_options(one, words, n_words, typed);
    else offer_operand(one, operands, typed);
}

void cli_complete(const cli_command *commands, size_t n, char *const *words, int n_words)
{
    const table of = {commands, n};
    if (n_words > 1 && strcmp(words[0], "help") == 0) {
        if (n_words <= 3) cli_complete(commands, n, words + 1, n_words - 1);
        return;
    }
    if (n_words <= 1) {
        offer_nouns(&of, n_words == 1 ? words[0] : "");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(commands[i].noun, words[0]) != 0) continue;
        int first = commands[i].verb != NULL ? 2 : 1;
        if (first == 2 && n_words == 2) {
            offer_verbs(&of, words[0], words[1]);
            return;
        }
        if (first == 2 && strcmp(commands[i].verb, words[1]) != 0) continue;
        offer_argument(&commands[i], words, n_words, first);
        return;
    }
}
