/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "accounts": who is supplied by which meter under which tariff. Changes when that form does. Everything
 * read lives in one arena, so that the JSON document can go. */
#include "meterbill/contract.h"

#include "base/memory.h"
#include "document/json.h"
#include "document/time_read.h"
#include "ledger/policy_read.h"
#include "meterbill/decimal.h"
#include "tariff/fact_value.h"
#include "tariff/factor_read.h"
#include "tariff/rounding_read.h"

#include <string.h>

#define FACT_NAME_MAX 64
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct mbill_accounts {
    mbill__arena arena;
    mbill_account *accounts;
    size_t n_accounts;
};

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the accounts could not be allocated");
}

static mbill_status take(mbill__arena *arena, size_t count, size_t size, void **out, mbill_error *err)
{
    *out = count == 0 ? NULL : mbill__arena_take(arena, count, size);
    return count == 0 || *out != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status keep_text(mbill__arena *arena, const char *text, const char **out, mbill_error *err)
{
    *out = mbill__arena_text(arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status read_name(mbill__arena *arena, const mbill__node *object, const char *key, const char **out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_name(&node, &text, err));
    return keep_text(arena, text, out, err);
}

/* Facts */

static size_t count_facts(const mbill__node *facts)
{
    mbill__node fact;
    size_t n = 0;
    for (bool more = mbill__node_first(facts, &fact); more; more = mbill__node_next(&fact))
        n += mbill__node_kind(&fact) == MBILL__JSON_LIST ? mbill__node_count(&fact) : 1;
    return n;
}

static mbill_status read_value(mbill__arena *arena, const mbill__node *node, mbill_account_fact *fact, mbill_error *err)
{
    MBILL_TRY(mbill__fact_value(node, &fact->value_micro, &fact->text, err));
    return fact->text == NULL ? MBILL_OK : keep_text(arena, fact->text, &fact->text, err);
}

static mbill_status read_dated(mbill__arena *arena, const mbill__node *node, mbill_account_fact *fact, mbill_error *err)
{
    static const char *const KEYS[] = {"from", "value"};
    mbill__node from, value;
    MBILL_TRY(mbill__node_object(node, KEYS, COUNT(KEYS), err));
    MBILL_TRY(mbill__node_need(node, "value", &value, err));
    MBILL_TRY(read_value(arena, &value, fact, err));
    fact->from_day = MBILL_DAY_EVER;
    return mbill__node_get(node, "from", &from) ? mbill__node_day(&from, &fact->from_day, err) : MBILL_OK;
}

static mbill_status read_fact_list(mbill__arena *arena, const mbill__node *list, const char *name, mbill_account_fact *facts,
    size_t *inout_n, mbill_error *err)
{
    mbill__node node;
    const mbill_account_fact *before = NULL;
    MBILL_TRY(mbill__node_list(list, 1, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        mbill_account_fact *fact = &facts[*inout_n];
        MBILL_TRY(read_dated(arena, &node, fact, err));
        if (before != NULL && fact->from_day <= before->from_day)
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "value of \"%s\" does not begin after the one before it", name);
        fact->name = name;
        before = fact;
        (*inout_n)++;
    }
    return MBILL_OK;
}

static mbill_status read_facts(mbill__arena *arena, const mbill__node *account, mbill_account *out, mbill_error *err)
{
    mbill__node facts, node;
    void *room;
    if (!mbill__node_get(account, "facts", &facts)) return MBILL_OK;
    if (mbill__node_kind(&facts) != MBILL__JSON_OBJECT)
        return mbill__node_fail(&facts, err, MBILL_E_TYPE, "expected an object of facts by name");
    MBILL_TRY(take(arena, count_facts(&facts), sizeof *out->facts, &room, err));
    mbill_account_fact *values = room;
    for (bool more = mbill__node_first(&facts, &node); more; more = mbill__node_next(&node)) {
        const char *name;
        if (node.key[0] == '\0' || strlen(node.key) > FACT_NAME_MAX)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "the name of a fact has %zu bytes, expected 1 to %d",
                strlen(node.key), FACT_NAME_MAX);
        MBILL_TRY(keep_text(arena, node.key, &name, err));
        if (mbill__node_kind(&node) == MBILL__JSON_LIST) {
            MBILL_TRY(read_fact_list(arena, &node, name, values, &out->n_facts, err));
            continue;
        }
        mbill_account_fact *fact = &values[out->n_facts];
        MBILL_TRY(read_value(arena, &node, fact, err));
        fact->name = name;
        fact->from_day = MBILL_DAY_EVER;
        out->n_facts++;
    }
    out->facts = values;
    return MBILL_OK;
}

/* Registers */

static mbill_status read_register_value(const mbill__node *node, const char *key, int64_t least, int64_t *out, mbill_error *err)
{
    mbill__node value;
    if (!mbill__node_get(node, key, &value)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&value, MBILL_SCALE_MICRO, out, err));
    if (*out >= least) return MBILL_OK;
    return mbill__node_fail(&value, err, MBILL_E_RANGE, "%s is below what it can be, expected more than 0", key);
}

static mbill_status read_register(mbill__arena *arena, const mbill__node *node, const char *meter, mbill_contract_register *out,
    mbill_error *err)
{
    static const char *const KEYS[] = {"register", "unit", "modulus", "multiplier"};
    mbill__node unit;
    const char *text;
    MBILL_TRY(mbill__node_object(node, KEYS, COUNT(KEYS), err));
    MBILL_TRY(read_name(arena, node, "register", &out->name, err));
    MBILL_TRY(mbill__node_need(node, "unit", &unit, err));
    MBILL_TRY(mbill__node_text(&unit, &text, err));
    if (text[0] == '\0') return mbill__node_fail(&unit, err, MBILL_E_INVALID, "unit is empty, expected one such as \"kWh\"");
    MBILL_TRY(keep_text(arena, text, &out->unit, err));
    out->meter = meter;
    out->multiplier_micro = 1000000;
    MBILL_TRY(read_register_value(node, "modulus", 1, &out->modulus_micro, err));
    return read_register_value(node, "multiplier", 1, &out->multiplier_micro, err);
}

/* The number of registers of all the contract's meters. */
static mbill_status count_registers(const mbill__node *meters, size_t *out, mbill_error *err)
{
    static const char *const KEYS[] = {"id", "registers"};
    mbill__node meter, registers;
    *out = 0;
    MBILL_TRY(mbill__node_list(meters, 0, err));
    for (bool more = mbill__node_first(meters, &meter); more; more = mbill__node_next(&meter)) {
        MBILL_TRY(mbill__node_object(&meter, KEYS, COUNT(KEYS), err));
        MBILL_TRY(mbill__node_need(&meter, "registers", &registers, err));
        MBILL_TRY(mbill__node_list(&registers, 1, err));
        *out += mbill__node_count(&registers);
    }
    return MBILL_OK;
}

static mbill_status read_meter(mbill__arena *arena, const mbill__node *meter, mbill_contract_register *values, size_t *inout_n,
    mbill_error *err)
{
    mbill__node registers, node;
    const char *id;
    MBILL_TRY(read_name(arena, meter, "id", &id, err));
    MBILL_TRY(mbill__node_need(meter, "registers", &registers, err));
    for (bool more = mbill__node_first(&registers, &node); more; more = mbill__node_next(&node)) {
        mbill_contract_register *value = &values[*inout_n];
        MBILL_TRY(read_register(arena, &node, id, value, err));
        for (size_t i = 0; i < *inout_n; i++)
            if (strcmp(values[i].name, value->name) == 0)
                return mbill__node_fail(&node, err, MBILL_E_INVALID,
                    "register \"%s\" stands twice in a contract, expected each name once", value->name);
        (*inout_n)++;
    }
    return MBILL_OK;
}

/* Contracts */

static mbill_status read_term(const mbill__node *node, mbill_contract *out, mbill_error *err)
{
    mbill__node from, to;
    MBILL_TRY(mbill__node_need(node, "from", &from, err));
    MBILL_TRY(mbill__node_day(&from, &out->from_day, err));
    out->to_day = MBILL_DAY_NO_END;
    if (!mbill__node_get(node, "to", &to) || mbill__node_kind(&to) == MBILL__JSON_NULL) return MBILL_OK;
    MBILL_TRY(mbill__node_day(&to, &out->to_day, err));
    if (out->to_day > out->from_day) return MBILL_OK;
    return mbill__node_fail(&to, err, MBILL_E_RANGE, "a contract's end is not after its beginning, expected a later day");
}

/* Every place that a quantity has. */
#define FINEST_MICRO 1

static mbill_status read_change(const mbill__node *change, mbill_change_rule *out, mbill_error *err)
{
    static const char *const KEYS[] = {"split", "round"}, *const SPLITS[] = {"days", "readings"};
    mbill__node node;
    mbill__rounding round;
    int32_t split;
    MBILL_TRY(mbill__node_object(change, KEYS, COUNT(KEYS), err));
    MBILL_TRY(mbill__node_need(change, "split", &node, err));
    MBILL_TRY(mbill__node_word(&node, SPLITS, COUNT(SPLITS), &split, err));
    out->struct_size = (uint32_t)sizeof *out;
    out->split = MBILL_CHANGE_DAYS + split;
    if (out->split == MBILL_CHANGE_READINGS) return mbill__node_object(change, KEYS, 1, err);
    MBILL_TRY(mbill__node_need(change, "round", &node, err));
    MBILL_TRY(mbill__rounding_read(&node, &round, err));
    out->step_micro = round.step_micro == 0 ? FINEST_MICRO : round.step_micro;
    out->how = (int32_t)round.how;
    return MBILL_OK;
}

/* "gas_m3" is of what counts m3. */
static bool is_of_unit(const char *factor_unit, const char *unit)
{
    size_t whole = strlen(factor_unit), end = strlen(unit);
    if (strcmp(factor_unit, unit) == 0) return true;
    return whole > end && strcmp(factor_unit + whole - end, unit) == 0 && factor_unit[whole - end - 1] == '_';
}

static mbill_status check_factor(const mbill__node *factors, const mbill_factor *factor, const mbill_contract *contract,
    mbill_error *err)
{
    size_t i = 0;
    while (i < contract->n_registers && strcmp(contract->registers[i].name, factor->name) != 0) i++;
    if (i == contract->n_registers)
        return mbill__node_fail(factors, err, MBILL_E_NOT_FOUND, "the contract has no register \"%s\"", factor->name);
    if (is_of_unit(factor->unit, contract->registers[i].unit)) return MBILL_OK;
    return mbill__node_fail(factors, err, MBILL_E_INVALID, "register \"%s\" counts %s, but a factor is of %s", factor->name,
        contract->registers[i].unit, factor->unit);
}

static mbill_status read_factors(mbill__arena *arena, const mbill__node *contract, mbill_contract *out, mbill_error *err)
{
    mbill__node factors;
    if (!mbill__node_get(contract, "factors", &factors)) return MBILL_OK;
    MBILL_TRY(mbill__factors_read(arena, &factors, &out->factors, &out->n_factors, err));
    for (size_t i = 0; i < out->n_factors; i++) MBILL_TRY(check_factor(&factors, &out->factors[i], out, err));
    return MBILL_OK;
}

static mbill_status read_contract(mbill__arena *arena, const mbill__node *node, mbill_contract *out, mbill_error *err)
{
    static const char *const KEYS[] = {"tariff", "from", "to", "change", "payment", "meters", "factors"};
    static const char *const payments[] = {"prepaid", "postpaid"};
    mbill__node meters, meter, change, payment;
    size_t n_registers;
    void *room;
    MBILL_TRY(mbill__node_object(node, KEYS, COUNT(KEYS), err));
    MBILL_TRY(read_name(arena, node, "tariff", &out->tariff, err));
    MBILL_TRY(read_term(node, out, err));
    if (mbill__node_get(node, "change", &change)) MBILL_TRY(read_change(&change, &out->change, err));
    if (mbill__node_get(node, "payment", &payment))
        MBILL_TRY(mbill__node_word(&payment, payments, COUNT(payments), &out->payment, err));
    MBILL_TRY(mbill__node_need(node, "meters", &meters, err));
    MBILL_TRY(count_registers(&meters, &n_registers, err));
    MBILL_TRY(take(arena, n_registers, sizeof *out->registers, &room, err));
    for (bool more = mbill__node_first(&meters, &meter); more; more = mbill__node_next(&meter))
        MBILL_TRY(read_meter(arena, &meter, room, &out->n_registers, err));
    out->registers = room;
    return read_factors(arena, node, out, err);
}

static mbill_status read_contracts(mbill__arena *arena, const mbill__node *account, mbill_account *out, mbill_error *err)
{
    mbill__node contracts, node;
    void *room;
    if (!mbill__node_get(account, "contracts", &contracts)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&contracts, 0, err));
    MBILL_TRY(take(arena, mbill__node_count(&contracts), sizeof *out->contracts, &room, err));
    mbill_contract *values = room;
    for (bool more = mbill__node_first(&contracts, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_contract(arena, &node, &values[out->n_contracts], err));
        out->n_contracts++;
    }
    out->contracts = values;
    return MBILL_OK;
}

/* Accounts */

/* A policy that can be used, as canonical text. */
static mbill_status read_policy(mbill__arena *arena, const mbill__node *account, mbill_account *out, mbill_error *err)
{
    mbill__node node;
    mbill_policy policy;
    mbill__buffer text;
    if (!mbill__node_get(account, "policy", &node)) return MBILL_OK;
    MBILL_TRY(mbill__policy_read(&node, &policy, err));
    mbill__buffer_start(&text, &arena->allocator);
    mbill__json_canonical(&node, &text);
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) out->policy = mbill__arena_text(arena, text.data, text.len);
    if (status == MBILL_OK && out->policy == NULL) status = no_memory(err);
    mbill__buffer_free(&text);
    return status;
}

static mbill_status read_account(mbill__arena *arena, const mbill__node *node, mbill_account *out, mbill_error *err)
{
    static const char *const KEYS[] = {"id", "title", "policy", "facts", "contracts"};
    mbill__node title;
    const char *text;
    MBILL_TRY(mbill__node_object(node, KEYS, COUNT(KEYS), err));
    MBILL_TRY(read_name(arena, node, "id", &out->id, err));
    if (mbill__node_get(node, "title", &title)) {
        MBILL_TRY(mbill__node_text(&title, &text, err));
        MBILL_TRY(keep_text(arena, text, &out->title, err));
    }
    MBILL_TRY(read_policy(arena, node, out, err));
    MBILL_TRY(read_facts(arena, node, out, err));
    return read_contracts(arena, node, out, err);
}

static mbill_status read_document(mbill__json *document, mbill_accounts *accounts, mbill_error *err)
{
    static const char *const KEYS[] = {"meterbill", "kind", "accounts"};
    mbill__node root = mbill__json_root(document), list, node;
    void *room;
    MBILL_TRY(mbill__json_header(&root, "accounts", false, err));
    MBILL_TRY(mbill__node_object(&root, KEYS, COUNT(KEYS), err));
    MBILL_TRY(mbill__node_need(&root, "accounts", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    MBILL_TRY(take(&accounts->arena, mbill__node_count(&list), sizeof *accounts->accounts, &room, err));
    accounts->accounts = room;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_account(&accounts->arena, &node, &accounts->accounts[accounts->n_accounts], err));
        accounts->n_accounts++;
    }
    return MBILL_OK;
}

mbill_status mbill_accounts_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_accounts **out_accounts,
    mbill_error *err)
{
    MBILL__NEED(out_accounts);
    *out_accounts = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    mbill_allocator memory;
    mbill__json *document;
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_accounts *accounts = mbill__alloc(&memory, sizeof *accounts);
    mbill_status status = accounts == NULL ? no_memory(err) : MBILL_OK;
    if (status == MBILL_OK) {
        mbill__arena_start(&accounts->arena, &memory);
        status = read_document(document, accounts, err);
    }
    mbill__json_free(document);
    if (status != MBILL_OK) {
        mbill_accounts_free(accounts);
        return status;
    }
    *out_accounts = accounts;
    return MBILL_OK;
}

void mbill_accounts_free(mbill_accounts *accounts)
{
    if (accounts == NULL) return;
    mbill_allocator memory = accounts->arena.allocator;
    mbill__arena_free(&accounts->arena);
    mbill__release(&memory, accounts, sizeof *accounts);
}

const mbill_account *mbill_accounts_values(const mbill_accounts *accounts, size_t *out_n)
{
    *out_n = accounts->n_accounts;
    return accounts->accounts;
}
