/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of a tariff document. */
#ifndef MBILL__INPUT_READ_H
#define MBILL__INPUT_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* Fills the tariff's inputs. */
mbill_status mbill__inputs_read(mbill_tariff *tariff, const mbill__node *inputs, mbill_error *err);

#endif
