/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a store knows something else that a command's conditions may speak of. */
#include "store/command_scene.h"

#include "store/bind.h"
#include "store/journal.h"

#include <string.h>

enum { DAY_S = 86400, ZONE_MAX_S = 14 * 3600 };

bool mbill__takes_supply(int32_t kind)
{
    return kind == MBILL_COMMAND_TRIP || kind == MBILL_COMMAND_VALVE_CLOSE;
}

/* A command that was cancelled, or that the store left out, has not said anything. */
mbill_status mbill__is_power_kept(mbill_store *store, const char *target, int64_t now_s, bool *out_kept, mbill_error *err)
{
    static const char SELECT[] = "SELECT kept FROM mbill_command_keep k JOIN mbill_command_target t USING(command_no, target)"
                                 " WHERE k.target = ?1 AND from_utc_s <= ?2 AND t.state <> 8 AND t.reason = 0"
                                 " ORDER BY from_utc_s DESC, command_no DESC LIMIT 1";
    const mbill__given_value given[] = {MBILL__TEXT(target), MBILL__WHOLE(now_s)};
    int64_t kept;
    bool found;
    MBILL_TRY(mbill__sql_whole(store, SELECT, given, 2, &found, &kept, err));
    *out_kept = found && kept != 0;
    return MBILL_OK;
}

/* The one account that a meter measures for, whatever the zone; 0: none, or the account changes about now. A meter goes by the target's name or by its address alone. */
static mbill_status find_account(mbill_store *store, const char *target, int64_t now_s, int64_t *out_account_no, mbill_error *err)
{
    static const char SELECT[] =
        "SELECT CASE WHEN min(account_no) = max(account_no) THEN min(account_no) ELSE 0 END FROM mbill_meter m"
        " JOIN mbill_register USING(meter_no) JOIN mbill_contract_register USING(register_no)"
        " JOIN mbill_contract c USING(contract_no) WHERE m.id IN (?1, ?2) AND c.from_day <= ?4 AND c.to_day > ?3";
    const char *address = strchr(target, '/');
    const int64_t first = (now_s - ZONE_MAX_S) / DAY_S, last = (now_s + ZONE_MAX_S) / DAY_S;
    const mbill__given_value given[] = {MBILL__TEXT(target), MBILL__TEXT(address != NULL ? address + 1 : target),
        MBILL__WHOLE(first), MBILL__WHOLE(last)};
    bool found;
    return mbill__sql_whole(store, SELECT, given, 4, &found, out_account_no, err);
}

static mbill_status look_at_balance(const mbill__command_scene *scene, const char *target, int64_t account_no,
    mbill_situation *out, mbill_error *err)
{
    mbill_place_sums sums;
    if (!scene->knows_money) return MBILL_OK;
    if (account_no == 0) MBILL_TRY(find_account(scene->store, target, scene->now_s, &account_no, err));
    if (account_no == 0) return MBILL_OK;
    if (mbill_book_sums(scene->store->ledger->follow.book, account_no, MBILL_PLACE_CREDIT, &sums, NULL) != MBILL_OK)
        sums = (mbill_place_sums){0, 0, 0, 0}; /* the ledger does not know an account before its first money */
    out->balance_micro = sums.credits_micro - sums.debits_micro;
    out->has |= MBILL_SITUATION_BALANCE;
    return MBILL_OK;
}

mbill_status mbill__scene_look(const mbill__command_scene *scene, const mbill_command *command, const char *target,
    int64_t account_no, mbill_situation *out, mbill_error *err)
{
    bool kept = false;
    *out = (mbill_situation){.struct_size = (uint32_t)sizeof *out};
    for (size_t i = 0; i < scene->n_words; i++) {
        if (strcmp(scene->words[i].target, target) != 0) continue;
        out->status_word = scene->words[i].status_word;
        out->has |= MBILL_SITUATION_STATUS;
    }
    if (mbill__takes_supply(command->kind)) MBILL_TRY(mbill__is_power_kept(scene->store, target, scene->now_s, &kept, err));
    if (kept) out->has |= MBILL_SITUATION_KEEP_POWER;
    if ((command->has & MBILL_COMMAND_HAS_BELOW) == 0) return MBILL_OK;
    return look_at_balance(scene, target, account_no, out, err);
}
