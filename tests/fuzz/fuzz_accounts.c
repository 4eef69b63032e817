/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts documents: what is taken keeps the promises of its form, what is refused has a status and a sentence and gives
 * nothing out. */
#include "meterbill/contract.h"
#include "meterbill/decimal.h"
#include "meterbill/operations.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static void check_name(const char *name)
{
    need(name != NULL && name[0] != '\0' && strlen(name) <= 64);
}

static void check_change(const mbill_change_rule *rule)
{
    bool days = rule->split == MBILL_CHANGE_DAYS;
    need(rule->struct_size == (rule->split == 0 ? 0 : sizeof *rule) && rule->reserved == 0);
    need(rule->split >= 0 && rule->split <= MBILL_CHANGE_READINGS);
    need(days ? rule->step_micro > 0 && rule->how >= MBILL_ROUND_HALF_UP && rule->how <= MBILL_ROUND_CEILING
              : rule->step_micro == 0 && rule->how == 0);
}

static void check_contract(const mbill_contract *contract)
{
    check_name(contract->tariff);
    need(contract->from_day < contract->to_day && contract->from_day != MBILL_DAY_EVER);
    check_change(&contract->change);
    for (size_t i = 0; i < contract->n_registers; i++) {
        const mbill_contract_register *reg = &contract->registers[i];
        check_name(reg->meter);
        check_name(reg->name);
        need(reg->unit[0] != '\0' && reg->modulus_micro >= 0 && reg->multiplier_micro > 0);
        for (size_t j = 0; j < i; j++) need(strcmp(reg->name, contract->registers[j].name) != 0);
    }
    for (size_t i = 0; i < contract->n_factors; i++) {
        const mbill_factor *factor = &contract->factors[i];
        check_name(factor->name);
        need(factor->numerator > 0 && factor->denominator > 0 && factor->unit[0] != '\0' && factor->to[0] != '\0');
        if (i > 0 && strcmp(factor->name, factor[-1].name) == 0) need(factor->from_day > factor[-1].from_day);
    }
}

static void check_account(const mbill_account *account)
{
    mbill_policy policy;
    check_name(account->id);
    need(account->policy == NULL || mbill_policy_read(account->policy, strlen(account->policy), &policy, NULL) == MBILL_OK);
    for (size_t i = 0; i < account->n_facts; i++) {
        const mbill_account_fact *fact = &account->facts[i];
        check_name(fact->name);
        need(fact->reserved == 0);
        if (i > 0 && strcmp(fact->name, fact[-1].name) == 0) need(fact->from_day > fact[-1].from_day);
    }
    for (size_t i = 0; i < account->n_contracts; i++) check_contract(&account->contracts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_accounts *accounts = (mbill_accounts *)(void *)&size;
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    mbill_status status = mbill_accounts_read((const char *)data, size, NULL, &accounts, &err);
    if (status != MBILL_OK) {
        need(accounts == NULL && err.status == (int32_t)status && err.message[0] != '\0');
        return 0;
    }
    const mbill_account *values = mbill_accounts_values(accounts, &n);
    need(values != NULL || n == 0);
    for (size_t i = 0; i < n; i++) check_account(&values[i]);
    mbill_accounts_free(accounts);
    return 0;
}
