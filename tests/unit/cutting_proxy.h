/* SPDX-License-Identifier: Apache-2.0 */
/* A process between a client and a server on loopback, which cuts the connection when the client sends some words: before the server has them, or
 * before the client has the answer; not before it has sent other words (after; NULL: at once). One connection after another; only the first time that the words come they are the end. */
#ifndef CUTTING_PROXY_H
#define CUTTING_PROXY_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct proxy {
    pid_t process;
    int port;
} proxy;

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

static bool holds(const char *bytes, size_t n, const char *words)
{
    size_t len = strlen(words);
    for (size_t i = 0; i + len <= n; i++)
        if (memcmp(bytes + i, words, len) == 0) return true;
    return false;
}

static bool pass_on(int to, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(to, bytes, n);
        if (done <= 0) return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* One connection to its end; whether it was cut. */
static bool carry(int client, int server, const char *after, const char *words, bool server_has_them)
{
    static char bytes[1 << 20];
    for (bool heard = false, armed = after == NULL;;) {
        struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(ends, 2, -1) < 0) return false;
        for (int i = 0; i < 2; i++) {
            if (ends[i].revents == 0) continue;
            ssize_t n = read(ends[i].fd, bytes, sizeof bytes);
            if (n <= 0) return false;
            if (heard && i == 1) return true; /* the answer is there, and so the change is */
            if (i == 0 && !armed) armed = holds(bytes, (size_t)n, after);
            if (i == 0 && armed && words != NULL && holds(bytes, (size_t)n, words)) {
                if (!server_has_them) return true;
                heard = true;
            }
            if (!pass_on(ends[1 - i].fd, bytes, (size_t)n)) return false;
        }
    }
}

static void serve(int listener, int server_port, const char *after, const char *words, bool server_has_them)
{
    for (;;) {
        int client = accept(listener, NULL, NULL), server = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in at = loopback(server_port);
        if (client < 0 || connect(server, (struct sockaddr *)&at, sizeof at) != 0) _exit(1);
        if (carry(client, server, after, words, server_has_them)) words = NULL;
        close(client);
        close(server);
    }
}

static proxy start_proxy(int server_port, const char *after, const char *words, bool server_has_them)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = loopback(0);
    socklen_t len = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &len) != 0)
        abort();
    proxy made = {fork(), ntohs(at.sin_port)};
    if (made.process == 0) {
        signal(SIGPIPE, SIG_IGN);
        serve(listener, server_port, after, words, server_has_them);
    }
    close(listener);
    return made;
}

static void stop_proxy(const proxy *made)
{
    kill(made->process, SIGKILL);
    waitpid(made->process, NULL, 0);
}

#endif
