/* SPDX-License-Identifier: Apache-2.0 */
/* Apportionment behind a line protocol, for the model in model_share.py: public functions alone. One request a line, words separated by one space,
 * all whole numbers but the first; one answer a line, "ok" and numbers, or a status and the index of the refusal. What is refused must have written
 * nothing. A list is its count and then its entries.
 *
 *     split TOTAL OPTIONS SHARES            → amount …, residual
 *
 * OPTIONS are METHOD ZERO_POLICY TIE_SALT ABSORB_KEY STEP FLAGS FALLBACK…, a list of none or of one for each share; SHARES a list of KEY WEIGHT.
 */
#include "meterbill/apportion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (1 << 20)
#define UNTOUCHED INT64_C(-7700000000000000077)

static char line[LINE_MAX_BYTES];
static char *at;
static mbill_error err;

static void stop(const char *why)
{
    fprintf(stderr, "share_driver: %s\n", why);
    exit(2);
}

static const char *word(void)
{
    char *start = at;
    at += strcspn(at, " \n");
    if (at == start) stop("a word is missing");
    if (*at != '\0') *at++ = '\0';
    return start;
}

static int64_t number(void)
{
    return strtoimax(word(), NULL, 10);
}

static uint64_t natural(void)
{
    return strtoumax(word(), NULL, 10);
}

static void *room(size_t n, size_t size)
{
    void *block = calloc(n + 1, size);
    if (block == NULL) stop("no memory");
    return block;
}

/* --- what requests begin with --- */

static uint64_t *naturals(size_t *out_n)
{
    *out_n = (size_t)natural();
    uint64_t *list = room(*out_n, sizeof *list);
    for (size_t i = 0; i < *out_n; i++) list[i] = natural();
    return list;
}

static mbill_apportion_options read_options(uint64_t **out_fallback)
{
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    size_t n;
    options.method = (int32_t)number();
    options.zero_policy = (int32_t)number();
    options.tie_salt = natural();
    options.absorb_key = natural();
    options.step = number();
    options.flags = (uint32_t)natural();
    *out_fallback = naturals(&n);
    options.fallback_weights = n > 0 ? *out_fallback : NULL;
    return options;
}

static mbill_share *read_shares(size_t *out_n)
{
    *out_n = (size_t)natural();
    mbill_share *shares = room(*out_n, sizeof *shares);
    for (size_t i = 0; i < *out_n; i++) {
        shares[i].key = natural();
        shares[i].weight = natural();
    }
    return shares;
}

/* --- answers --- */

static int64_t *outputs(size_t n)
{
    int64_t *list = room(n, sizeof *list);
    for (size_t i = 0; i < n; i++) list[i] = UNTOUCHED;
    return list;
}

static void answer(mbill_status status, const int64_t *numbers, size_t n)
{
    if (status == MBILL_OK) {
        printf("ok");
        for (size_t i = 0; i < n; i++) printf(" %" PRId64, numbers[i]);
        printf("\n");
        return;
    }
    if (err.status != (int32_t)status || err.message[0] == '\0') stop("a failure did not fill the error");
    for (size_t i = 0; i < n; i++)
        if (numbers[i] != UNTOUCHED) stop("a refused call has written");
    printf("%s %" PRId64 "\n", mbill_status_name((int32_t)status), err.index);
}

/* --- requests --- */

static void do_split(void)
{
    size_t n;
    int64_t total = number();
    uint64_t *fallback;
    mbill_apportion_options options = read_options(&fallback);
    mbill_share *shares = read_shares(&n);
    int64_t *amounts = outputs(n + 1);
    void *scratch = room(1, mbill_apportion_scratch_size(n));
    answer(mbill_apportion(total, shares, n, &options, scratch, amounts, &amounts[n], &err), amounts, n + 1);
    free(scratch);
    free(amounts);
    free(shares);
    free(fallback);
}

static const struct {
    const char *name;
    void (*run)(void);
} requests[] = {{"split", do_split}};

int main(void)
{
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t i = 0;
        at = line;
        mbill_error_init(&err);
        const char *name = word();
        while (i < sizeof requests / sizeof requests[0] && strcmp(requests[i].name, name) != 0) i++;
        if (i == sizeof requests / sizeof requests[0]) stop("an unknown request");
        requests[i].run();
        fflush(stdout);
    }
    return 0;
}
