/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of a line or a meter, on demand. */
#ifndef FAULT_H
#define FAULT_H

#include "meter.h"

enum { FAULT_BYTES_MAX = 1024 };

/* Which faults there are now: a set of bits, and how long an answer waits. */
typedef struct fault {
    unsigned set;
    int delay_ms;
} fault;

enum {
    FAULT_DEAF = 1,      /* "deaf": nothing is heard, nothing happens */
    FAULT_MUTE = 2,      /* "mute": it happens, but no answer comes */
    FAULT_NOISE = 4,     /* "noise": other bytes before the answer */
    FAULT_CHECKSUM = 8,  /* "checksum": a wrong one */
    FAULT_DI = 16,       /* "di": the answer is of another identifier */
    FAULT_ECHO = 32,     /* "echo": the request comes back first */
    FAULT_BYTEWISE = 64, /* "bytewise": the answer comes byte by byte */
    FAULT_STUCK = 128,   /* "stuck": the relay or valve does not move */
    FAULT_SHORT = 256,   /* "short": SERR of one byte */
    FAULT_LOST = 512,    /* "lost": only what is read is answered */
    FAULT_SER = 1024,    /* "ser": the answer is of another SER (CJ/T 188) */
    FAULT_REFUSE = 2048  /* "refuse": nothing is written (CJ/T 188) */
};

/* Words with commas between, such as "noise,delay=200"; "none". false: a word that is none. */
bool fault_read(const char *text, fault *out);
/* The bytes that go out in place of an answer; the room is FAULT_BYTES_MAX. */
size_t fault_spoil(const fault *f, mbill_bytes request, mbill_bytes answer, uint8_t *out);
/* The answer of another identifier. */
void fault_change(const fault *f, mbill_dlt645_frame *answer);

#endif
