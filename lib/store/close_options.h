/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a close, as the caller gave them and as the close uses them. */
#ifndef MBILL__CLOSE_OPTIONS_H
#define MBILL__CLOSE_OPTIONS_H

#include "meterbill/store.h"
#include "store/versions.h"

/* A checked copy with defaults filled in, and the span it asks for. */
mbill_status mbill__close_options_read(const mbill_close_options *given, mbill_close_options *out, mbill__span_asked *out_asked,
    mbill_error *err);

#endif
