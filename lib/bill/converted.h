/* SPDX-License-Identifier: Apache-2.0 */
/* Records of conversion in a bill and in its document. */
#ifndef MBILL__CONVERTED_H
#define MBILL__CONVERTED_H

#include "document/json.h"
#include "document/write.h"
#include "meterbill/bill.h"

/* Is the record its product, with texts that end? index: its place, for the refusal. */
mbill_status mbill__converted_check(const mbill_converted *converted, size_t index, mbill_error *err);

/* The member "converted" of a bill's document; nothing when there are none. */
mbill_status mbill__converted_write(mbill__writer *to, const mbill_bill *bill, const mbill_zone *zone, mbill_error *err);

/* One entry of that list. */
mbill_status mbill__converted_read(const mbill__node *object, const mbill_zone *zone, mbill_converted *out, mbill_error *err);

#endif
