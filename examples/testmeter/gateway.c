/* SPDX-License-Identifier: Apache-2.0 */
/* gateway OPTION VALUE ... COMMAND: the last trusted hop of one meter of DL/T 645 or CJ/T 188. It checks a signed command (hex digits), remembers it, sends its frame
 * over TCP, reads back what it did, and prints a signed receipt (hex digits). Exit 1: the command is refused, and the reason printed; nothing was sent.
 *   --port N --realm NAME --public ROLE:HEX --key FILE --memory FILE --now SECONDS --offset SECONDS --password HEX
 *   [--balance MICRO] [--customer HEX --macs HEX] [--di HEX [--table HEX]] [--wait MS]
 *   [--protocol cjt188 --type HEX --ser HEX] */
#define _POSIX_C_SOURCE 200809L
#include "remember.h"

#include "meterbill/translate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct wire {
    uint8_t p[MBILL_DLT645_FRAME_MAX + MBILL_DLT645_PREAMBLE];
    size_t n;
} wire;

typedef struct gateway {
    int port, wait_ms;
    const char *realm, *key_path, *memory_path;
    int64_t now_s;
    mbill_key key; /* who may command */
    mbill_situation situation;
    bool is_water; /* CJ/T 188 */
    mbill_dlt645_profile profile;
    mbill_cjt188_profile water;
    mbill_means means;
    uint8_t table[MBILL_DLT645_DATA_MAX], macs[MBILL_MEANS_TOPUP_MACS];
    memory kept;
} gateway;

static gateway the_gateway;

static int refuse(const char *why)
{
    printf("refused: %s\n", why);
    return 1;
}

static mbill_bytes bytes_of(const wire *w)
{
    return (mbill_bytes){w->p, w->n};
}

static mbill_bytes realm_of(const gateway *g)
{
    return (mbill_bytes){(const uint8_t *)g->realm, strlen(g->realm)};
}

/* ---- options ---- */

static bool take_hex(const char *text, uint8_t *out, size_t n)
{
    size_t got = 0;
    return hex_read(text, out, n, &got) != NULL && got == n;
}

static bool take_public(gateway *g, const char *text)
{
    for (int32_t role = MBILL_ROLE_RELAY; role <= MBILL_ROLE_ROOT; role++) {
        size_t n = strlen(mbill_role_name(role));
        if (strncmp(text, mbill_role_name(role), n) != 0 || text[n] != ':') continue;
        g->key = (mbill_key){.exp_s = INT64_C(4102444800),
            .lifetime_s = 7776000,
            .quota_commands = -1,
            .quota_micro = -1,
            .commands = mbill_role_commands(role)};
        return take_hex(text + n + 1, g->key.public_key, sizeof g->key.public_key);
    }
    return false;
}

static bool take_means(gateway *g, const char *name, const char *value)
{
    mbill_means *m = &g->means;
    uint8_t di[4];
    if (strcmp(name, "--offset") == 0) return m->has |= MBILL_MEANS_OFFSET, m->offset_s = atoi(value), true;
    if (strcmp(name, "--password") == 0) return m->has |= MBILL_MEANS_PASSWORD, take_hex(value, m->password, sizeof m->password);
    if (strcmp(name, "--customer") == 0) return m->has |= MBILL_MEANS_CUSTOMER, take_hex(value, m->customer, sizeof m->customer);
    if (strcmp(name, "--macs") == 0)
        return m->macs = (mbill_bytes){g->macs, sizeof g->macs}, take_hex(value, g->macs, sizeof g->macs);
    if (strcmp(name, "--table") == 0)
        return m->table.p = g->table, hex_read(value, g->table, sizeof g->table, &m->table.n) != NULL;
    if (strcmp(name, "--type") == 0) return take_hex(value, &m->type, 1);
    if (strcmp(name, "--ser") == 0) return take_hex(value, &m->ser, 1);
    if (strcmp(name, "--di") != 0 || !take_hex(value, di, sizeof di)) return false;
    m->di = (uint32_t)di[0] << 24 | (uint32_t)di[1] << 16 | (uint32_t)di[2] << 8 | di[3];
    return true;
}

static bool take_option(gateway *g, const char *name, const char *value)
{
    if (strcmp(name, "--port") == 0) return (g->port = atoi(value)) > 0;
    if (strcmp(name, "--wait") == 0) return (g->wait_ms = atoi(value)) > 0;
    if (strcmp(name, "--protocol") == 0) {
        g->is_water = strcmp(value, "cjt188") == 0;
        return g->is_water || strcmp(value, "dlt645") == 0;
    }
    if (strcmp(name, "--realm") == 0) return g->realm = value, true;
    if (strcmp(name, "--key") == 0) return g->key_path = value, true;
    if (strcmp(name, "--memory") == 0) return g->memory_path = value, true;
    if (strcmp(name, "--now") == 0) return g->now_s = strtoll(value, NULL, 10), true;
    if (strcmp(name, "--public") == 0) return take_public(g, value);
    if (strcmp(name, "--balance") != 0) return take_means(g, name, value);
    g->situation.has |= MBILL_SITUATION_BALANCE;
    g->situation.balance_micro = strtoll(value, NULL, 10);
    return true;
}

/* ---- before anything is sent ---- */

static mbill_status open_command(const gateway *g, mbill_bytes message, mbill_command *out, mbill_error *err)
{
    mbill_keyset *keyset;
    mbill_status status = mbill_keyset_trust(&g->key, 1, NULL, &keyset, err);
    if (status != MBILL_OK) return status;
    status = mbill_command_open(keyset, realm_of(g), g->now_s, NULL, message, out, err);
    mbill_keyset_free(keyset);
    return status;
}

/* What was taken before; *out is the kept command when this one is a repetition, else where it is kept. */
static mbill_status admit(gateway *g, const mbill_command *command, const uint8_t hash[32], kept_command **out, int32_t *verdict,
    mbill_error *err)
{
    memory *m = &g->kept;
    kept_command *known = memory_find(m, &command->id);
    mbill_replay *replay = memory_replay(m, command->kid);
    if (replay == NULL || m->n_commands == COMMANDS_KEPT) return MBILL_E_LIMIT;
    mbill_status status = mbill_replay_admit(command, hash, known != NULL ? known->hash : NULL, replay, &m->purchase, replay,
        &m->purchase, verdict, err);
    *out = known;
    if (status != MBILL_OK || *verdict == MBILL_ADMIT_REPEAT) return status;
    *out = &m->commands[m->n_commands++];
    (*out)->id = command->id;
    memcpy((*out)->hash, hash, sizeof(*out)->hash);
    return MBILL_OK;
}

/* ---- the line ---- */

static int dial(int port)
{
    struct sockaddr_in at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&at, 0, sizeof at);
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons((uint16_t)port);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

/* What one wire does: the three steps of translate.h, and the next frame in what was heard so far. */
typedef struct wiring {
    mbill_status (*from_command)(const mbill_command *command, wire *out, mbill_error *err);
    mbill_status (*read_back)(mbill_bytes sent, wire *out, mbill_error *err);
    mbill_status (*evidence)(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told, mbill_evidence *out,
        mbill_error *err);
    bool (*find)(void *stream, mbill_bytes *rest, wire *out); /* false: none yet */
} wiring;

static mbill_status from_dlt645(const mbill_command *command, wire *out, mbill_error *err)
{
    const gateway *g = &the_gateway;
    return mbill_dlt645_from_command(command, &g->profile, &g->means, g->now_s, out->p, sizeof out->p, &out->n, err);
}

static mbill_status back_dlt645(mbill_bytes sent, wire *out, mbill_error *err)
{
    return mbill_dlt645_read_back(sent, &the_gateway.profile, out->p, sizeof out->p, &out->n, err);
}

static mbill_status evidence_dlt645(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told, mbill_evidence *out,
    mbill_error *err)
{
    return mbill_dlt645_evidence(sent, reply, asked, told, &the_gateway.profile, out, err);
}

static bool find_dlt645(void *stream, mbill_bytes *rest, wire *out)
{
    mbill_dlt645_frame frame;
    int32_t found = 0;
    size_t used = 0;
    if (mbill_dlt645_feed(stream, NULL, *rest, &used, &frame, &found, NULL) != MBILL_OK) return false;
    rest->p += used, rest->n -= used;
    return found != 0 && mbill_dlt645_encode(&frame, NULL, out->p, sizeof out->p, &out->n, NULL) == MBILL_OK;
}

static mbill_status from_cjt188(const mbill_command *command, wire *out, mbill_error *err)
{
    const gateway *g = &the_gateway;
    return mbill_cjt188_from_command(command, &g->water, &g->means, g->now_s, out->p, sizeof out->p, &out->n, err);
}

static mbill_status back_cjt188(mbill_bytes sent, wire *out, mbill_error *err)
{
    return mbill_cjt188_read_back(sent, &the_gateway.water, out->p, sizeof out->p, &out->n, err);
}

static mbill_status evidence_cjt188(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told, mbill_evidence *out,
    mbill_error *err)
{
    return mbill_cjt188_evidence(sent, reply, asked, told, &the_gateway.water, out, err);
}

static bool find_cjt188(void *stream, mbill_bytes *rest, wire *out)
{
    mbill_bytes found = {NULL, 0};
    size_t used = 0;
    if (mbill_cjt188_feed(stream, NULL, *rest, &used, &found, NULL) != MBILL_OK) return false;
    rest->p += used, rest->n -= used;
    if (found.n == 0 || found.n > sizeof out->p) return false;
    memcpy(out->p, found.p, found.n);
    out->n = found.n;
    return true;
}

static const wiring wirings[] = {{from_dlt645, back_dlt645, evidence_dlt645, find_dlt645},
    {from_cjt188, back_cjt188, evidence_cjt188, find_cjt188}};

/* The request itself, with its preamble or without. */
static bool is_echo(const wire *asked, const wire *heard)
{
    size_t a = 0, b = 0;
    while (a < asked->n && asked->p[a] == 0xFE) a++;
    while (b < heard->n && heard->p[b] == 0xFE) b++;
    return asked->n - a == heard->n - b && memcmp(asked->p + a, heard->p + b, asked->n - a) == 0;
}

/* The next frame from the meter that is no echo; n = 0: none in time. */
static void hear(const gateway *g, int fd, const wire *asked, wire *out)
{
    union {
        mbill_dlt645_stream power;
        mbill_cjt188_stream water;
    } stream;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    uint8_t piece[256];
    memset(&stream, 0, sizeof stream);
    out->n = 0;
    for (bool idle = false; !idle;) { /* an idle line ends what only looked like the start of a frame */
        idle = poll(&wait, 1, g->wait_ms) <= 0;
        ssize_t n = idle ? 0 : read(fd, piece, sizeof piece);
        mbill_bytes rest = {piece, n > 0 ? (size_t)n : 0};
        if (n < 0 || (n == 0 && !idle)) return;
        while (wirings[g->is_water].find(&stream, &rest, out)) {
            if (!is_echo(asked, out)) return;
            out->n = 0;
        }
    }
}

/* A line of its own for each question: what comes late to one is not heard as the answer to the next. */
static void ask(const gateway *g, const wire *request, wire *reply)
{
    int fd = request->n > 0 ? dial(g->port) : -1;
    reply->n = 0;
    if (fd < 0) return;
    if (write(fd, request->p, request->n) == (ssize_t)request->n) hear(g, fd, request, reply);
    close(fd);
}

/* ---- the receipt ---- */

static mbill_status open_signer(const gateway *g, mbill_signer **out, mbill_error *err)
{
    char line[80] = "";
    uint8_t secret[MBILL_KEY_BYTES];
    FILE *from = fopen(g->key_path, "r");
    bool good = from != NULL && fgets(line, sizeof line, from) != NULL && take_hex(line, secret, sizeof secret);
    if (from != NULL) fclose(from);
    return good ? mbill_signer_open(secret, NULL, out, err) : MBILL_E_NOT_FOUND;
}

/* Chained to the one before. */
static mbill_status sign(gateway *g, mbill_receipt *r, kept_command *kept, mbill_error *err)
{
    mbill_signer *signer = NULL;
    r->has |= MBILL_RECEIPT_HAS_PREVIOUS;
    if (g->kept.n_last > 0) mbill_command_hash((mbill_bytes){g->kept.last, g->kept.n_last}, r->previous_hash);
    mbill_status status = open_signer(g, &signer, err);
    if (status == MBILL_OK)
        status = mbill_receipt_sign(signer, realm_of(g), r, kept->receipt, sizeof kept->receipt, &kept->n, err);
    mbill_signer_free(signer);
    if (status != MBILL_OK) return status;
    memcpy(g->kept.last, kept->receipt, kept->n);
    g->kept.n_last = kept->n;
    return MBILL_OK;
}

/* Send, read back, judge. Without an acknowledgement the meter is asked all the same. */
static mbill_status run(gateway *g, const mbill_command *command, kept_command *kept, const wire *sent, mbill_error *err)
{
    wire asked = {{0}, 0}, reply, told;
    mbill_evidence evidence;
    mbill_receipt receipt;
    const wiring *by = &wirings[g->is_water];
    mbill_status status = by->read_back(bytes_of(sent), &asked, err);
    if (status != MBILL_OK) return status;
    ask(g, sent, &reply);
    ask(g, &asked, &told);
    status = by->evidence(bytes_of(sent), bytes_of(&reply), bytes_of(&asked), bytes_of(&told), &evidence, err);
    if (status == MBILL_OK)
        status = mbill_receipt_make(command, kept->hash, bytes_of(sent), bytes_of(reply.n > 0 ? &reply : &told), &evidence,
            g->now_s, &receipt, err);
    return status == MBILL_OK ? sign(g, &receipt, kept, err) : status;
}

static int print_receipt(const kept_command *kept)
{
    if (kept->n == 0) return refuse("taken before, and it is not known what became of it");
    for (size_t i = 0; i < kept->n; i++) printf("%02x", kept->receipt[i]);
    printf("\n");
    return 0;
}

static int serve(gateway *g, mbill_bytes message)
{
    uint8_t hash[32];
    wire sent;
    mbill_command command;
    kept_command *kept = NULL;
    int32_t verdict = 0;
    mbill_error err;
    mbill_error_init(&err);
    mbill_command_hash(message, hash);
    mbill_status status = open_command(g, message, &command, &err);
    if (status == MBILL_OK) status = mbill_command_may_run(&command, g->now_s, &g->situation, &err);
    if (status == MBILL_OK) status = wirings[g->is_water].from_command(&command, &sent, &err);
    if (status == MBILL_OK) status = admit(g, &command, hash, &kept, &verdict, &err);
    if (status == MBILL_OK && verdict == MBILL_ADMIT_REPEAT) return print_receipt(kept);
    if (status == MBILL_OK && !memory_save(&g->kept, g->memory_path)) return refuse("the memory cannot be written");
    if (status == MBILL_OK) status = run(g, &command, kept, &sent, &err);
    if (status != MBILL_OK) return refuse(err.message[0] != '\0' ? err.message : mbill_status_name((int32_t)status));
    if (!memory_save(&g->kept, g->memory_path)) return refuse("the memory cannot be written");
    return print_receipt(kept);
}

int main(int argc, char **argv)
{
    static uint8_t message[MBILL_COMMAND_BYTES_MAX];
    gateway *g = &the_gateway;
    size_t n = 0;
    int i = 1;
    g->wait_ms = 300;
    g->situation.struct_size = sizeof g->situation;
    g->profile = (mbill_dlt645_profile){.struct_size = sizeof g->profile,
        .write_limit = 90,
        .topup_amount = MBILL_DLT645_NUMBER_BCD,
        .topup_count = MBILL_DLT645_NUMBER_BINARY};
    g->water = (mbill_cjt188_profile){.struct_size = sizeof g->water, .di_order = MBILL_CJT188_HIGH_FIRST};
    g->means.struct_size = sizeof g->means;
    for (; i + 1 < argc; i += 2)
        if (!take_option(g, argv[i], argv[i + 1])) break;
    if (i + 1 != argc || g->port == 0 || g->realm == NULL || g->key_path == NULL || g->memory_path == NULL ||
        hex_read(argv[i], message, sizeof message, &n) == NULL) {
        fprintf(stderr, "gateway: see the first lines of gateway.c\n");
        return 2;
    }
    if (!memory_load(&g->kept, g->memory_path)) return refuse("the memory is damaged");
    return serve(g, (mbill_bytes){message, n});
}
