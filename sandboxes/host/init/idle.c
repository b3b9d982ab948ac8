/*
 * Whether a process waits: then it has sent all that it can send before it hears something. The driver asks, to tell requests that wait for
 * each other's replies from those that do not.
 */
#define _GNU_SOURCE
#include "init.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *value_of(const char *status, const char *name) {
  const char *line = strstr(status, name);
  return line ? line + strlen(name) : NULL;
}

/* How often the thread has gone to sleep; -1 where it does not sleep. A thread that has ended has no part in anything. */
static long long sleeps_of(int tasks, const char *thread) {
  char path[300], status[4096];
  snprintf(path, sizeof path, "%s/status", thread);
  int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t got = read(fd, status, sizeof status - 1);
  close(fd);
  if (got <= 0) return 0;
  status[got] = 0;
  /* The name, which the program may choose, comes first, and has its line ends escaped. */
  const char *state = value_of(status, "\nState:\t");
  const char *sleeps = value_of(status, "\nvoluntary_ctxt_switches:\t");
  if (!state || !sleeps || *state == 'R' || *state == 'D') return -1;
  return strtoll(sleeps, NULL, 10);
}

/*
 * The threads are looked at one after the other: one may be woken by the next just after it was seen asleep. Who is told the same number twice
 * knows that none of them has run in between.
 */
long long process_sleeps(int pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (!tasks) return 0;
  long long all = 0;
  for (struct dirent *entry; all >= 0 && (entry = readdir(tasks));) {
    if (entry->d_name[0] == '.') continue;
    long long sleeps = sleeps_of(dirfd(tasks), entry->d_name);
    all = sleeps < 0 ? -1 : all + sleeps + 1;
  }
  closedir(tasks);
  return all;
}
