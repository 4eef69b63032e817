/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill NOUN VERB …: the table of commands, help and version. The program uses the libraries' public headers alone. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"
#include "complete.h"
#include "output.h"

#include "meterbill/version.h"

#include <signal.h>
#include <string.h>

#define MANY 1000000
#define NAME_MAX_BYTES 32

static int show_version(const cli_arguments *arguments);
static int show_help(const cli_arguments *arguments);
static int show_next(const cli_arguments *arguments);

#define NO_OPTIONS NULL
#define TAKES(...) ((const uint8_t[]){__VA_ARGS__, CLI_N_OPTIONS})

#define SPAN CLI_OPTION_FROM, CLI_OPTION_TO
#define PRICE_OPTIONS                                                                                                            \
    SPAN, CLI_OPTION_SPAN_TO, CLI_OPTION_FACTS, CLI_OPTION_POSITION, CLI_OPTION_SAVE_POSITION, CLI_OPTION_ALLOW_GAPS,            \
        CLI_OPTION_MODULUS, CLI_OPTION_MULTIPLIER, CLI_OPTION_CORRECT, CLI_OPTION_CHANGE, CLI_OPTION_CHANGE_ROUND
#define COMPARE_OPTIONS SPAN, CLI_OPTION_FACTS, CLI_OPTION_ALLOW_GAPS, CLI_OPTION_MODULUS, CLI_OPTION_MULTIPLIER
#define DAYS_LEFT_OPTIONS CLI_OPTION_BALANCE, CLI_OPTION_USE, CLI_OPTION_AT, CLI_OPTION_FACTS, CLI_OPTION_POSITION
#define BUY_OPTIONS CLI_OPTION_MONEY, CLI_OPTION_AT, CLI_OPTION_FACTS, CLI_OPTION_POSITION, CLI_OPTION_SAVE_POSITION
#define REPORT_OPTIONS                                                                                                           \
    SPAN, CLI_OPTION_ZONE, CLI_OPTION_SELECTION, CLI_OPTION_PER, CLI_OPTION_CHARGE, CLI_OPTION_FACT, CLI_OPTION_SERIES,          \
        CLI_OPTION_PERIOD, CLI_OPTION_TARIFF
#define COEFFICIENT_OPTIONS CLI_OPTION_FLOW, CLI_OPTION_RETURN, CLI_OPTION_SIDE, CLI_OPTION_PRESSURE, CLI_OPTION_COLD

#define BILL_ROWS CLI_OPTION_ACCOUNT, CLI_OPTION_SELECTION, CLI_OPTION_AT
#define BILL_STEP CLI_OPTION_AT, CLI_OPTION_NOTE, CLI_OPTION_BY

#define METER_TABLES_OPTIONS CLI_OPTION_AT, CLI_OPTION_TO, CLI_OPTION_PROFILE, CLI_OPTION_VERIFY

#define WIRE CLI_OPTION_PROTOCOL, CLI_OPTION_PROFILE
#define SIGNING CLI_OPTION_KEY, CLI_OPTION_REALM
#define TRUSTED CLI_OPTION_KEYSET, CLI_OPTION_ROOT, CLI_OPTION_PUBLIC, CLI_OPTION_REALM
#define OPERATOR CLI_OPTION_NOW, CLI_OPTION_BY

/* A kind of operation on a store's ledger, one a line from standard input. */
#define LINES(verb, run, summary)                                                                                                \
    {                                                                                                                            \
        "ledger", verb, run, 1, 1, NO_OPTIONS, "FILE.db", summary ": operations from standard input, one a line"                 \
    }

static const cli_command commands[] = {
    {"tariff", "check", cli_tariff_check, 1, MANY, NO_OPTIONS, "FILE...",
        "say whether tariff documents can be used, and what is wrong"},
    {"tariff", "show", cli_tariff_show, 1, 1, TAKES(CLI_OPTION_COLOR), "FILE",
        "show a tariff's charges, rates, days and periods"},
    {"tariff", "canon", cli_tariff_canon, 1, 1, NO_OPTIONS, "FILE", "print a tariff's canonical document, which its hash is of"},
    {"price", NULL, cli_price, 2, MANY, TAKES(PRICE_OPTIONS), "TARIFF... READINGS",
        "make one bill from readings (CSV, with --from and --to) or a usage document; several versions of a tariff with "
        "--change"},
    {"compare", NULL, cli_compare, 2, MANY, TAKES(COMPARE_OPTIONS), "TARIFF... READINGS",
        "rank tariffs for one account's readings, the cheapest first"},
    {"buy", NULL, cli_buy, 1, 1, TAKES(BUY_OPTIONS), "TARIFF --money M", "find the quantity that money buys, and its bill"},
    {"days-left", NULL, cli_days_left, 1, 1, TAKES(DAYS_LEFT_OPTIONS), "TARIFF --balance M --use Q",
        "say how long money lasts at a use per day"},
    {"split", NULL, cli_split, 0, 1, TAKES(CLI_OPTION_VERIFY, CLI_OPTION_AS), "[REQUEST]",
        "split one cost among many, exactly; the request (JSON) comes from the file or standard input"},
    {"bill", "try", cli_bill_try, 0, 1, NO_OPTIONS, "[CYCLE]",
        "try a billing policy out: due days, late fees, reminders and payments of bills, day by day"},
    {"bill", "list", cli_bill_list, 1, 1, TAKES(BILL_ROWS), "FILE.db",
        "show bills that are paid afterwards, and where each stands"},
    {"bill", "show", cli_bill_show, 2, 2, NO_OPTIONS, "FILE.db BILL",
        "show one bill: what was priced, custom charges on it, where it stands, and what happened to it"},
    {"bill", "queue", cli_bill_queue, 1, 1, TAKES(BILL_ROWS), "FILE.db", "show drafts, those to be looked at first"},
    {"bill", "review", cli_bill_review, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...|plain|all",
        "find drafts right: by number, those that nothing speaks against, or all"},
    {"bill", "unreview", cli_bill_unreview, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...", "make reviewed bills drafts again"},
    {"bill", "issue", cli_bill_issue, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...|all",
        "issue reviewed bills: what they are of is owed from now on"},
    {"bill", "cancel", cli_bill_cancel, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...",
        "give drafts up; their span can be billed again"},
    {"bill", "replace", cli_bill_replace, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...",
        "give drafts up for others of the same span, which the next close makes"},
    {"bill", "pay", cli_bill_pay, 2, 2, TAKES(CLI_OPTION_ZONE, CLI_OPTION_NEXT_DAY), "FILE.db PAYMENTS",
        "take payments and refunds by channel, receipt and operator (CSV)"},
    {"bill", "due", cli_bill_due, 1, 1, TAKES(BILL_ROWS), "FILE.db", "show what is open, by account"},
    {"bill", "overdue", cli_bill_overdue, 1, 1, TAKES(BILL_STEP), "FILE.db",
        "let days go by: overdue bills, and the late fees that have become due"},
    {"bill", "remind", cli_bill_remind, 1, 1, TAKES(BILL_STEP), "FILE.db",
        "give out the reminders that are due, one a line, and mark them"},
    {"bill", "correct", cli_bill_correct, 2, 2, TAKES(CLI_OPTION_AMOUNT, BILL_STEP), "FILE.db BILL --amount M",
        "book the difference of an issued bill"},
    {"bill", "dispute", cli_bill_dispute, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...", "hold late fees and reminders"},
    {"bill", "resolve", cli_bill_resolve, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...", "end a dispute"},
    {"bill", "writeoff", cli_bill_writeoff, 2, MANY, TAKES(CLI_OPTION_REASON, BILL_STEP), "FILE.db BILL... --reason N",
        "give up what is open of overdue bills"},
    {"bill", "restore", cli_bill_restore, 2, MANY, TAKES(BILL_STEP), "FILE.db BILL...", "take a write-off back"},
    {"bill", "priority", cli_bill_priority, 3, 3, NO_OPTIONS, "FILE.db ACCOUNT PRIORITY",
        "have an account's drafts looked at first"},
    {"bill", "place-priority", cli_bill_place_priority, 3, 3, NO_OPTIONS, "FILE.db PLACE PRIORITY",
        "have the drafts of every account at a place, or inside it, looked at first"},
    {"bill", "score", cli_bill_score, 2, 2,
        TAKES(CLI_OPTION_MONTHS, CLI_OPTION_WEIGHT, CLI_OPTION_LEAST, CLI_OPTION_FACT, CLI_OPTION_AT),
        "FILE.db ACCOUNT --months N --weight BY --least N", "say how reliably an account has paid"},
    {"bill", "export", cli_bill_export, 2, 2, TAKES(BILL_ROWS), "FILE.db bills|arrears",
        "write bills, or arrears by age, as CSV; JSON lines with --json"},
    {"bill", "totals", cli_bill_totals, 1, 1, NO_OPTIONS, "FILE.db", "sum all bills and compare every account with the ledger"},
    {"cashier", "show", cli_cashier_show, 1, 1, NO_OPTIONS, "FILE.db", "show every cashier's days by channel"},
    {"cashier", "compare", cli_cashier_compare, 2, 2, TAKES(CLI_OPTION_CHANNEL, CLI_OPTION_DAY),
        "FILE.db PROVIDER --channel N --day DATE",
        "compare a provider's file (CSV: receipt, amount) with the ledger, receipt by receipt; exit code 1 where they differ"},
    {"cashier", "close", cli_cashier_close, 2, 2,
        TAKES(CLI_OPTION_CHANNEL, CLI_OPTION_DAY, CLI_OPTION_COUNTED, CLI_OPTION_AT, CLI_OPTION_NOTE),
        "FILE.db OPERATOR --channel N --day DATE --counted M", "compare a day with what was counted, and close it"},
    {"ledger", "apply", cli_ledger_apply, 1, 1, TAKES(CLI_OPTION_STORE), "OPERATIONS | POLICY",
        "apply a document of operations to a prepaid ledger, an empty one or that of a store; with a policy (a file, or SMETS, "
        "DLMS, DLT, VEND), operations from standard input, one a line"},
    LINES("open", cli_ledger_open_account, "open accounts and meters of a store's ledger"),
    LINES("topup", cli_ledger_topup, "take payments"),
    LINES("charge", cli_ledger_charge, "charge what was used"),
    LINES("refund", cli_ledger_refund, "give money back to customers"),
    LINES("reverse", cli_ledger_reverse, "undo what was booked, by its mirror, once"),
    LINES("hold", cli_ledger_hold, "reserve money"),
    LINES("post", cli_ledger_post, "make what was reserved real, in whole or in part"),
    LINES("void", cli_ledger_void, "give up what was reserved"),
    LINES("offset", cli_ledger_offset, "move credit from one account to another"),
    LINES("reconcile", cli_ledger_reconcile, "compare with what meters show: what is on its way, not posted, not explained"),
    {"ledger", "statement", cli_ledger_statement, 2, 2, TAKES(SPAN), "FILE.db ACCOUNT",
        "show every leg of an account, what it was for, and the credit after it"},
    {"ledger", "rebuild", cli_ledger_rebuild, 1, 1, NO_OPTIONS, "FILE.db", "work all balances out anew from the records"},
    {"ledger", "balance", cli_ledger_balance, 2, MANY, NO_OPTIONS, "FILE.db ACCOUNT...", "show accounts of a store's ledger"},
    {"ledger", "verify", cli_ledger_verify, 1, 1, NO_OPTIONS, "FILE.db",
        "check the chain of a store's ledger from its first record to its last"},
    {"ledger", "export", cli_ledger_export, 2, 2, NO_OPTIONS, "FILE.db OUT", "write a store's ledger out, record by record"},
    {"ledger", "import", cli_ledger_import, 2, 2, NO_OPTIONS, "FILE.db IN", "take in what was exported: all of it or nothing"},
    {"charge", "add", cli_charge_add, 2, 2, NO_OPTIONS, "FILE.db CHARGE",
        "keep a custom charge (JSON), or another version of it"},
    {"charge", "list", cli_charge_list, 1, 1, NO_OPTIONS, "FILE.db", "show custom charges and what they came to"},
    {"charge", "preview", cli_charge_preview, 1, 2, TAKES(CLI_OPTION_NOW), "FILE.db [CHARGE]",
        "show the periods that a run would charge"},
    {"charge", "run", cli_charge_run, 1, 2, TAKES(CLI_OPTION_NOW), "FILE.db [CHARGE]",
        "charge every period that is due, once; with --json one line for each and one for all"},
    {"charge", "end", cli_charge_end, 2, 2, TAKES(CLI_OPTION_FROM), "FILE.db CHARGE --from DATE",
        "end a charge: nothing is charged from that day on"},
    {"task", "add", cli_task_add, 2, 3, TAKES(CLI_OPTION_NOW, CLI_OPTION_SELECTION), "FILE.db TASK [TARGETS]",
        "keep a batch task (JSON); its targets may come as a file of their own, CSV or JSON lines, or be the accounts or "
        "meters of a selection"},
    {"task", "list", cli_task_list, 1, 1, NO_OPTIONS, "FILE.db", "show all tasks and how far they are"},
    {"task", "show", cli_task_show, 2, 2, NO_OPTIONS, "FILE.db TASK", "show a task with every target of its last run"},
    {"task", "approve", cli_task_approve, 2, 2, TAKES(OPERATOR), "FILE.db TASK --by NAME", "approve what another operator made"},
    {"task", "pause", cli_task_pause, 2, 2, TAKES(OPERATOR), "FILE.db TASK --by NAME", "hand nothing out for a while"},
    {"task", "resume", cli_task_resume, 2, 2, TAKES(OPERATOR), "FILE.db TASK --by NAME", "go on after a pause"},
    {"task", "cancel", cli_task_cancel, 2, 2, TAKES(OPERATOR), "FILE.db TASK --by NAME", "give up what is not done yet"},
    {"task", "due", cli_task_due, 1, 2, TAKES(CLI_OPTION_NOW, CLI_OPTION_ROOM), "FILE.db [TASK]",
        "hand out work for meters that is due, one piece a line"},
    {"task", "result", cli_task_result, 1, 1, TAKES(CLI_OPTION_NOW), "FILE.db",
        "take answers to what was handed out from standard input, one a line"},
    {"task", "run", cli_task_run, 1, 2, TAKES(CLI_OPTION_NOW), "FILE.db [TASK]",
        "do what is due inside the store: top-ups, tariffs, alarm amounts"},
    {"convert", NULL, cli_convert, 3, 3, TAKES(CLI_OPTION_FACTS, CLI_OPTION_ROUND), "VALUE FROM TO",
        "convert a quantity: energy, gas_m3, gas_nm3, hot_water_m3 and allocator_unit by the facts of an account"},
    {"command", "keygen", cli_command_keygen, 1, 1, NO_OPTIONS, "FILE",
        "draw a secret key into a new file of mode 0600, and print its public key"},
    {"command", "sign", cli_command_sign, 1, 1, TAKES(SIGNING), "COMMAND --key FILE --realm NAME",
        "sign a command (a document); prints the message"},
    {"command", "cosign", cli_command_cosign, 1, 1, TAKES(SIGNING), "COMMAND --key FILE --realm NAME",
        "sign a command (a document, or a message of others) together with others, as a trip of a group needs"},
    {"command", "open", cli_command_open, 1, 1, TAKES(TRUSTED, CLI_OPTION_NOW), "MESSAGE --keyset FILE --root KEYS --realm NAME",
        "check a signed command and print it"},
    {"command", "receipt", cli_command_receipt, 1, 1, TAKES(SIGNING, CLI_OPTION_PUBLIC), "RECEIPT --realm NAME",
        "sign a receipt (a document) with --key, or check one (a message) with --public"},
    {"command", "frame", cli_command_frame, 1, 1, TAKES(WIRE, TRUSTED, CLI_OPTION_KEYS, CLI_OPTION_NOW),
        "COMMAND --protocol NAME",
        "say a command (a document, or a signed message) as the frame of one meter, and what reads back what it did"},
    {"command", "answer", cli_command_answer, 1, 3, TAKES(WIRE, CLI_OPTION_NOW),
        "FRAMES [REPLY|none [READ|none]] --protocol NAME",
        "say what a meter's replies (hex digits) prove of a command; with a signed one, its receipt"},
    {"command", "targets", cli_command_targets, 1, 1, NO_OPTIONS, "LIST",
        "the hash and number of a group's meters (a file of names, one a line), as its commands hold them"},
    {"command", "take", cli_command_take, 2, 3, TAKES(TRUSTED, CLI_OPTION_NOW, CLI_OPTION_ACCOUNT),
        "FILE.db MESSAGE [LIST] --realm NAME",
        "check a signed command and take it into a store, once; a top-up or refund is booked to --account, a group's command "
        "needs the LIST of its meters"},
    {"command", "due", cli_command_due, 1, MANY, TAKES(TRUSTED, CLI_OPTION_NOW, CLI_OPTION_ROOM, CLI_OPTION_PACE),
        "FILE.db [METER=WORD...] --realm NAME",
        "hand out commands that wait and may run now, each checked again; they become sent; WORD is what a meter has just said, "
        "such as e/000000000001=0050"},
    {"command", "settle", cli_command_settle, 2, 4, TAKES(CLI_OPTION_NOW, CLI_OPTION_PUBLIC, CLI_OPTION_REALM),
        "FILE.db ID accepted|confirmed|refused|unknown [METER]",
        "say what became of a command that was sent, of a group's at one METER; with --public and --realm a signed RECEIPT "
        "stands for ID and state, and is kept"},
    {"command", "receipts", cli_command_receipts, 1, 1, TAKES(CLI_OPTION_PUBLIC, CLI_OPTION_REALM),
        "FILE.db --public KEY --realm NAME",
        "check the receipts of a store and that each follows the one before it, and print them"},
    {"command", "kept", cli_command_kept, 1, 1, TAKES(CLI_OPTION_NOW), "FILE.db",
        "show the meters whose power is kept, and since when"},
    {"command", "list", cli_command_list, 1, 1, NO_OPTIONS, "FILE.db", "show commands of a store, and how far each came"},
    {"keyset", "make", cli_keyset_make, 1, 1, TAKES(SIGNING), "KEYSET --key FILE --realm NAME",
        "sign a keyset (a document, or a message of other roots)"},
    {"keyset", "show", cli_keyset_show, 1, 1, TAKES(CLI_OPTION_ROOT, CLI_OPTION_REALM), "KEYSET --root KEYS --realm NAME",
        "check a signed keyset and print it"},
    {"heat", "coefficient", cli_heat_coefficient, 0, 0, TAKES(COEFFICIENT_OPTIONS), "--flow C --return C --side PIPE",
        "compute the heat coefficient of EN 1434 between two temperatures"},
    {"heat", "energy", cli_heat_energy, 0, 1, TAKES(COEFFICIENT_OPTIONS, CLI_OPTION_VOLUME, CLI_OPTION_UNIT), "[RECORDS]",
        "count heat and cold of a document's records, or of --volume, --flow and --return with --side"},
    {"heat", "settle", cli_heat_settle, 1, 1, NO_OPTIONS, "SETTLEMENT",
        "settle a heating season: fee, cap, refunds, what was paid, step by step"},
    {"heat", "water", cli_heat_water, 0, 0, TAKES(CLI_OPTION_TEMPERATURE, CLI_OPTION_PRESSURE), "--temperature C",
        "compute volume and enthalpy of liquid water (IAPWS-IF97)"},
    {"frame", "decode", cli_frame_decode, 0, MANY, TAKES(WIRE, CLI_OPTION_REQUEST), "[HEX...] --protocol NAME",
        "say what one frame of a meter's wire means, or which layer refuses it; hexadecimal, JSON comes out"},
    {"frame", "encode", cli_frame_encode, 0, 1, TAKES(WIRE), "[FRAME] --protocol NAME",
        "make the bytes of a frame from JSON, as decode prints it"},
    {"frame", "stream", cli_frame_stream, 0, 0, TAKES(WIRE, CLI_OPTION_BINARY), "--protocol NAME",
        "find the frames in standard input, noise between them or not, and print one a line"},
    {"account", "list", cli_account_list, 1, 1, TAKES(CLI_OPTION_SELECTION), "FILE.db",
        "list accounts with their places, tags and utilities"},
    {"account", "register", cli_db_import, 2, MANY, TAKES(CLI_OPTION_ZONE), "FILE.db FILE...",
        "take in accounts, places and people before anyone lives there: db import"},
    {"account", "open", cli_account_open, 2, 2, NO_OPTIONS, "FILE.db OPENING",
        "open an account by one document: all of it or nothing"},
    {"account", "move-out", cli_account_move_out, 2, 2, NO_OPTIONS, "FILE.db LEAVING",
        "end an account by one document: last readings, last bills, and what is to be given back"},
    {"account", "show", cli_account_show, 2, 2, NO_OPTIONS, "FILE.db ACCOUNT", "show an account and the person behind it"},
    {"account", "forget", cli_account_forget, 2, 2, TAKES(CLI_OPTION_AT, CLI_OPTION_REASON),
        "FILE.db ACCOUNT --at TIME --reason WORDS", "erase the person behind an account; bills and ledger stay as they are"},
    {"account", "places", cli_account_places, 1, 1, NO_OPTIONS, "FILE.db",
        "print the tree of places, and what stands in it, as a document"},
    {"alarm", "check", cli_alarm_check, 1, 1, NO_OPTIONS, "CONFIG",
        "say whether alarms can be used, and everything that is wrong with them"},
    {"alarm", "show", cli_alarm_show, 1, 1, NO_OPTIONS, "CONFIG", "print alarms with every default said"},
    {"alarm", "run", cli_alarm_run, 1, 1, TAKES(CLI_OPTION_STATE, CLI_OPTION_STORE), "CONFIG|NAME",
        "run alarms on samples, ticks, events and actions from standard input, one a line; print what they raise, clear and "
        "tell"},
    {"alarm", "put", cli_alarm_put, 3, 3, NO_OPTIONS, "FILE.db NAME CONFIG",
        "keep alarms under a name, or another version of them"},
    {"alarm", "default", cli_alarm_default, 2, 2, NO_OPTIONS, "FILE.db NAME|none",
        "have every account's balance watched by these alarms"},
    {"alarm", "choose", cli_alarm_choose, 2, MANY, TAKES(CLI_OPTION_SELECTION), "FILE.db NAME|default|none [ACCOUNT...]",
        "have the balances of these accounts, or of a selection, watched by other alarms"},
    {"alarm", "list", cli_alarm_list, 1, 1, NO_OPTIONS, "FILE.db", "show the alarms that a store keeps, and for whom"},
    {"alarm", "tick", cli_alarm_tick, 1, 1, TAKES(CLI_OPTION_AT), "FILE.db --at TIME",
        "let time go by for the alarms of balances: delays end, repeats fall due"},
    {"alarm", "events", cli_alarm_events, 1, 1, TAKES(SPAN, CLI_OPTION_ACCOUNT), "FILE.db",
        "show what alarms have said, one event a line"},
    {"meter-tables", NULL, cli_meter_tables, 1, 1, TAKES(METER_TABLES_OPTIONS), "TARIFF --at TIME",
        "say a tariff as the tables of a meter, or why the meter cannot hold it; --verify compares tables that were read back"},
    {"token", "make", cli_token_make, 0, 1, TAKES(CLI_OPTION_KEYS), "[REQUEST]",
        "make tokens for a meter: the request (JSON) comes from the file or standard input"},
    {"token", "read", cli_token_read, 0, 1, TAKES(CLI_OPTION_KEYS), "[REQUEST]",
        "say what a token means, and whether a meter takes it"},
    {"db", "init", cli_db_init, 1, 1, NO_OPTIONS, "FILE.db", "make a store: one SQLite file"},
    {"db", "backup", cli_db_backup, 2, 2, NO_OPTIONS, "FILE.db COPY.db", "copy a store while it is in use"},
    {"db", "import", cli_db_import, 2, MANY, TAKES(CLI_OPTION_ZONE), "FILE.db FILE...",
        "take in tariffs, accounts, places, people, billing policies (JSON), readings, top-ups (CSV); each file whole or not at "
        "all"},
    {"db", "correct", cli_db_correct, 2, 2, TAKES(CLI_OPTION_ZONE), "FILE.db READINGS",
        "let readings (CSV) take the place of those in a store; both are kept, and bills they concern are named"},
    {"db", "months", cli_db_months, 1, 1, NO_OPTIONS, "FILE.db",
        "list the months of readings, and those that have left the store"},
    {"db", "detach", cli_db_detach, 3, 3, NO_OPTIONS, "FILE.db MONTH PART.db",
        "move the readings of a month that is billed, such as 2026-01, into a file of their own"},
    {"db", "attach", cli_db_attach, 2, 2, NO_OPTIONS, "FILE.db PART.db",
        "bring a month back from its file, which is proved to be the same"},
    {"db", "purge", cli_db_purge, 2, 2, NO_OPTIONS, "FILE.db MONTH", "remove the readings of a month that is billed for good"},
    {"db", "close", cli_db_close, 1, 1, TAKES(SPAN, CLI_OPTION_ALLOW_GAPS, CLI_OPTION_BATCH), "FILE.db --from DATE --to DATE",
        "bill every contract for a span of days; what is billed already stays"},
    {"db", "bill", cli_db_bill, 2, 2, TAKES(CLI_OPTION_FROM), "FILE.db ACCOUNT", "show an account's bills"},
    {"db", "balance", cli_db_balance, 2, MANY, NO_OPTIONS, "FILE.db ACCOUNT...", "show prepaid balances"},
    {"db", "summary", cli_db_summary, 1, 1, NO_OPTIONS, "FILE.db", "count what the store holds"},
    {"report", NULL, cli_report, 2, 2, TAKES(REPORT_OPTIONS), "NAME FILE.db --from DATE --to DATE",
        "rows as CSV: billed, year, revenue, cash, ageing, intensity, advice, alarms, cost, losses"},
    {"complete", NULL, show_next, 0, MANY, NO_OPTIONS, "[-- WORD...]",
        "say what may stand next on a command line, one a line: for the completion of shells"},
    {"version", NULL, show_version, 0, 0, NO_OPTIONS, "", "show the version of program and library"},
    {"help", NULL, show_help, 0, 2, NO_OPTIONS, "[NOUN [VERB]]", "explain commands and their options"},
};

#define N_COMMANDS (sizeof commands / sizeof commands[0])

static int is_named(const cli_command *one, const char *noun, const char *verb)
{
    return strcmp(one->noun, noun) == 0 && (one->verb == NULL || verb == NULL || strcmp(one->verb, verb) == 0);
}

static void name_of(const cli_command *one, char out[NAME_MAX_BYTES])
{
    (void)snprintf(out, NAME_MAX_BYTES, "%s%s%s", one->noun, one->verb != NULL ? " " : "", one->verb != NULL ? one->verb : "");
}

/* A command with its options, each with what it is for. */
static void print_usage(FILE *stream, const cli_command *one)
{
    char name[NAME_MAX_BYTES];
    name_of(one, name);
    (void)fprintf(stream, "usage: meterbill %s %s%s\n  %s\n", name, one->operands,
        one->operands[0] != '\0' ? " [OPTIONS]" : "[OPTIONS]", one->summary);
    for (int option = 0; option < CLI_N_OPTIONS; option++) {
        const cli_option_form *form = &cli_option_forms[option];
        if (option != CLI_OPTION_JSON && !cli_options_have(one->options, option)) continue;
        int used = fprintf(stream, "  --%s%s%s", form->name, form->value != NULL ? " " : "",
            form->value != NULL ? form->value : "");
        (void)fprintf(stream, "%*s%s\n", 26 - used, "", form->meaning);
    }
}

/* Every command in two lines. */
static void print_overview(void)
{
    char name[NAME_MAX_BYTES];
    (void)puts("meterbill turns meter readings into bills that explain themselves.\n");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        name_of(&commands[i], name);
        (void)printf("  meterbill %s%s%s\n      %s\n", name, commands[i].operands[0] != '\0' ? " " : "", commands[i].operands,
            commands[i].summary);
    }
    (void)puts(
        "\nmeterbill help NOUN VERB, or a command with --help, lists its options. With --json every command prints one JSON\n"
        "document. Exit code: 0 done, 1 input refused, 2 wrong usage, 3 internal error.");
}

static int show_version(const cli_arguments *arguments)
{
    (void)arguments;
    if (cli_json()) {
        cli_json_begin("version");
        cli_json_member("version", MBILL_VERSION);
        cli_json_member("library", mbill_version_string());
        cli_json_whole("abi", MBILL_ABI_VERSION);
        cli_json_end();
    } else {
        (void)printf("meterbill %s, libmeterbill %s\n", MBILL_VERSION, mbill_version_string());
    }
    return CLI_DONE;
}

static void options_as_json(const cli_command *one)
{
    (void)fputs(",\"options\":[{\"option\":\"json\"", stdout);
    cli_json_member("meaning", cli_option_forms[CLI_OPTION_JSON].meaning);
    for (int option = CLI_OPTION_JSON + 1; option < CLI_N_OPTIONS; option++) {
        if (!cli_options_have(one->options, option)) continue;
        (void)printf("},{\"option\":\"%s\"", cli_option_forms[option].name);
        cli_json_optional("value", cli_option_forms[option].value);
        cli_json_member("meaning", cli_option_forms[option].meaning);
    }
    (void)fputs("}]", stdout);
}

static void help_as_json(const char *noun, const char *verb)
{
    const char *before = "";
    cli_json_begin("help");
    (void)fputs(",\"commands\":[", stdout);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (noun != NULL && !is_named(&commands[i], noun, verb)) continue;
        (void)printf("%s{\"noun\":\"%s\"", before, commands[i].noun);
        cli_json_optional("verb", commands[i].verb);
        cli_json_member("operands", commands[i].operands);
        cli_json_member("summary", commands[i].summary);
        options_as_json(&commands[i]);
        (void)fputs("}", stdout);
        before = ",";
    }
    (void)fputs("]", stdout);
    cli_json_end();
}

static int show_help(const cli_arguments *arguments)
{
    const char *noun = arguments->n_operands > 0 ? arguments->operands[0] : NULL;
    const char *verb = arguments->n_operands > 1 ? arguments->operands[1] : NULL;
    size_t n = 0;
    for (size_t i = 0; i < N_COMMANDS; i++) n += noun == NULL || is_named(&commands[i], noun, verb);
    if (n == 0)
        return cli_usage("there is no command \"%s%s%s\"; meterbill help lists them", noun, verb != NULL ? " " : "",
            verb != NULL ? verb : "");
    if (cli_json()) help_as_json(noun, verb);
    else if (noun == NULL) print_overview();
    for (size_t i = 0; i < N_COMMANDS && noun != NULL && !cli_json(); i++)
        if (is_named(&commands[i], noun, verb)) print_usage(stdout, &commands[i]);
    return CLI_DONE;
}

static int show_next(const cli_arguments *arguments)
{
    if (cli_json()) return cli_usage("complete prints lines, no document");
    cli_complete(commands, N_COMMANDS, arguments->operands, arguments->n_operands);
    return CLI_DONE;
}

/* Which command argv names, and where its arguments begin; NULL after a message. */
static const cli_command *find(int argc, char **argv, int *out_first)
{
    const char *noun = argc > 1 ? argv[1] : NULL;
    if (noun != NULL && (strcmp(noun, "--help") == 0 || strcmp(noun, "-h") == 0)) noun = "help";
    if (noun != NULL && strcmp(noun, "--version") == 0) noun = "version";
    const char *verb = argc > 2 && argv[2][0] != '-' ? argv[2] : "";
    int noun_known = 0;
    for (size_t i = 0; noun != NULL && i < N_COMMANDS; i++) {
        *out_first = commands[i].verb == NULL ? 2 : 3;
        if (is_named(&commands[i], noun, verb)) return &commands[i];
        noun_known |= strcmp(commands[i].noun, noun) == 0;
    }
    if (noun == NULL || noun[0] == '-') (void)cli_usage("a command is missing; meterbill help lists them");
    else if (noun_known && verb[0] == '\0')
        (void)cli_usage("\"%s\" needs one word more; meterbill help %s lists them", noun, noun);
    else if (noun_known) (void)cli_usage("there is no command \"%s %s\"; meterbill help %s lists them", noun, verb, noun);
    else (void)cli_usage("there is no command \"%s\"; meterbill help lists them", noun);
    return NULL;
}

/* "READINGS is missing": the operand as the usage calls it. */
static int missing_operand(const cli_command *one, int nth)
{
    const char *word = one->operands;
    for (; nth > 0; nth--) word += strcspn(word, " ") + 1;
    int len = (int)strcspn(word, " ");
    if (len > 3 && memcmp(word + len - 3, "...", 3) == 0) len -= 3;
    return cli_usage("%.*s is missing", len, word);
}

static int run(int argc, char **argv)
{
    int first = 0;
    cli_arguments arguments;
    cli_set_json(cli_arguments_have(argc, argv, "--json"));
    const cli_command *one = find(argc, argv, &first);
    if (one == NULL) return CLI_USAGE;
    if (cli_arguments_have(argc, argv, "--help") && one->run != show_help) {
        char *words[] = {argv[1], argv[2]};
        arguments = (cli_arguments){{NULL}, words, one->verb != NULL ? 2 : 1};
        return show_help(&arguments);
    }
    int status = cli_arguments_read(&arguments, argc, argv, first, one->options);
    if (status == CLI_DONE && arguments.n_operands < one->min_operands) status = missing_operand(one, arguments.n_operands);
    if (status == CLI_DONE && arguments.n_operands > one->max_operands)
        status = cli_usage("\"%s\" is one argument too many", arguments.operands[one->max_operands]);
    if (status == CLI_DONE) return one->run(&arguments);
    print_usage(stderr, one);
    return status;
}

int main(int argc, char **argv)
{
#ifdef SIGXFSZ
    /* a file size limit then is an error of the write, which is reported, not the end of the program */
    (void)signal(SIGXFSZ, SIG_IGN);
#endif
    return cli_finish(run(argc, argv));
}
