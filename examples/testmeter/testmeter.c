/* SPDX-License-Identifier: Apache-2.0 */
/* testmeter [--address DIGITS] [--password HEX] [--customer DIGITS] [--clock YYYY-MM-DDThh:mm:ss] [--amount bcd|binary] [--protocol dlt645|cjt188] [--fault WORDS]
 * A DL/T 645-2007 meter on a free TCP port of 127.0.0.1 and on a pseudo-terminal, both of which it prints. Its clock stands still until it is told; it is
 * told by lines on its input: clock TIME, fault WORDS, press, show, quit. */
#define _XOPEN_SOURCE 600
#include "fault.h"
#include "line.h"
#include "valve.h"

#include "meterbill/calendar.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PEERS_MAX = 16, INPUT = 0, LISTENER = 1, TERMINAL = 2, FIRST_CALLER = 3, PIECE = 512 };

/* Who talks to the meter: a caller on TCP, or the terminal. */
typedef struct peer {
    int fd; /* -1: none */
    mbill_dlt645_stream stream;
    mbill_cjt188_stream water;
} peer;

static meter the_meter;
static valve the_valve;
static bool is_water;
static fault the_fault;
static peer peers[PEERS_MAX];

static bool read_clock(const char *text, int64_t *out)
{
    mbill_date date;
    int32_t days;
    int hour, minute, second, used = 0;
    if (strlen(text) != 19 || text[10] != 'T' || mbill_date_parse(text, 10, &date, NULL) != MBILL_OK) return false;
    if (sscanf(text + 11, "%2d:%2d:%2d%n", &hour, &minute, &second, &used) != 3 || used != 8) return false;
    if (hour > 23 || minute > 59 || second > 59 || mbill_date_to_days(date, &days, NULL) != MBILL_OK) return false;
    *out = (int64_t)days * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

static bool set_fault(const char *text)
{
    if (!fault_read(text, &the_fault)) return false;
    the_valve.stuck = (the_fault.set & FAULT_STUCK) != 0;
    the_valve.refuses = (the_fault.set & FAULT_REFUSE) != 0;
    the_valve.other_di = (the_fault.set & FAULT_DI) != 0;
    the_valve.other_ser = (the_fault.set & FAULT_SER) != 0;
    the_meter.stuck = (the_fault.set & FAULT_STUCK) != 0;
    the_meter.short_serr = (the_fault.set & FAULT_SHORT) != 0;
    return true;
}

/* ---- the line ---- */

static void sleep_ms(int ms)
{
    const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

static void write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done <= 0) return; /* whoever asked has gone */
        bytes += done, n -= (size_t)done;
    }
}

static void write_answer(int fd, const uint8_t *bytes, size_t n)
{
    if ((the_fault.set & FAULT_MUTE) != 0) return;
    if (the_fault.delay_ms > 0) sleep_ms(the_fault.delay_ms);
    if ((the_fault.set & FAULT_BYTEWISE) == 0) {
        write_all(fd, bytes, n);
        return;
    }
    for (size_t i = 0; i < n; i++) write_all(fd, bytes + i, 1), sleep_ms(1);
}

static void take_frame(peer *from, const mbill_dlt645_frame *request)
{
    mbill_dlt645_frame reply;
    uint8_t asked[MBILL_DLT645_FRAME_MAX], answer[MBILL_DLT645_FRAME_MAX + MBILL_DLT645_PREAMBLE], out[FAULT_BYTES_MAX];
    mbill_dlt645_frame bare = *request;
    size_t n_asked = 0, n = 0;
    if ((the_fault.set & FAULT_DEAF) != 0 || !meter_answer(&the_meter, request, &reply)) return;
    if ((the_fault.set & FAULT_LOST) != 0 && request->control != MBILL_DLT645_READ) return;
    fault_change(&the_fault, &reply);
    bare.preamble = 0;
    if (mbill_dlt645_encode(&bare, NULL, asked, sizeof asked, &n_asked, NULL) != MBILL_OK ||
        mbill_dlt645_encode(&reply, NULL, answer, sizeof answer, &n, NULL) != MBILL_OK)
        return;
    n = fault_spoil(&the_fault, (mbill_bytes){asked, n_asked}, (mbill_bytes){answer, n}, out);
    write_answer(from->fd, out, n);
}

static void take_water_frame(peer *from, mbill_bytes request)
{
    uint8_t answer[MBILL_CJT188_FRAME_MAX + 4], out[FAULT_BYTES_MAX];
    bool reads = request.n > 9 && request.p[9] == 0x01;
    size_t n = (the_fault.set & FAULT_DEAF) != 0 ? 0 : valve_answer(&the_valve, request, answer, sizeof answer);
    if (n == 0 || ((the_fault.set & FAULT_LOST) != 0 && !reads)) return;
    n = fault_spoil(&the_fault, request, (mbill_bytes){answer, n}, out);
    write_answer(from->fd, out, n);
}

static void take_water(peer *from, mbill_bytes rest)
{
    mbill_bytes found = {NULL, 1};
    while (found.n > 0 && rest.n > 0) {
        size_t used = 0;
        if (mbill_cjt188_feed(&from->water, NULL, rest, &used, &found, NULL) != MBILL_OK) return;
        rest.p += used, rest.n -= used;
        if (found.n > 0) take_water_frame(from, found);
    }
}

static void take_bytes(peer *from, const uint8_t *bytes, size_t n)
{
    mbill_bytes rest = {bytes, n};
    mbill_dlt645_frame frame;
    int32_t found = 1;
    while (found != 0 && rest.n > 0) {
        size_t used = 0;
        if (mbill_dlt645_feed(&from->stream, NULL, rest, &used, &frame, &found, NULL) != MBILL_OK) return;
        rest.p += used, rest.n -= used;
        if (found != 0) take_frame(from, &frame);
    }
}

static void hear(peer *from, bool terminal)
{
    uint8_t bytes[PIECE];
    ssize_t n = read(from->fd, bytes, sizeof bytes);
    if (n > 0 && is_water) {
        take_water(from, (mbill_bytes){bytes, (size_t)n});
    } else if (n > 0) {
        take_bytes(from, bytes, (size_t)n);
    } else if (!terminal) {
        close(from->fd);
        from->fd = -1;
    }
}

static void accept_caller(int listener)
{
    int fd = accept(listener, NULL, NULL);
    for (int i = FIRST_CALLER; fd >= 0 && i < PEERS_MAX; i++)
        if (peers[i].fd < 0) {
            peers[i] = (peer){.fd = fd};
            return;
        }
    if (fd >= 0) close(fd);
}

/* ---- what it is told ---- */

static void show(void)
{
    if (is_water) {
        printf("{\"closed\":%s,\"remaining_cents\":%" PRId64 ",\"purchases\":%" PRId64 "}\n", the_valve.closed ? "true" : "false",
            the_valve.remaining_cents, the_valve.purchases);
        return;
    }
    printf("{\"status_word\":%u,\"relay_open\":%s,\"remaining_cents\":%" PRId64 ",\"purchases\":%" PRId64 "}\n",
        (unsigned)meter_status(&the_meter), the_meter.relay_open ? "true" : "false", the_meter.remaining_cents,
        the_meter.purchases);
}

/* false: the end. */
static bool obey_line(char *line)
{
    int64_t clock_s;
    line[strcspn(line, "\r\n")] = '\0';
    if (strcmp(line, "quit") == 0) return false;
    if (strcmp(line, "show") == 0) show();
    else if (strcmp(line, "press") == 0) meter_press(&the_meter), puts("ok");
    else if (strncmp(line, "fault ", 6) == 0 && set_fault(line + 6)) puts("ok");
    else if (strncmp(line, "clock ", 6) == 0 && read_clock(line + 6, &clock_s)) meter_clock(&the_meter, clock_s), puts("ok");
    else printf("not known: %s\n", line);
    fflush(stdout);
    return true;
}

/* The input is read a byte at a time, so that nothing waits unseen in a buffer. */
static bool take_input(void)
{
    static char line[256];
    static size_t n;
    char c;
    if (read(STDIN_FILENO, &c, 1) != 1) return false;
    if (c != '\n') {
        if (n + 1 < sizeof line) line[n++] = c;
        return true;
    }
    line[n] = '\0';
    n = 0;
    return obey_line(line);
}

static void serve(void)
{
    struct pollfd waits[PEERS_MAX];
    for (;;) {
        for (int i = 0; i < PEERS_MAX; i++) waits[i] = (struct pollfd){.fd = peers[i].fd, .events = POLLIN};
        if (poll(waits, PEERS_MAX, -1) < 0) return;
        if (waits[INPUT].revents != 0 && !take_input()) return;
        if ((waits[LISTENER].revents & POLLIN) != 0) accept_caller(peers[LISTENER].fd);
        for (int i = TERMINAL; i < PEERS_MAX; i++)
            if (waits[i].revents != 0) hear(&peers[i], i == TERMINAL);
    }
}

/* ---- options ---- */

/* Digits of hexadecimal, the first byte at the end when low_first. */
static bool read_hex(const char *text, uint8_t *out, size_t n, bool low_first)
{
    if (strlen(text) != 2 * n || strspn(text, "0123456789abcdefABCDEF") != 2 * n) return false;
    for (size_t i = 0; i < n; i++) {
        const char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out[low_first ? n - 1 - i : i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return true;
}

static bool take_option(const char *name, const char *value)
{
    int64_t clock_s;
    if (strcmp(name, "--address") == 0) return mbill_dlt645_address(value, the_meter.address, NULL) == MBILL_OK;
    if (strcmp(name, "--password") == 0) return read_hex(value, the_meter.password, sizeof the_meter.password, false);
    if (strcmp(name, "--customer") == 0) return read_hex(value, the_meter.customer, sizeof the_meter.customer, true);
    if (strcmp(name, "--fault") == 0) return set_fault(value);
    if (strcmp(name, "--amount") == 0) {
        the_meter.binary_amount = strcmp(value, "binary") == 0;
        return the_meter.binary_amount || strcmp(value, "bcd") == 0;
    }
    if (strcmp(name, "--protocol") == 0) {
        is_water = strcmp(value, "cjt188") == 0;
        return is_water || strcmp(value, "dlt645") == 0;
    }
    if (strcmp(name, "--clock") != 0 || !read_clock(value, &clock_s)) return false;
    the_meter.clock_s = clock_s;
    return true;
}

int main(int argc, char **argv)
{
    static const uint8_t first[6] = {1};
    char name[64];
    uint16_t port = 0;
    meter_begin(&the_meter, first, INT64_C(1767225600));
    valve_begin(&the_valve);
    for (int i = 1; i < argc; i += 2)
        if (i + 1 >= argc || !take_option(argv[i], argv[i + 1])) {
            fprintf(stderr, "testmeter: %s: see the first lines of testmeter.c\n", argv[i]);
            return 2;
        }
    for (int i = 0; i < PEERS_MAX; i++) peers[i].fd = -1;
    peers[INPUT].fd = STDIN_FILENO;
    peers[LISTENER].fd = line_listen(&port);
    peers[TERMINAL].fd = line_terminal(name, (int)sizeof name);
    if (peers[LISTENER].fd < 0) {
        perror("testmeter");
        return 1;
    }
    printf("tcp 127.0.0.1 %u\npty %s\n", (unsigned)port, peers[TERMINAL].fd >= 0 ? name : "none");
    fflush(stdout);
    serve();
    return 0;
}
