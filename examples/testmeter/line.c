/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the test meter is reached otherwise. */
#define _XOPEN_SOURCE 600
#include "line.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

int line_listen(uint16_t *out_port)
{
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&at, 0, sizeof at);
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &n) != 0) {
        if (fd >= 0) close(fd);
        return -1;
    }
    *out_port = ntohs(at.sin_port);
    return fd;
}

/* Bytes pass as they are: no echo, no lines, no signals. The other side stays open, so that it may come and go. */
static int make_raw(const char *name)
{
    struct termios mode;
    int fd = open(name, O_RDWR | O_NOCTTY);
    if (fd < 0 || tcgetattr(fd, &mode) != 0) return -1;
    mode.c_iflag &= (tcflag_t) ~(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
    mode.c_oflag &= (tcflag_t)~OPOST;
    mode.c_lflag &= (tcflag_t) ~(ECHO | ICANON | IEXTEN | ISIG);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSANOW, &mode);
}

int line_terminal(char *out_name, int room)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd < 0) return -1;
    const char *name = grantpt(fd) == 0 && unlockpt(fd) == 0 ? ptsname(fd) : NULL;
    if (name == NULL || snprintf(out_name, (size_t)room, "%s", name) >= room || make_raw(out_name) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}
