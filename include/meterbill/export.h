/* SPDX-License-Identifier: Apache-2.0 */
/** @file export.h  How symbols leave the library, and attributes for callers. */
#ifndef MBILL_EXPORT_H
#define MBILL_EXPORT_H

/** @def MBILL_API
 * Marks what the shared library exports; everything else in it is hidden. */
/** @def MBILL_NODISCARD
 * A status that is not looked at is a warning. */
#if defined(__GNUC__) || defined(__clang__)
#define MBILL_API __attribute__((visibility("default")))
#define MBILL_NODISCARD __attribute__((warn_unused_result))
#else
#define MBILL_API
#define MBILL_NODISCARD
#endif

#endif
