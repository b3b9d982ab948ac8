/*
 * The engine's doors inside a host: listens on loopback addresses and passes each connection's bytes to and from a unix socket of the
 * driver's relay. It is in every timed call, so it does one read and one write per arrival, and it knows nothing of any protocol.
 */
#define _GNU_SOURCE
#include "init.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* More than the relay's quota of connections, so that it is the relay that sees a flood and names it. */
enum { DOORS = 8, PAIRS = 16, BUFFER_BYTES = 64 * 1024 };

struct door {
  struct source source;
  struct sockaddr_un engine;
};
static struct door doors[DOORS];
static int door_count;

/* One direction of a connection. Bytes wait here only while the other side is slow; meanwhile nothing more is read. */
struct flow {
  int from, to;
  size_t start, length;
  int ended;
  char bytes[BUFFER_BYTES];
};

struct pair;
struct end {
  struct source source;
  struct pair *pair;
  uint32_t interest;
};
struct pair {
  int open;
  struct end client, engine;
  struct flow up, down;
};
static struct pair pairs[PAIRS];

/* SPECIFICATION is NAME=ADDRESS:PORT=SOCKET, for example cassandra=127.0.0.1:9042=engine.sock. */
int door_open(int epoll, const char *specification) {
  char address[16], socket_name[64];
  unsigned port;
  if (door_count == DOORS) return -1;
  if (sscanf(specification, "%*[a-z0-9-]=%15[0-9.]:%5u=%63[a-z0-9.-]", address, &port, socket_name) != 3) return -1;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (port == 0 || port > 65535 || inet_pton(AF_INET, address, &here.sin_addr) != 1) return -1;
  struct door *door = &doors[door_count];
  door->engine.sun_family = AF_UNIX;
  snprintf(door->engine.sun_path, sizeof door->engine.sun_path, "%s/%s", SOCKETS, socket_name);
  /* Neither SO_REUSEADDR nor SO_REUSEPORT: with the second, candidate code could listen on the same port beside us. */
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 64) != 0) return -1;
  door->source = (struct source){.kind = DOOR, .fd = fd};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &door->source};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) return -1;
  door_count++;
  return 0;
}

static void pair_close(struct pair *pair) {
  close(pair->client.source.fd);
  close(pair->engine.source.fd);
  pair->open = 0;
}

static int watch(int epoll, struct end *end, struct pair *pair, int fd) {
  *end = (struct end){.source = {.kind = END, .fd = fd}, .pair = pair, .interest = EPOLLIN};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &end->source};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void door_accept(int epoll, struct source *source) {
  struct door *door = (struct door *)source;
  int client = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) return;
  struct pair *pair = NULL;
  for (int i = 0; i < PAIRS && !pair; i++)
    if (!pairs[i].open) pair = &pairs[i];
  /* Not blocking: where candidate code has filled the relay's backlog, its own connection is what fails. */
  int engine = pair ? socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
  if (engine < 0 || connect(engine, (struct sockaddr *)&door->engine, sizeof door->engine) != 0) {
    if (engine >= 0) close(engine);
    close(client);
    return;
  }
  int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  pair->open = 1;
  pair->up.from = pair->down.to = client;
  pair->up.to = pair->down.from = engine;
  pair->up.length = pair->down.length = 0;
  pair->up.ended = pair->down.ended = 0;
  if (watch(epoll, &pair->client, pair, client) != 0 || watch(epoll, &pair->engine, pair, engine) != 0) pair_close(pair);
}

/* Moves what can be moved without waiting. -1: the connection is over. */
static int flow_move(struct flow *flow) {
  if (flow->length == 0 && !flow->ended) {
    ssize_t got = recv(flow->from, flow->bytes, sizeof flow->bytes, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    flow->start = 0;
    flow->length = (size_t)got;
    if (got == 0) {
      flow->ended = 1;
      /* Half-close: the other direction goes on, so that replies to the last requests still arrive. */
      shutdown(flow->to, SHUT_WR);
    }
  }
  if (flow->length > 0) {
    ssize_t sent = send(flow->to, flow->bytes + flow->start, flow->length, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    flow->start += (size_t)sent;
    flow->length -= (size_t)sent;
  }
  return 0;
}

static void set_interest(int epoll, struct end *end, const struct flow *reads, const struct flow *writes) {
  uint32_t interest = (reads->length == 0 && !reads->ended ? EPOLLIN : 0) | (writes->length > 0 ? EPOLLOUT : 0);
  if (interest == end->interest) return;
  end->interest = interest;
  struct epoll_event event = {.events = interest, .data.ptr = &end->source};
  epoll_ctl(epoll, EPOLL_CTL_MOD, end->source.fd, &event);
}

void end_ready(int epoll, struct source *source, uint32_t events) {
  struct end *end = (struct end *)source;
  struct pair *pair = end->pair;
  if (!pair->open) return;
  struct flow *reads = end == &pair->client ? &pair->up : &pair->down;
  struct flow *writes = end == &pair->client ? &pair->down : &pair->up;
  /* Wholly closed and nothing left to read from it: what waits for it can never be delivered. */
  int gone = (events & (EPOLLHUP | EPOLLERR)) && !(end->interest & EPOLLIN);
  if (gone || ((events & EPOLLOUT) && flow_move(writes) != 0) ||
      ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && flow_move(reads) != 0) || (pair->up.ended && pair->down.ended)) {
    pair_close(pair);
    return;
  }
  set_interest(epoll, &pair->client, &pair->up, &pair->down);
  set_interest(epoll, &pair->engine, &pair->down, &pair->up);
}

void doors_move(int epoll) {
  for (int i = 0; i < PAIRS; i++) {
    if (pairs[i].open) end_ready(epoll, &pairs[i].client.source, EPOLLIN);
    if (pairs[i].open) end_ready(epoll, &pairs[i].engine.source, EPOLLIN);
  }
}

void doors_close_connections(void) {
  for (int i = 0; i < PAIRS; i++)
    if (pairs[i].open) pair_close(&pairs[i]);
}
