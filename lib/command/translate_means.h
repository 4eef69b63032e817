/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "meter_means": what frames to one meter need. Secret. */
#ifndef MBILL__TRANSLATE_MEANS_H
#define MBILL__TRANSLATE_MEANS_H

#include "meterbill/translate.h"

/* Means with the bytes that they point to. */
typedef struct mbill__means_kept {
    mbill_means means;
    uint8_t table[MBILL_DLT645_DATA_MAX], sealed[MBILL_MEANS_SEALED_BYTES], macs[MBILL_MEANS_TOPUP_MACS];
} mbill__means_kept;

/* out must not move afterwards. No message shows what stands in the document. */
mbill_status mbill__means_document(const char *text, size_t len, const mbill_allocator *allocator, mbill__means_kept *out,
    mbill_error *err);

#endif
