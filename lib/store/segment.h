/* SPDX-License-Identifier: Apache-2.0 */
/* A journal kept in SQLite. */
#ifndef MBILL__SEGMENT_H
#define MBILL__SEGMENT_H

#include "store/keep.h"
#include "store/database.h"

mbill__keep mbill__segment_keep(mbill__db *db);

#endif
