/* SPDX-License-Identifier: Apache-2.0 */
/* Which fields of an operation say something, as bits. They are found once: the form and the record both ask for them. */
#ifndef MBILL__LEDGER_GIVEN_H
#define MBILL__LEDGER_GIVEN_H

#include "meterbill/ledger.h"

/* Up to MBILL__F_END the bits of a record's mask, which stand in journals; then the two fields that every record has. */
enum {
    MBILL__F_TARGET = 0,
    MBILL__F_OTHER,
    MBILL__F_METER,
    MBILL__F_CHANNEL,
    MBILL__F_RECEIPT,
    MBILL__F_SEQUENCE,
    MBILL__F_PERIOD,
    MBILL__F_REGISTER,
    MBILL__F_FROM,
    MBILL__F_TO,
    MBILL__F_TARIFF,
    MBILL__F_EFFECTIVE,
    MBILL__F_TIMEOUT,
    MBILL__F_CUSTOMER,
    MBILL__F_UNPOSTED,
    MBILL__F_USER_DATA,
    MBILL__F_CHARGE,
    MBILL__F_HOLD,
    MBILL__F_REASON,
    MBILL__F_LIMIT,
    MBILL__F_MOVED, /* of a record alone */
    MBILL__F_POLICY,
    MBILL__F_END,
    MBILL__F_ACCOUNT = MBILL__F_END,
    MBILL__F_AMOUNT
};

uint32_t mbill__given_fields(const mbill_operation *op); /* those that are not at rest */

#endif
