/* Connects to the driver's control socket, which may come into being a little later than this host. */
#define _GNU_SOURCE
#include "init.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 20 };

/* Tries for PATIENCE_MS, then returns -1. */
int control_connect(int patience_ms) {
  struct sockaddr_un driver = {.sun_family = AF_UNIX, .sun_path = SOCKETS "/control.sock"};
  for (int waited = 0;; waited += PAUSE_MS) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&driver, sizeof driver) == 0) return fd;
    close(fd);
    if (waited >= patience_ms) return -1;
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
  }
}
