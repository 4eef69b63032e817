/* SPDX-License-Identifier: Apache-2.0 */
/** @file export.h  How symbols leave the library, and attributes for callers. */
#ifndef MBILL_EXPORT_H
#define MBILL_EXPORT_H

#if defined(__GNUC__) || defined(__clang__)
#define MBILL_API __attribute__((visibility("default")))
#define MBILL_NODISCARD __attribute__((warn_unused_result))
#else
#define MBILL_API
#define MBILL_NODISCARD
#endif

#endif
