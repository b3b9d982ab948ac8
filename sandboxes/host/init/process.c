/* Makes the one process of candidate code: its descriptors, limits, environment and flags. Waits for nothing. */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void limit(int resource, rlim_t value) {
  struct rlimit both = {.rlim_cur = value, .rlim_max = value};
  setrlimit((__rlimit_resource_t)resource, &both);
}

/* Nothing of the container's environment is passed on. The two Go programs among the compilers are kept small. */
static const char *const environment[] = {
    "HOME=/tmp",
    "TMPDIR=/tmp",
    "TZ=UTC",
    "LANG=C.UTF-8",
    "NO_COLOR=1",
    "GOMAXPROCS=2",
    "GOMEMLIMIT=128MiB",
    "ESBUILD_BINARY_PATH=/opt/proofrun/esbuild",
    NULL,
};

/* Forks and executes with CHANNEL as descriptor 3, silent otherwise. Returns the pid, or -1 with errno. */
int process_start(const struct process *process, int channel) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  int nothing = open("/dev/null", O_RDWR);
  if (nothing < 0 || chdir("/tmp") != 0) _exit(126);
  /* CHANNEL may itself be one of 0 to 3; a copy above them cannot be overwritten. */
  int copy = fcntl(channel, F_DUPFD, 16);
  if (copy < 0) _exit(126);
  for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
  dup2(copy, 3);
  syscall(SYS_close_range, 4U, ~0U, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 512);
  limit(RLIMIT_FSIZE, 16 * 1024 * 1024);
  limit(RLIMIT_MEMLOCK, 0);
  limit(RLIMIT_MSGQUEUE, 0);
  limit(RLIMIT_SIGPENDING, 256);
  const char *executable = process->arguments[0];
  if (process->alone && filter_install(executable) != 0) _exit(126);
  execve(executable, (char *const *)process->arguments, (char *const *)environment);
  _exit(127);
}
