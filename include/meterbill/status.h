/* SPDX-License-Identifier: Apache-2.0 */
/** @file status.h  How calls succeed and fail. [the base engineer writes docs; enumerators generated from status.def between markers] */
#ifndef MBILL_STATUS_H
#define MBILL_STATUS_H

#include "meterbill/export.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mbill_status {
    /* status.def begin */
    MBILL_OK = 0
    /* status.def end */
} mbill_status;

typedef struct mbill_error {
    uint32_t struct_size;
    int32_t status;
    int64_t index;
    char path[128];
    char message[256];
} mbill_error;

static inline void mbill_error_init(mbill_error *err)
{
    err->struct_size = (uint32_t)sizeof *err;
    err->status = 0;
    err->index = -1;
    err->path[0] = '\0';
    err->message[0] = '\0';
}

MBILL_API const char *mbill_status_text(int32_t status);
MBILL_API const char *mbill_status_name(int32_t status);

#ifdef __cplusplus
}
#endif
#endif
