/* SPDX-License-Identifier: Apache-2.0 */
/* What a bill line may hold, and its words. */
#ifndef MBILL__LINE_H
#define MBILL__LINE_H

#include "base/fail.h"
#include "meterbill/bill.h"

#include <stdbool.h>

#define MBILL__LINE_FLAGS 5

/* The words of MBILL_LINE_ESTIMATED, _PRORATED, _INCOMPLETE, _PROVISIONAL and _CORRECTION, bit by bit from the lowest. */
extern const char *const mbill__line_flag_names[MBILL__LINE_FLAGS];

/* The words of mbill_line_rule, in its order from 1. */
#define MBILL__LINE_RULES 16
extern const char *const mbill__line_rule_names[MBILL__LINE_RULES];

/* Is every member of the line inside its range? index: its place, for the refusal. */
mbill_status mbill__line_check(const mbill_line *line, size_t index, mbill_error *err);

/* A checked copy of the labels. */
mbill_status mbill__labels_read(mbill_labels *known, const mbill_labels *given, mbill_error *err);

/* Are tariff, version, currency and every name of a charge and a period there? */
mbill_status mbill__labels_check_names(const mbill_labels *labels, mbill_error *err);

/* The place of a charge among the labels; n_charges: it is not there. */
size_t mbill__labels_find(const mbill_labels *labels, const char *charge_id);

/* Do the line's charge and period stand in the labels? */
mbill_status mbill__line_label_check(const mbill_line *line, size_t index, const mbill_labels *labels, mbill_error *err);

/* Is the amount of a line that was checked quantity x rate / divide_by, to half a micro-unit or less than its step? */
bool mbill__line_is_product(const mbill_line *line);

#endif
