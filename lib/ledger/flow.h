/* SPDX-License-Identifier: Apache-2.0 */
/* The three ways money moves in a prepay account: a payment falls through the waterfall, use is collected, and what is set free pays what
 * is owed. Each makes legs in the work under way. */
#ifndef MBILL__LEDGER_FLOW_H
#define MBILL__LEDGER_FLOW_H

#include "ledger/work.h"

/* A payment of the tender by the payer. What CREDIT is to get, also when a sum left its range on the way. */
int64_t mbill__waterfall(mbill__work *work, mbill__account *account, mbill__side payer, int64_t tender_micro);

/* Collect the amount for where it goes, by a mode of mbill_collect. What WAIT leaves is not booked. */
void mbill__collect(mbill__work *work, mbill__account *account, int64_t amount_micro, int32_t mode, mbill__side to);

/* A further credit below zero, whose money CREDIT has had since, is brought to zero from CREDIT. */
void mbill__level_further(mbill__work *work, mbill__account *account);

/* Places below zero are brought to zero from CREDIT. */
void mbill__level_places(mbill__work *work, mbill__account *account);

/* CREDIT above the disablement level pays accumulated debt and emergency credit, as far as the waterfall repays them. */
void mbill__level_credit(mbill__work *work, mbill__account *account);

/* Emergency credit is selected while some is owed, and deselected when none is and it is not offered. */
void mbill__settle_ec(const mbill__work *work, mbill__account *account);

#endif
