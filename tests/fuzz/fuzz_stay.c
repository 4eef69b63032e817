/* SPDX-License-Identifier: Apache-2.0 */
/* Openings and leavings of accounts: what is taken keeps the promises of its form, and the documents that it hands on can be read or are refused; what is
 * refused has a status and a sentence. */
#include "operate/stay.h"

#include "meterbill/contract.h"
#include "meterbill/person.h"

#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static void check_parts(const mbill__stay *stay)
{
    mbill_accounts *accounts = NULL;
    mbill_people *people = NULL;
    size_t n;
    if (mbill_accounts_read(stay->accounts, strlen(stay->accounts), NULL, &accounts, NULL) == MBILL_OK) {
        const mbill_account *account = mbill_accounts_values(accounts, &n);
        need(n == 1 && strcmp(account->id, stay->account) == 0);
    }
    if (stay->people != NULL && mbill_people_read(stay->people, strlen(stay->people), NULL, &people, NULL) == MBILL_OK) {
        const mbill_person_field *fields = mbill_people_fields(people, &n);
        for (size_t i = 0; i < n; i++) need(strcmp(fields[i].account, stay->account) == 0);
    }
    mbill_accounts_free(accounts);
    mbill_people_free(people);
}

static void check_stay(const mbill__stay *stay)
{
    need(stay->account != NULL && stay->account[0] != '\0' && strlen(stay->account) <= 64);
    need(!stay->tops_up || stay->amount_micro > 0);
    for (size_t i = 0; i < stay->n_readings; i++) {
        const mbill__stay_reading *one = &stay->readings[i];
        need(one->value_micro >= 0);
        for (size_t j = 0; j < i; j++)
            need(strcmp(one->meter, stay->readings[j].meter) != 0 || strcmp(one->reg, stay->readings[j].reg) != 0);
    }
    if (stay->accounts != NULL) check_parts(stay);
}

typedef mbill_status reader(const char *json, size_t len, const mbill_allocator *allocator, mbill__stay *out, mbill_error *err);

static bool try_reader(reader *read, const uint8_t *data, size_t size)
{
    mbill_allocator libc;
    mbill__stay stay;
    mbill_error err;
    mbill_error_init(&err);
    need(mbill__allocator_read(&libc, NULL, &err) == MBILL_OK);
    mbill_status status = read((const char *)data, size, &libc, &stay, &err);
    if (status == MBILL_OK) check_stay(&stay);
    else need(err.status == (int32_t)status && err.message[0] != '\0');
    mbill__stay_end(&stay);
    return status == MBILL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool opening = try_reader(mbill__opening_read, data, size), leaving = try_reader(mbill__leaving_read, data, size);
    need(!(opening && leaving));
    return 0;
}
