/* SPDX-License-Identifier: Apache-2.0 */
/* Secret keys: from files that nobody else may read, or from an open descriptor; never from the command line, never printed. */
#ifndef MBILL_CLI_SIGNER_H
#define MBILL_CLI_SIGNER_H

#include "meterbill/keyset.h"

/* A signer of the 64 hex digits in a file whose mode lets its owner alone at it, or in "fd:N". Returns CLI_DONE, or the exit code after the refusal has been said. */
int cli_load_signer(const char *path_or_descriptor, mbill_signer **out);

/* Draw a secret from the system's source and write it to a new file of mode 0600; out: its public key. As cli_load_signer(). */
int cli_make_secret(const char *path, uint8_t out_public_key[32]);

#endif
