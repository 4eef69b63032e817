/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, facts, contracts, meters and registers into the file. Invariant: what is there is never changed by a later document,
 * but a contract without an end or a rule for changes may be given one, and an account another policy, which the ledger then books; anything else
 * that differs is refused. */
#include "meterbill/contract.h"
#include "store/bind.h"
#include "store/contract_factors.h"
#include "store/inner.h"
#include "store/journal.h"
#include "store/money.h"
#include "store/stay.h"

#include <string.h>

typedef struct adding {
    mbill_store *store;
    int64_t n_added, n_same;
} adding;

/* One row was written (changes 1) or was there (0). */
static void count(adding *to, int64_t changes)
{
    if (changes > 0) to->n_added++;
    else to->n_same++;
}

static mbill_status check_title(const mbill_account *account, mbill__query *query, mbill_error *err)
{
    const char *title;
    size_t len;
    MBILL_TRY(mbill__column_text(query, 1, &title, &len, err));
    bool same = title == NULL || account->title == NULL ? title == account->title : strcmp(title, account->title) == 0;
    if (same) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "account \"%s\" is in the store with another title", account->id);
}

static mbill_status set_policy(adding *to, const mbill_account *account, int64_t account_no, int64_t *out_changes,
    mbill_error *err)
{
    static const char SET_POLICY[] = "UPDATE mbill_account SET policy = ?2 WHERE account_no = ?1 AND policy IS DISTINCT FROM ?2";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(to->store->db, SET_POLICY, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, account->policy, strlen(account->policy));
    MBILL_TRY(mbill__query_run(query, out_changes, err));
    if (*out_changes == 0) return MBILL_OK;
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = mbill__money_policy(to->store, account_no, account->policy, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "account \"%s\": %s", account->id, cause.message);
}

static mbill_status find_account(adding *to, const mbill_account *account, int64_t *out_account_no, mbill_error *err)
{
    static const char SELECT_TITLE[] = "SELECT account_no, title FROM mbill_account WHERE id = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_TITLE, &query, err));
    mbill__bind_text(query, 1, account->id, strlen(account->id));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_CORRUPT, "account \"%s\" is in the store and is not", account->id);
    *out_account_no = mbill__column_whole(query, 0);
    mbill_status status = check_title(account, query, err);
    mbill__query_end(query);
    return status;
}

static mbill_status put_account(adding *to, const mbill_account *account, int64_t *out_account_no, mbill_error *err)
{
    static const char PUT_ACCOUNT[] = "INSERT INTO mbill_account(account_no, id, title) VALUES(" MBILL__NEXT("account_no",
        "mbill_account") ", ?1, ?2)"
                         " ON CONFLICT(id) DO NOTHING RETURNING account_no";
    mbill__query *query;
    int64_t changed = 0;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_ACCOUNT, &query, err));
    mbill__bind_text(query, 1, account->id, strlen(account->id));
    mbill__bind_text(query, 2, account->title, account->title != NULL ? strlen(account->title) : 0);
    MBILL_TRY(mbill__query_number(query, out_account_no, err));
    const bool added = *out_account_no != 0;
    if (!added) MBILL_TRY(find_account(to, account, out_account_no, err));
    if (account->policy != NULL) MBILL_TRY(set_policy(to, account, *out_account_no, &changed, err));
    count(to, added + changed);
    return MBILL_OK;
}

static void bind_fact(mbill__query *query, int64_t account_no, const mbill_account_fact *fact)
{
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, fact->name, strlen(fact->name));
    mbill__bind_whole(query, 3, fact->from_day);
    mbill__bind_whole(query, 4, fact->value_micro);
    mbill__bind_text(query, 5, fact->text, fact->text != NULL ? strlen(fact->text) : 0);
}

static mbill_status put_fact(adding *to, const mbill_account *account, int64_t account_no, const mbill_account_fact *fact,
    mbill_error *err)
{
    static const char PUT_FACT[] =
        "INSERT INTO mbill_fact(account_no, name, from_day, value_micro, word) VALUES(?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT(account_no, name, from_day) DO NOTHING";
    static const char SELECT_FACT[] =
        "SELECT CASE WHEN value_micro = ?4 AND word IS NOT DISTINCT FROM ?5 THEN 1 ELSE 0 END FROM mbill_fact"
        " WHERE account_no = ?1 AND name = ?2 AND from_day = ?3";
    mbill__query *query;
    int64_t changes;
    bool row;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_FACT, &query, err));
    bind_fact(query, account_no, fact);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    count(to, changes);
    if (changes > 0) return MBILL_OK;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_FACT, &query, err));
    bind_fact(query, account_no, fact);
    MBILL_TRY(mbill__query_step(query, &row, err));
    bool same = !row || mbill__column_whole(query, 0) != 0;
    mbill__query_end(query);
    if (same) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
        "fact \"%s\" of account \"%s\" is in the store with another value from the same day, expected a new day", fact->name,
        account->id);
}

static mbill_status put_meter(adding *to, const char *id, int64_t *out_meter_no, mbill_error *err)
{
    static const char SELECT_METER_NO[] = "SELECT meter_no FROM mbill_meter WHERE id = ?1";
    static const char PUT_METER[] = "INSERT INTO mbill_meter(meter_no, id) VALUES(" MBILL__NEXT("meter_no",
        "mbill_meter") ", ?1) RETURNING meter_no";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_METER_NO, &query, err));
    mbill__bind_text(query, 1, id, strlen(id));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (row) {
        *out_meter_no = mbill__column_whole(query, 0);
        mbill__query_end(query);
        return MBILL_OK;
    }
    MBILL_TRY(mbill__query_start(to->store->db, PUT_METER, &query, err));
    mbill__bind_text(query, 1, id, strlen(id));
    return mbill__query_number(query, out_meter_no, err);
}

static mbill_status compare_register(mbill__query *query, const mbill_contract_register *reg, mbill_error *err)
{
    const char *unit, *differs = NULL;
    size_t len;
    MBILL_TRY(mbill__column_text(query, 1, &unit, &len, err));
    if (unit == NULL || strcmp(unit, reg->unit) != 0) differs = "unit";
    else if (mbill__column_whole(query, 2) != reg->modulus_micro) differs = "modulus";
    else if (mbill__column_whole(query, 3) != reg->multiplier_micro) differs = "multiplier";
    if (differs == NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "register \"%s\" of meter \"%s\" is in the store with another %s",
        reg->name, reg->meter, differs);
}

static mbill_status find_register(adding *to, int64_t meter_no, const mbill_contract_register *reg, int64_t *out_register_no,
    mbill_error *err)
{
    static const char SELECT_REGISTER_ROW[] = "SELECT register_no, unit, modulus_micro, multiplier_micro FROM mbill_register"
                                              " WHERE meter_no = ?1 AND name = ?2";
    mbill__query *query;
    bool row;
    *out_register_no = 0;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_REGISTER_ROW, &query, err));
    mbill__bind_whole(query, 1, meter_no);
    mbill__bind_text(query, 2, reg->name, strlen(reg->name));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    *out_register_no = mbill__column_whole(query, 0);
    mbill_status status = compare_register(query, reg, err);
    mbill__query_end(query);
    return status;
}

static mbill_status put_register(adding *to, const mbill_contract_register *reg, int64_t *out_register_no, mbill_error *err)
{
    static const char PUT_REGISTER[] =
        "INSERT INTO mbill_register(register_no, meter_no, name, unit, modulus_micro, multiplier_micro)"
        " VALUES(" MBILL__NEXT("register_no", "mbill_register") ", ?1, ?2, ?3, ?4, ?5) RETURNING register_no";
    mbill__query *query;
    int64_t meter_no;
    MBILL_TRY(put_meter(to, reg->meter, &meter_no, err));
    MBILL_TRY(find_register(to, meter_no, reg, out_register_no, err));
    count(to, *out_register_no == 0);
    if (*out_register_no != 0) return MBILL_OK;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_REGISTER, &query, err));
    mbill__bind_whole(query, 1, meter_no);
    mbill__bind_text(query, 2, reg->name, strlen(reg->name));
    mbill__bind_text(query, 3, reg->unit, strlen(reg->unit));
    mbill__bind_whole(query, 4, reg->modulus_micro);
    mbill__bind_whole(query, 5, reg->multiplier_micro);
    return mbill__query_number(query, out_register_no, err);
}

static mbill_status bind_register(adding *to, int64_t contract_no, int64_t register_no, mbill_error *err)
{
    static const char PUT_BOND[] = "INSERT INTO mbill_contract_register(contract_no, register_no) VALUES(?1, ?2)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_BOND, &query, err));
    mbill__bind_whole(query, 1, contract_no);
    mbill__bind_whole(query, 2, register_no);
    return mbill__query_run(query, NULL, err);
}

static mbill_status has_register(adding *to, int64_t contract_no, int64_t register_no, bool *out, mbill_error *err)
{
    static const char SELECT_BOND[] = "SELECT 1 FROM mbill_contract_register WHERE contract_no = ?1 AND register_no = ?2";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_BOND, &query, err));
    mbill__bind_whole(query, 1, contract_no);
    mbill__bind_whole(query, 2, register_no);
    MBILL_TRY(mbill__query_step(query, out, err));
    mbill__query_end(query);
    return MBILL_OK;
}

/* A contract that overlaps another of the same account and tariff would bill the time twice. */
static mbill_status refuse_overlap(adding *to, const mbill_account *account, int64_t account_no, const mbill_contract *contract,
    mbill_error *err)
{
    static const char SELECT_OVERLAP[] =
        "SELECT 1 FROM mbill_contract WHERE account_no = ?1 AND tariff = ?2 AND from_day < ?4 AND to_day > ?3"
        " AND from_day <> ?3 LIMIT 1";
    mbill__query *query;
    bool found;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_OVERLAP, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, contract->tariff, strlen(contract->tariff));
    mbill__bind_whole(query, 3, contract->from_day);
    mbill__bind_whole(query, 4, contract->to_day);
    MBILL_TRY(mbill__query_step(query, &found, err));
    mbill__query_end(query);
    if (!found) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERLAP, "account \"%s\" has another contract under tariff \"%s\" at the same time",
        account->id, contract->tariff);
}

/* A contract as it is kept; contract_no 0: it is not there. */
typedef struct kept_contract {
    int64_t contract_no, to_day, n_registers;
    int64_t split, step_micro, how, payment;
} kept_contract;

static mbill_status find_contract(adding *to, int64_t account_no, const mbill_contract *contract, kept_contract *out,
    mbill_error *err)
{
    static const char SELECT_CONTRACT[] =
        "SELECT contract_no, to_day, change_split, change_step_micro, change_how, postpaid, (SELECT "
        "count(*) FROM mbill_contract_register r WHERE r.contract_no = c.contract_no)"
        " FROM mbill_contract c WHERE account_no = ?1 AND tariff = ?2 AND from_day = ?3";
    mbill__query *query;
    bool row;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_CONTRACT, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, contract->tariff, strlen(contract->tariff));
    mbill__bind_whole(query, 3, contract->from_day);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    *out = (kept_contract){.contract_no = mbill__column_whole(query, 0),
        .to_day = mbill__column_whole(query, 1),
        .split = mbill__column_whole(query, 2),
        .step_micro = mbill__column_whole(query, 3),
        .how = mbill__column_whole(query, 4),
        .payment = mbill__column_whole(query, 5),
        .n_registers = mbill__column_whole(query, 6)};
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status put_new_contract(adding *to, int64_t account_no, const mbill_contract *contract, int64_t *out_contract_no,
    mbill_error *err)
{
    static const char PUT_CONTRACT[] =
        "INSERT INTO mbill_contract(contract_no, account_no, tariff, from_day, to_day, change_split, "
        "change_step_micro, change_how, postpaid) VALUES(" MBILL__NEXT("contract_no",
            "mbill_contract") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING contract_no";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_CONTRACT, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, contract->tariff, strlen(contract->tariff));
    mbill__bind_whole(query, 3, contract->from_day);
    mbill__bind_whole(query, 4, contract->to_day);
    mbill__bind_whole(query, 5, contract->change.split);
    mbill__bind_whole(query, 6, contract->change.step_micro);
    mbill__bind_whole(query, 7, contract->change.how);
    mbill__bind_whole(query, 8, contract->payment);
    MBILL_TRY(mbill__query_number(query, out_contract_no, err));
    count(to, 1);
    for (size_t i = 0; i < contract->n_registers; i++) {
        int64_t register_no;
        MBILL_TRY(put_register(to, &contract->registers[i], &register_no, err));
        MBILL_TRY(bind_register(to, *out_contract_no, register_no, err));
    }
    return MBILL_OK;
}

/* A document that says nothing of changes leaves the rule as it is; NULL: nothing differs but what may still be said. */
static const char *differs(const kept_contract *kept, const mbill_contract *contract)
{
    const mbill_change_rule *rule = &contract->change;
    if (kept->to_day != contract->to_day && kept->to_day != MBILL_DAY_NO_END) return "end";
    if (kept->payment != contract->payment) return "payment";
    if (rule->split == 0 || kept->split == 0) return NULL;
    return kept->split == rule->split && kept->step_micro == rule->step_micro && kept->how == rule->how
        ? NULL
        : "rule for changes (\"change\")";
}

static mbill_status complete_contract(adding *to, const kept_contract *kept, const mbill_contract *contract, mbill_error *err)
{
    static const char SET_REST[] =
        "UPDATE mbill_contract SET to_day = ?2, change_split = ?3, change_step_micro = ?4, change_how = ?5"
        " WHERE contract_no = ?1";
    mbill__query *query;
    int64_t changes;
    bool rule = contract->change.split != 0;
    MBILL_TRY(mbill__query_start(to->store->db, SET_REST, &query, err));
    mbill__bind_whole(query, 1, kept->contract_no);
    mbill__bind_whole(query, 2, contract->to_day);
    mbill__bind_whole(query, 3, rule ? contract->change.split : kept->split);
    mbill__bind_whole(query, 4, rule ? contract->change.step_micro : kept->step_micro);
    mbill__bind_whole(query, 5, rule ? contract->change.how : kept->how);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    count(to, changes);
    return MBILL_OK;
}

static mbill_status check_registers(adding *to, const mbill_account *account, int64_t contract_no, const mbill_contract *contract,
    int64_t n_kept, mbill_error *err)
{
    bool same = n_kept == (int64_t)contract->n_registers;
    for (size_t i = 0; same && i < contract->n_registers; i++) {
        int64_t register_no;
        MBILL_TRY(put_register(to, &contract->registers[i], &register_no, err));
        MBILL_TRY(has_register(to, contract_no, register_no, &same, err));
    }
    if (same) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
        "the contract of account \"%s\" under tariff \"%s\" is in the store with other registers", account->id, contract->tariff);
}

static mbill_status put_factors(adding *to, const mbill_account *account, int64_t contract_no, const mbill_contract *contract,
    mbill_error *err)
{
    int64_t changes;
    for (size_t i = 0; i < contract->n_factors; i++) {
        MBILL_TRY(mbill__contract_factor_put(to->store->db, account->id, contract_no, &contract->factors[i], &changes, err));
        count(to, changes);
    }
    return MBILL_OK;
}

static mbill_status put_terms(adding *to, const mbill_account *account, int64_t account_no, const mbill_contract *contract,
    int64_t *out_contract_no, mbill_error *err)
{
    kept_contract kept;
    MBILL_TRY(refuse_overlap(to, account, account_no, contract, err));
    MBILL_TRY(find_contract(to, account_no, contract, &kept, err));
    *out_contract_no = kept.contract_no;
    if (kept.contract_no == 0) return put_new_contract(to, account_no, contract, out_contract_no, err);
    MBILL_TRY(check_registers(to, account, kept.contract_no, contract, kept.n_registers, err));
    const char *other = differs(&kept, contract);
    if (other != NULL)
        return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
            "the contract of account \"%s\" under tariff \"%s\" is in the store with another %s", account->id, contract->tariff,
            other);
    bool says_more = kept.to_day != contract->to_day || (kept.split == 0 && contract->change.split != 0);
    if (says_more) return complete_contract(to, &kept, contract, err);
    count(to, 0);
    return MBILL_OK;
}

/* A contract may be given more factors later. */
static mbill_status put_contract(adding *to, const mbill_account *account, int64_t account_no, const mbill_contract *contract,
    mbill_error *err)
{
    int64_t contract_no;
    MBILL_TRY(put_terms(to, account, account_no, contract, &contract_no, err));
    return put_factors(to, account, contract_no, contract, err);
}

static mbill_status put_one(adding *to, const mbill_account *account, mbill_error *err)
{
    int64_t account_no;
    MBILL_TRY(put_account(to, account, &account_no, err));
    for (size_t i = 0; i < account->n_facts; i++) MBILL_TRY(put_fact(to, account, account_no, &account->facts[i], err));
    for (size_t i = 0; i < account->n_contracts; i++)
        MBILL_TRY(put_contract(to, account, account_no, &account->contracts[i], err));
    return MBILL_OK;
}

mbill_status mbill__account_put(mbill_store *store, const mbill_account *account, mbill_error *err)
{
    adding to = {store, 0, 0};
    return put_one(&to, account, err);
}

static mbill_status put_each(adding *to, const mbill_account *accounts, size_t n_accounts, mbill_error *err)
{
    for (size_t i = 0; i < n_accounts; i++) {
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = put_one(to, &accounts[i], &cause);
        if (status != MBILL_OK) return mbill__fail_at(err, status, (int64_t)i, "%s", cause.message);
    }
    return MBILL_OK;
}

/* The ledger is opened only where a policy may change. */
static mbill_status put_all(adding *to, const mbill_account *accounts, size_t n_accounts, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    bool policies = false;
    for (size_t i = 0; i < n_accounts; i++) policies = policies || accounts[i].policy != NULL;
    if (!policies) {
        MBILL_TRY(mbill__db_begin(to->store->db, err));
        return mbill__db_finish(to->store->db, put_each(to, accounts, n_accounts, err), err);
    }
    MBILL_TRY(mbill_store_journal(to->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    return mbill__journal_finish(ledger, first, put_each(to, accounts, n_accounts, err), err);
}

mbill_status mbill_store_put_accounts(mbill_store *store, const char *json, size_t len, mbill_import_counts *out,
    mbill_error *err)
{
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    mbill_accounts *accounts;
    size_t n_accounts;
    MBILL_TRY(mbill_accounts_read(json, len, mbill__db_allocator(store->db), &accounts, err));
    const mbill_account *values = mbill_accounts_values(accounts, &n_accounts);
    adding to = {store, 0, 0};
    mbill_status status = put_all(&to, values, n_accounts, err);
    mbill_accounts_free(accounts);
    if (status == MBILL_OK) mbill__import_give(out, to.n_added, to.n_same);
    return status;
}
