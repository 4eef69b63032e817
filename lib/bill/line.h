/* SPDX-License-Identifier: Apache-2.0 */
/* What a bill line may hold, and its words. */
#ifndef MBILL__LINE_H
#define MBILL__LINE_H

#include "base/fail.h"
#include "meterbill/bill.h"

#define MBILL__LINE_FLAGS 4

/* The words of MBILL_LINE_ESTIMATED, _PRORATED, _INCOMPLETE and _PROVISIONAL, bit by bit from the lowest. */
extern const char *const mbill__line_flag_names[MBILL__LINE_FLAGS];

/* Is every member of the line inside its range? index: its place, for the refusal. */
mbill_status mbill__line_check(const mbill_line *line, size_t index, mbill_error *err);

/* A checked copy of the labels. */
mbill_status mbill__labels_read(mbill_labels *known, const mbill_labels *given, mbill_error *err);

/* Do the line's charge and period stand in the labels? */
mbill_status mbill__line_label_check(const mbill_line *line, size_t index, const mbill_labels *labels, mbill_error *err);

#endif
