/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options and the walk over argv; changes when an option is added. No option is taken that the command does not
 * have. */
#include "arguments.h"

#include "output.h"

#include <string.h>

const cli_option_form cli_option_forms[CLI_N_OPTIONS] = {
    [CLI_OPTION_JSON] = {"json", NULL, "print one JSON document in place of text"},
    [CLI_OPTION_FACTS] = {"facts", "FILE", "facts of the account (JSON): area, persons, lists of days"},
    [CLI_OPTION_FROM] = {"from", "T", "first day of the span, such as 2026-01-01; price also takes 2026-01-01T06:00"},
    [CLI_OPTION_SPAN_TO] = {"span-to", "T", "end of the billing span, of which only the part up to --to is charged"},
    [CLI_OPTION_TO] = {"to", "T", "end of the span, not included: 2026-02-01 for all of January"},
    [CLI_OPTION_POSITION] = {"position", "FILE", "where the bill before this one left the ladders (JSON)"},
    [CLI_OPTION_SAVE_POSITION] = {"save-position", "FILE", "write there where this bill leaves them, for the next bill"},
    [CLI_OPTION_ALLOW_GAPS] = {"allow-gaps", NULL, "bill in spite of missing readings; the lines are marked incomplete"},
    [CLI_OPTION_MODULUS] = {"modulus", "N", "count at which the register returns to 0: 100000 for five digits"},
    [CLI_OPTION_MULTIPLIER] = {"multiplier", "N", "every count is worth so much: CT ratio x PT ratio"},
    [CLI_OPTION_ZONE] = {"zone", "RULE", "zone of CSV times without an offset, such as CST-8 or UTC0"},
    [CLI_OPTION_BATCH] = {"batch", "N", "contracts in one transaction; 1000 when left out"},
    [CLI_OPTION_MONEY] = {"money", "M", "what is paid, in the tariff's currency, such as 398.00"},
    [CLI_OPTION_AT] = {"at", "T", "instant in the tariff's zone, such as 2026-06-01T12:00; now when left out"},
    [CLI_OPTION_COLOR] = {"color", "WHEN", "auto (a terminal, and NO_COLOR not set), always or never"},
    [CLI_OPTION_BALANCE] = {"balance", "M", "the money that is left, in the tariff's currency"},
    [CLI_OPTION_USE] = {"use", "Q", "what is used in 24 hours, in the register's unit"},
    [CLI_OPTION_CORRECT] = {"correct", "FILE", "the bill that was made out for this span (JSON); what it comes to now less that"},
    [CLI_OPTION_CHANGE] = {"change", "HOW", "how use is divided where a new version begins: days or readings"},
    [CLI_OPTION_CHANGE_ROUND] = {"change-round", "RULE", "rounding of quantities divided by days: none, or such as 1,half_up"},
    [CLI_OPTION_STORE] = {"store", "FILE.db", "this store keeps the ledger, or the alarms; it goes on from what it has"},
    [CLI_OPTION_TEMPERATURE] = {"temperature", "C", "degrees Celsius, 0 to 350"},
    [CLI_OPTION_FLOW] = {"flow", "C", "temperature of the flow pipe, degrees Celsius"},
    [CLI_OPTION_RETURN] = {"return", "C", "temperature of the return pipe, degrees Celsius"},
    [CLI_OPTION_PRESSURE] = {"pressure", "MPA", "pressure in MPa; 1.6 when left out, as heat meters compute"},
    [CLI_OPTION_PER] = {"per", "WORD", "what rows are of: day, month or year; month when left out"},
    [CLI_OPTION_CHARGE] = {"charge", "ID", "the charge whose quantity is the use"},
    [CLI_OPTION_FACT] = {"fact", "NAME", "the fact that use is divided by, such as area; of a score: the fact that keeps it"},
    [CLI_OPTION_SERIES] = {"series", "NAME", "the price series that holds degree-days"},
    [CLI_OPTION_TARIFF] = {"tariff", "ID", "the other tariff, by which bills are priced again"},
    [CLI_OPTION_PERIOD] = {"period", "NAME", "the period of the tariff whose share is asked for, such as night"},
    [CLI_OPTION_REASON] = {"reason", "WORDS", "why; it stays, so nobody's name; of a write-off: a number of your own list, from 1"},
    [CLI_OPTION_SIDE] = {"side", "PIPE", "where the flow sensor stands: flow or return"},
    [CLI_OPTION_COLD] = {"cold", NULL, "the flow pipe is the colder one; of energy: cold is counted too"},
    [CLI_OPTION_VOLUME] = {"volume", "M3", "volume that passed, in m3"},
    [CLI_OPTION_UNIT] = {"unit", "UNIT", "unit of the energy: kWh, or MJ; kWh when left out"},
    [CLI_OPTION_ROUND] = {"round", "RULE", "a step and how, such as 1,half_up; six places when left out"},
    [CLI_OPTION_VERIFY] = {"verify", "FILE", "an answer that somebody claims (JSON): say what of it is wrong"},
    [CLI_OPTION_AS] = {"as", "WHAT",
        "ledger: operations that book the parts, one a line; bills: a payment bill an account, one a line"},
    [CLI_OPTION_SELECTION] = {"selection", "JSON", "what is meant: {\"under\": place, \"tags\": [...], \"utility\": word, \"register\": name, \"behind\": meter}"},
    [CLI_OPTION_STATE] = {"state", "FILE", "go on from the state in this file, if it is there, and keep it there"},
    [CLI_OPTION_NOW] = {"now", "T", "the time that it is, such as 2026-06-01T12:00:00Z; the clock's when left out"},
    [CLI_OPTION_BY] = {"by", "NAME", "the operator who does it"},
    [CLI_OPTION_ROOM] = {"room", "N", "at most so many pieces of work or commands; 1000 when left out"},
    [CLI_OPTION_ACCOUNT] = {"account", "ID", "bills of this account alone; of a signed top-up: the account that it is for"},
    [CLI_OPTION_NOTE] = {"note", "TEXT", "kept with the step"},
    [CLI_OPTION_AMOUNT] = {"amount", "M", "what the bill is corrected by; below 0: it becomes less"},
    [CLI_OPTION_CHANNEL] = {"channel", "N", "number of the payment channel"},
    [CLI_OPTION_DAY] = {"day", "DATE", "the civil day, such as 2026-02-05"},
    [CLI_OPTION_COUNTED] = {"counted", "M", "what was counted, or what the provider says"},
    [CLI_OPTION_MONTHS] = {"months", "N", "the window before the day"},
    [CLI_OPTION_WEIGHT] = {"weight", "BY", "count or amount"},
    [CLI_OPTION_LEAST] = {"least", "N", "with fewer bills there is no score"},
    [CLI_OPTION_NEXT_DAY] = {"next-day", NULL, "count a payment of a closed day on the cashier's next open day"},
    [CLI_OPTION_PROTOCOL] = {"protocol", "NAME", "what the meter speaks: dlt645, cjt188, modbus or mbus"},
    [CLI_OPTION_PROFILE] = {"profile", "FILE", "one meter's settings (JSON): where meters of the protocol differ, or how much its tables hold"},
    [CLI_OPTION_REQUEST] = {"request", "HEX", "the frame that this one is to answer"},
    [CLI_OPTION_BINARY] = {"binary", NULL, "the bytes themselves in place of hexadecimal digits"},
    [CLI_OPTION_KEYS] = {"keys", "FILE", "keys of meters, or what frames to a meter need (JSON), in a file of mode 600; - reads them from standard input"},
    [CLI_OPTION_KEY] = {"key", "FILE", "the secret key that signs: a file of mode 0600, or such as fd:3"},
    [CLI_OPTION_REALM] = {"realm", "NAME", "who belongs together; what is signed in one realm is worth nothing in another"},
    [CLI_OPTION_KEYSET] = {"keyset", "FILE", "the keyset whose keys are trusted; with --root"},
    [CLI_OPTION_ROOT] = {"root", "KEYS", "public keys of the roots that signed it: KEY,KEY (all), or 2:KEY,KEY,KEY (two of them)"},
    [CLI_OPTION_PUBLIC] = {"public", "KEYS", "public keys that are trusted by themselves: such as relay:KEY,money:KEY; of a receipt: KEY"},
    [CLI_OPTION_PACE] = {"pace", "N", "of so many meters supply is taken in a minute; 60 when left out"},
};

/* The option that text names ("from" or "from=…"); CLI_N_OPTIONS when there is none. */
static int option_named(const char *text)
{
    size_t len = strcspn(text, "=");
    int option = 0;
    for (; option < CLI_N_OPTIONS; option++) {
        const char *name = cli_option_forms[option].name;
        if (strlen(name) == len && memcmp(name, text, len) == 0) break;
    }
    return option;
}

_Static_assert(CLI_N_OPTIONS <= UINT8_MAX, "a list of options has a byte for each");

int cli_options_have(const uint8_t *list, int option)
{
    while (list != NULL && *list != CLI_N_OPTIONS)
        if (*list++ == option) return 1;
    return 0;
}

/* One option at argv[*at]; *at moves on over a value that stands by itself. */
static int option_read(cli_arguments *out, int argc, char **argv, int *at, const uint8_t *taken)
{
    const char *text = argv[*at];
    int option = text[1] == '-' ? option_named(text + 2) : CLI_N_OPTIONS;
    if (option == CLI_N_OPTIONS) return cli_usage("unknown option \"%s\"", text);
    const cli_option_form *form = &cli_option_forms[option];
    if (option != CLI_OPTION_JSON && !cli_options_have(taken, option))
        return cli_usage("option --%s does not belong to this command", form->name);
    if (out->options[option] != NULL) return cli_usage("option --%s is given twice", form->name);
    const char *value = strchr(text, '=');
    if (form->value == NULL) {
        if (value != NULL) return cli_usage("option --%s takes no value", form->name);
        out->options[option] = "";
    } else if (value != NULL) {
        out->options[option] = value + 1;
    } else {
        if (*at + 1 >= argc || (argv[*at + 1][0] == '-' && argv[*at + 1][1] == '-'))
            return cli_usage("option --%s needs a value: --%s %s", form->name, form->name, form->value);
        out->options[option] = argv[++*at];
    }
    return CLI_DONE;
}

int cli_arguments_read(cli_arguments *out, int argc, char **argv, int first, const uint8_t *taken)
{
    int only_operands = 0, n = 0;
    memset(out, 0, sizeof *out);
    out->operands = argv + first;
    for (int at = first; at < argc; at++) {
        if (!only_operands && strcmp(argv[at], "--") == 0) {
            only_operands = 1;
        } else if (!only_operands && argv[at][0] == '-' && argv[at][1] != '\0') {
            int status = option_read(out, argc, argv, &at, taken);
            if (status != CLI_DONE) return status;
        } else {
            out->operands[n++] = argv[at];
        }
    }
    out->n_operands = n;
    return CLI_DONE;
}

int cli_arguments_have(int argc, char **argv, const char *option)
{
    for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++)
        if (strcmp(argv[at], option) == 0) return 1;
    return 0;
}
