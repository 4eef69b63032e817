/* SPDX-License-Identifier: Apache-2.0 */
/** @file version.h  The version of the release and of the binary interface. */
#ifndef MBILL_VERSION_H
#define MBILL_VERSION_H

#include "meterbill/export.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_VERSION_MAJOR 0 /**< major number of these headers' version */
#define MBILL_VERSION_MINOR 1 /**< minor number of these headers' version */
#define MBILL_VERSION_PATCH 0 /**< patch number of these headers' version */
#define MBILL_VERSION "0.1.0" /**< version of these headers as text */

/** Major number of the shared library (soname); 0 until 1.0. */
#define MBILL_ABI_VERSION 0

/** One number to compare: major * 1000000 + minor * 1000 + patch. */
#define MBILL_VERSION_NUMBER (MBILL_VERSION_MAJOR * 1000000 + MBILL_VERSION_MINOR * 1000 + MBILL_VERSION_PATCH)

/** True when the headers are of version a.b.c or later. */
#define MBILL_AT_LEAST(a, b, c) (MBILL_VERSION_NUMBER >= (a) * 1000000 + (b) * 1000 + (c))

/**
 * Version of the library that is linked at run time, as #MBILL_VERSION_NUMBER is of the headers.
 *
 * @return major * 1000000 + minor * 1000 + patch (1000 for 0.1.0)
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1).
 * @since 0.1
 */
MBILL_API int32_t mbill_version_number(void);

/**
 * Version of the library that is linked at run time, as text ("0.1.0").
 *
 * @return static text, never NULL; do not free
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1).
 * @since 0.1
 */
MBILL_API const char *mbill_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
