/* SPDX-License-Identifier: Apache-2.0 */
/* What a notice may be, for the calls and for the encoding. */
#ifndef MBILL__NOTICE_H
#define MBILL__NOTICE_H

#include "meterbill/notice.h"

#include <stdbool.h>

/* What the functions write: no arithmetic leaves 64 bits then. */
bool mbill__notice_is_sound(const mbill_notice *notice);

#endif
