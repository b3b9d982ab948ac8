/*
 * Empties a directory, whatever candidate code put there: directories nested as deep as it likes, names of any bytes, modes that forbid
 * entry. Nested directories are moved to the top before they are entered, so that depth costs neither stack nor descriptors.
 */
#define _GNU_SOURCE
#include "init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

/* Unlinks the files of a directory. Directories are moved to TOP under fresh names. Returns how many are left to do, or -1. */
static int flatten(int directory, int top, unsigned long *fresh) {
  DIR *entries = fdopendir(directory);
  if (!entries) {
    close(directory);
    return -1;
  }
  int moved = 0;
  struct dirent *entry;
  while (moved >= 0 && (entry = readdir(entries))) {
    if (dots(entry->d_name) || unlinkat(dirfd(entries), entry->d_name, 0) == 0) continue;
    if (errno != EISDIR && errno != EPERM) moved = -1;
    char name[32];
    do snprintf(name, sizeof name, "%lu", (*fresh)++);
    while (faccessat(top, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
    fchmodat(dirfd(entries), entry->d_name, 0700, 0);
    if (moved >= 0 && renameat(dirfd(entries), entry->d_name, top, name) != 0) moved = -1;
    if (moved >= 0) moved++;
  }
  closedir(entries);
  return moved;
}

int wipe(const char *path) {
  int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (top < 0) return -1;
  unsigned long fresh = 0;
  /* Each turn removes at least one entry or fails; the file system's own limit of inodes bounds the turns. */
  for (;;) {
    DIR *entries = fdopendir(openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!entries) break;
    char name[256] = "";
    struct dirent *entry;
    while ((entry = readdir(entries)))
      if (!dots(entry->d_name)) break;
    if (entry) snprintf(name, sizeof name, "%s", entry->d_name);
    closedir(entries);
    if (!name[0]) {
      close(top);
      return 0;
    }
    if (unlinkat(top, name, 0) == 0) continue;
    if (unlinkat(top, name, AT_REMOVEDIR) == 0) continue;
    fchmodat(top, name, 0700, 0);
    int directory = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0 || flatten(directory, top, &fresh) < 0) break;
  }
  close(top);
  return -1;
}
