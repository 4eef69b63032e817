/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents call something of the ledger by another word. */
#include "ledger/words.h"

const char *const mbill__kind_words[MBILL__N_KINDS] = {"open", "activate", "close", "reopen", "set_policy", "select_ec",
    "tariff_mark", "wallet_init", "top_up", "usage", "accrue", "debt_load", "debt_adjust", "write_off", "refund", "offset",
    "hold", "post", "void", "expire", "reverse", "correct", "observe", "accept", "transfer", "attach_meter"};

const char *const mbill__flag_words[MBILL__N_FLAGS] = {"linked", "force", "pending", "up_to", "supply_off", "rollover",
    "replaced", "gap", "inactive"};

const char *const mbill__hold_words[MBILL__N_HOLDS] = {"refund", "offset", "top_up", "transfer"};

const char *const mbill__system_words[MBILL__N_SYSTEMS] = {"cash", "write_off", "adjust", "revenue", "fee", "tax", "debt_fund",
    "refund_clearing", "suspense"};

const char *const mbill__limit_words[MBILL__N_LIMITS] = {"none", "debits_up_to_credits", "credits_up_to_debits"};

const char *const mbill__field_words[MBILL__N_FIELDS] = {"do", "flags", "account", "other", "meter", "amount", "channel",
    "receipt", "sequence", "target", "charge", "hold", "period", "register", "from", "to", "tariff", "effective", "timeout",
    "customer", "unposted", "limit", "policy", "reason", "user_data"};

const char *const mbill__purpose_words[MBILL__N_PURPOSES] = {"plain", "debt", "repay", "fee", "tax", "reserve", "release",
    "mirror", "shortfall", "level"};
