/*
 * PID 1 of the engine's container: an admin port on loopback, one command a line in, one line of JSON out. Only the driver and the servers
 * live in this network. It ends, and all servers with it, when its driver is gone or when a server ends that was not told to.
 */
#define _GNU_SOURCE
#include "supervisor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADMIN_PORT = 6379, CONNECTIONS = 4, LINE_BYTES = 256 };
/* Without a driver: at first it may be long in coming, afterwards it was there and is gone. */
enum { FIRST_DRIVER_MS = 30 * 60 * 1000, NO_DRIVER_MS = 2 * 1000 };

static struct connection {
  int fd;
  size_t held;
  char line[LINE_BYTES];
} connections[CONNECTIONS];
static int connected;

static void give_up(const char *what) {
  fprintf(stderr, "proofrun redis supervisor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int listen_on(uint16_t port) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 ||
      listen(fd, CONNECTIONS) != 0)
    give_up("admin port");
  return fd;
}

static void admit(int listener) {
  int on = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  for (int i = 0; i < CONNECTIONS; i++) {
    if (connections[i].fd >= 0) continue;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections[i] = (struct connection){.fd = fd};
    connected++;
    return;
  }
  close(fd);
}

static void leave(struct connection *one) {
  close(one->fd);
  one->fd = -1;
  connected--;
}

static void obey(struct connection *one) {
  ssize_t got = recv(one->fd, one->line + one->held, LINE_BYTES - 1 - one->held, 0);
  if (got <= 0) {
    if (got == 0 || errno != EINTR) leave(one);
    return;
  }
  one->held += (size_t)got;
  one->line[one->held] = 0;
  char *line = one->line, answer[LINE_BYTES];
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    command_run(line, answer, sizeof answer);
    if (send(one->fd, answer, strlen(answer), MSG_NOSIGNAL) < 0) return leave(one);
  }
  one->held -= (size_t)(line - one->line);
  memmove(one->line, line, one->held);
  if (one->held == LINE_BYTES - 1) leave(one);
}

int main(void) {
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child_ended, NULL);
  int children = signalfd(-1, &child_ended, SFD_NONBLOCK | SFD_CLOEXEC);
  if (children < 0) give_up("signalfd");
  int listener = listen_on(ADMIN_PORT);
  for (int i = 0; i < CONNECTIONS; i++) connections[i].fd = -1;
  int patience_ms = FIRST_DRIVER_MS;
  for (;;) {
    struct pollfd waits[2 + CONNECTIONS] = {{.fd = listener, .events = POLLIN}, {.fd = children, .events = POLLIN}};
    for (int i = 0; i < CONNECTIONS; i++) waits[2 + i] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
    int ready = poll(waits, 2 + CONNECTIONS, connected > 0 ? -1 : patience_ms);
    /* PID 1 ends, and the kernel ends all that is in its container. */
    if (ready == 0) return 0;
    if (waits[1].revents) {
      struct signalfd_siginfo ignored[8];
      while (read(children, ignored, sizeof ignored) > 0) continue;
      if (servers_reap()) return 1;
    }
    for (int i = 0; i < CONNECTIONS; i++)
      if (waits[2 + i].revents) obey(&connections[i]);
    if (waits[0].revents) {
      admit(listener);
      patience_ms = NO_DRIVER_MS;
    }
  }
}
