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

/* Reads a file of the thread, as text that ends. Returns its length, or 0 where there is none. */
static ssize_t read_of(int tasks, const char *thread, const char *file, char *text, size_t size) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s", thread, file);
  int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? 0 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  text[got > 0 ? got : 0] = 0;
  return got > 0 ? got : 0;
}

/*
 * Whether the thread sleeps for some time, and not until something happens: it goes on by itself. V8's locks sleep 10 microseconds at a time
 * where another thread holds them, which on a busy machine is long enough to be seen asleep twice, seen in three of 60,000 calls. Where the
 * kernel does not say what a thread waits for, the file has a 0.
 */
static int dozes(int tasks, const char *thread) {
  char wchan[128];
  return read_of(tasks, thread, "wchan", wchan, sizeof wchan) > 0 && strstr(wchan, "nanosleep") != NULL;
}

/* How often the thread has gone to sleep; -1 where it does not sleep. A thread that has ended has no part in anything. */
static long long sleeps_of(int tasks, const char *thread) {
  char status[4096];
  if (read_of(tasks, thread, "status", status, sizeof status) == 0) return 0;
  /* The name, which the program may choose, comes first, and has its line ends escaped. */
  const char *state = value_of(status, "\nState:\t");
  const char *sleeps = value_of(status, "\nvoluntary_ctxt_switches:\t");
  if (!state || !sleeps || *state == 'R' || *state == 'D' || dozes(tasks, thread)) return -1;
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
