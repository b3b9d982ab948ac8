/* The servers: each a process of its own with a port and an administrator's password of its own, and memory that it cannot exceed. */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SERVER "/opt/redis/redis-server"
#define CONFIGURATION "/opt/redis/redis.conf"
/* What data may take (maxmemory), what scripts may hold, clients' buffers, and the program itself. */
enum { ADDRESS_SPACE_MIB = 512 };

static pid_t servers[SERVERS];

int server_start(unsigned number, const char *password) {
  if (number >= SERVERS || servers[number]) {
    errno = EBUSY;
    return -1;
  }
  pid_t child = fork();
  if (child != 0) {
    if (child > 0) servers[number] = child;
    return child > 0 ? 0 : -1;
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  struct rlimit memory = {.rlim_cur = (rlim_t)ADDRESS_SPACE_MIB << 20, .rlim_max = (rlim_t)ADDRESS_SPACE_MIB << 20};
  setrlimit(RLIMIT_AS, &memory);
  char port[16], secret[80];
  snprintf(port, sizeof port, "%u", FIRST_SERVER_PORT + number);
  snprintf(secret, sizeof secret, ">%s", password);
  execl(SERVER, SERVER, CONFIGURATION, "--port", port, "--user", "admin", "on", secret, "~*", "&*", "+@all", (char *)NULL);
  _exit(127);
}

int server_stop(unsigned number) {
  if (number >= SERVERS || !servers[number]) {
    errno = ESRCH;
    return -1;
  }
  kill(servers[number], SIGKILL);
  waitpid(servers[number], NULL, 0);
  servers[number] = 0;
  return 0;
}

int server_cpu_nanos(unsigned number, uint64_t *nanos) {
  clockid_t clock;
  struct timespec used;
  errno = ESRCH;
  if (number >= SERVERS || !servers[number]) return -1;
  if (clock_getcpuclockid(servers[number], &clock) != 0 || clock_gettime(clock, &used) != 0) return -1;
  *nanos = (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
  return 0;
}

int servers_reap(void) {
  int unasked = 0;
  for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
    for (unsigned number = 0; number < SERVERS; number++)
      if (servers[number] == pid) servers[number] = 0, unasked = 1;
  return unasked;
}
