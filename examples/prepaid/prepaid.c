/* SPDX-License-Identifier: Apache-2.0 */
/* Prepayment in both of its ways: the platform deducts and decides about supply; or the meter deducts, and the platform follows and compares.
 * Build: cc -std=c11 -o prepaid prepaid.c $(pkg-config --cflags --libs meterbill) */
#include <meterbill.h>

#include <stdio.h>
#include <string.h>

#define MONEY(whole, cents) ((whole)*INT64_C(1000000) + (cents)*INT64_C(10000))
#define HOUR 3600

typedef struct day {
    mbill_book *book;
    int64_t now_utc_s;
    unsigned char next_id; /* a real platform draws 128 bits before its first attempt and keeps them */
} day;

static mbill_operation start(day *today, mbill_operation_kind kind, int64_t account, int64_t amount_micro)
{
    mbill_operation op = {.kind = kind, .account = account, .amount_micro = amount_micro};
    op.id.bytes[15] = ++today->next_id;
    op.sequence = op.period = MBILL_NONE;
    op.charge = MBILL_NONE;
    return op;
}

static mbill_result apply(day *today, const char *what, const mbill_operation *op)
{
    mbill_result result = {.code = -1};
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_book_apply(today->book, op, 1, today->now_utc_s, &result, &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
    printf("%-34s %s\n", what, mbill_result_name(result.code));
    return result;
}

static const char *money(int64_t micro, char text[32])
{
    size_t room = 32;
    return mbill_decimal_print_places(micro, MBILL_SCALE_MICRO, 2, text, &room, NULL) == MBILL_OK ? text : "?";
}

static void ask_supply(const day *today, int64_t account, uint32_t contactor)
{
    static const char *const words[] = {"keep", "trip", "arm"};
    mbill_view view = {.struct_size = sizeof view};
    mbill_supply_state state = {.struct_size = sizeof state, .flags = contactor};
    int32_t supply = MBILL_SUPPLY_KEEP;
    char text[32];
    if (mbill_book_view(today->book, account, &view, NULL) != MBILL_OK ||
        mbill_supply_decide(&view, mbill_book_policy(today->book, account), &state, &supply, NULL, NULL) != MBILL_OK)
        return;
    printf("  credit %s: %s\n", money(view.credit_micro, text), words[supply - MBILL_SUPPLY_KEEP]);
}

/* Use comes in by the hour, the platform charges it and commands the switch. */
static void platform_deducts(day *today)
{
    mbill_policy policy;
    (void)mbill_policy_preset(MBILL_PRESET_DLT, &policy);
    mbill_operation op = start(today, MBILL_OPERATION_OPEN, 7, 0);
    op.policy = &policy;
    (void)apply(today, "open account 7", &op);
    op = start(today, MBILL_OPERATION_TOP_UP, 7, MONEY(10, 0));
    op.receipt = 501;
    (void)apply(today, "10.00 paid", &op);
    (void)apply(today, "the same payment sent again", &op);
    for (int hour = 0; hour < 2; hour++) {
        today->now_utc_s += HOUR;
        op = start(today, MBILL_OPERATION_USAGE, 7, MONEY(6, 25));
        (void)apply(today, "an hour's use, 6.25", &op);
        ask_supply(today, 7, 0);
    }
    op = start(today, MBILL_OPERATION_TOP_UP, 7, MONEY(20, 0));
    (void)apply(today, "20.00 paid", &op);
    ask_supply(today, 7, MBILL_CONTACTOR_OPEN | MBILL_CONTACTOR_TRIPPED);
}

/* What the meter shows is compared with the book: nothing moves until somebody accepts what nothing explains. */
static mbill_id observe(day *today, int64_t shown_micro, int64_t count, int64_t unposted_micro)
{
    char shown[32], rest[32];
    mbill_operation op = start(today, MBILL_OPERATION_OBSERVE, 8, shown_micro);
    op.sequence = count;
    op.unposted_micro = unposted_micro;
    mbill_result result = apply(today, "the meter is read", &op);
    printf("  it shows %s after %lld purchases, unexplained %s\n", money(shown_micro, shown), (long long)count,
        money(result.moved_micro, rest));
    return op.id;
}

/* A payment is on its way to the meter until its count shows that it has arrived. */
static void meter_deducts(day *today)
{
    mbill_policy policy;
    (void)mbill_policy_preset(MBILL_PRESET_DLT, &policy);
    mbill_operation op = start(today, MBILL_OPERATION_OPEN, 8, 0);
    op.policy = &policy;
    (void)apply(today, "open account 8", &op);
    mbill_operation sent = start(today, MBILL_OPERATION_HOLD, 8, MONEY(50, 0));
    sent.hold = MBILL_HOLD_TOP_UP;
    sent.sequence = 1;
    (void)apply(today, "50.00 sent to the meter", &sent);
    (void)observe(today, 0, 0, 0);
    today->now_utc_s += HOUR;
    (void)observe(today, MONEY(48, 80), 1, MONEY(1, 20));
    op = start(today, MBILL_OPERATION_POST, 0, MBILL_AMOUNT_ALL);
    op.target = sent.id;
    (void)apply(today, "it has arrived", &op);
    op = start(today, MBILL_OPERATION_USAGE, 8, MONEY(1, 20));
    (void)apply(today, "what the meter deducted, 1.20", &op);
    mbill_id seen = observe(today, MONEY(48, 30), 1, 0);
    op = start(today, MBILL_OPERATION_ACCEPT, 0, 0);
    op.target = seen;
    (void)apply(today, "the difference is accepted", &op);
    (void)observe(today, MONEY(48, 30), 1, 0);
}

int main(void)
{
    day today = {.now_utc_s = INT64_C(1767607200)}; /* 2026-01-05T10:00:00Z */
    if (mbill_book_open(NULL, &today.book, NULL) != MBILL_OK) return 1;
    puts("the platform deducts");
    platform_deducts(&today);
    puts("the meter deducts");
    meter_deducts(&today);
    mbill_book_free(today.book);
    return 0;
}
