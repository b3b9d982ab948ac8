/*
 * Whether a process waits: then it has sent all that it can send before it hears something. The driver asks, to tell requests that wait for
 * each other's replies from those that do not.
 */
#define _GNU_SOURCE
#include "init.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The state stands behind the name, which is in brackets and may hold brackets itself. */
static int thread_waits(int tasks, const char *thread) {
  char path[300], line[512];
  snprintf(path, sizeof path, "%s/stat", thread);
  int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 1;
  ssize_t got = read(fd, line, sizeof line - 1);
  close(fd);
  if (got <= 0) return 1;
  line[got] = 0;
  const char *name_end = strrchr(line, ')');
  if (!name_end || name_end[1] == 0) return 1;
  return name_end[2] != 'R' && name_end[2] != 'D';
}

int process_is_idle(int pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (!tasks) return 1;
  int idle = 1;
  for (struct dirent *entry; idle && (entry = readdir(tasks));)
    if (entry->d_name[0] != '.') idle = thread_waits(dirfd(tasks), entry->d_name);
  closedir(tasks);
  return idle;
}
