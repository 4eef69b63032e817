/* SPDX-License-Identifier: Apache-2.0 */
/** @file meterbill.h  The umbrella: includes every header of include/meterbill/, nothing else. */
#ifndef MBILL_METERBILL_H
#define MBILL_METERBILL_H

#include "meterbill/alarm.h"
#include "meterbill/apportion.h"
#include "meterbill/bill.h"
#include "meterbill/bulk.h"
#include "meterbill/buy.h"
#include "meterbill/calendar.h"
#include "meterbill/change.h"
#include "meterbill/column.h"
#include "meterbill/contract.h"
#include "meterbill/convert.h"
#include "meterbill/cycle.h"
#include "meterbill/decimal.h"
#include "meterbill/export.h"
#include "meterbill/heat.h"
#include "meterbill/id.h"
#include "meterbill/journal.h"
#include "meterbill/ledger.h"
#include "meterbill/memory.h"
#include "meterbill/operations.h"
#include "meterbill/policy.h"
#include "meterbill/reading.h"
#include "meterbill/split.h"
#include "meterbill/score.h"
#include "meterbill/settle.h"
#include "meterbill/status.h"
#include "meterbill/store.h"
#include "meterbill/stream.h"
#include "meterbill/supply.h"
#include "meterbill/tariff.h"
#include "meterbill/version.h"

#endif
