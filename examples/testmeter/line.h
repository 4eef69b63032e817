/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to the test meter: TCP on loopback and a pseudo-terminal. */
#ifndef LINE_H
#define LINE_H

#include <stdint.h>

/* A socket that listens on 127.0.0.1 on a free port; below 0: the system said no. */
int line_listen(uint16_t *out_port);
/* A pseudo-terminal in raw mode: this side, kept open, and the name of the other; below 0: the system said no. */
int line_terminal(char *out_name, int room);

#endif
