/* SPDX-License-Identifier: Apache-2.0 */
/** @file version.h  The version of the release and of the binary interface. */
#ifndef MBILL_VERSION_H
#define MBILL_VERSION_H

#include "meterbill/export.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_VERSION_MAJOR 0
#define MBILL_VERSION_MINOR 1
#define MBILL_VERSION_PATCH 0
#define MBILL_VERSION "0.1.0"

/** Major number of the shared library (soname); 0 until 1.0. */
#define MBILL_ABI_VERSION 0

/** One number to compare: major * 1000000 + minor * 1000 + patch. */
#define MBILL_VERSION_NUMBER (MBILL_VERSION_MAJOR * 1000000 + MBILL_VERSION_MINOR * 1000 + MBILL_VERSION_PATCH)

/** True when the headers are of version a.b.c or later. */
#define MBILL_AT_LEAST(a, b, c) (MBILL_VERSION_NUMBER >= (a) * 1000000 + (b) * 1000 + (c))

/**
 * Version of the library that is linked at run time, as #MBILL_VERSION_NUMBER is of the headers.
 * @par Thread safety
 * Any thread, any time.
 * @since 0.1
 */
MBILL_API int32_t mbill_version_number(void);

/**
 * Version of the library that is linked at run time, as text ("0.1.0"). Static; do not free.
 * @par Thread safety
 * Any thread, any time.
 * @since 0.1
 */
MBILL_API const char *mbill_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
