/*
 * PID 1 of a host: offers the engine on loopback and obeys the driver's lines `start PROGRAM TOKEN`, `stop`, `cont`, `idle` and `kill`. It runs
 * under the candidate's uid, so it makes itself unreadable, has no signal handlers, and is trusted by nobody; when the driver goes, all ends.
 */
#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROL_PATIENCE_MS = 60000, MOST_DOORS = 8 };

#define NODE "/opt/proofrun/bin/node"
#define PERMISSIONS "--permission", "--allow-fs-read=/opt/proofrun/", "--allow-fs-read=/node_modules/", \
                    "--allow-fs-read=/tmp/", "--allow-fs-write=/tmp/"
#define QUIET "--no-warnings", "--disable-sigusr1"

static struct source control = {.kind = CONTROL};
static struct source children = {.kind = CHILDREN};
static pid_t main_child;
static int epoll;
/* The doors as they stand on the command line; handed to run.mjs, which tells the engines' clients where to connect. */
static const char *run_arguments[16 + MOST_DOORS] = {NODE,        QUIET,
                                                     PERMISSIONS, "--enable-source-maps",
                                                     "--max-old-space-size=128", "/opt/proofrun/run.mjs"};
static const char *compile_arguments[] = {NODE, QUIET, "--max-old-space-size=96", "/opt/proofrun/compile.mjs", NULL};

static void say(const char *format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (length > 0) send(control.fd, line, (size_t)length, MSG_NOSIGNAL);
}

/* Kills all but this process and waits until none is left, whoever its parent was: orphans come to PID 1. */
static void kill_all(void) {
  for (;;) {
    kill(-1, SIGKILL);
    if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) break;
  }
  main_child = 0;
  doors_close_connections();
}

static void start(const char *program, const char *token) {
  static const struct process run = {.arguments = run_arguments, .alone = 1};
  static const struct process compile = {.arguments = compile_arguments, .alone = 0};
  const struct process *process = strcmp(program, "run") == 0 ? &run : strcmp(program, "compile") == 0 ? &compile : NULL;
  if (!process) {
    say("failed there is no program %s\n", program);
    return;
  }
  kill_all();
  if (wipe("/tmp") != 0) {
    say("failed /tmp cannot be emptied: %s\n", strerror(errno));
    return;
  }
  int channel = control_connect(0);
  char line[96];
  int length = snprintf(line, sizeof line, "process %s\n", token);
  if (channel < 0 || send(channel, line, (size_t)length, MSG_NOSIGNAL) != length) {
    say("failed the control socket does not answer: %s\n", strerror(errno));
    if (channel >= 0) close(channel);
    return;
  }
  main_child = process_start(process, channel);
  close(channel);
  if (main_child > 0) say("started %d\n", main_child);
  else say("failed no process can be made: %s\n", strerror(errno));
}

static void obey(char *line) {
  char program[16], token[65];
  if (strcmp(line, "stop") == 0) {
    /* The candidate's program is one process (filter.c), so none can be born, or woken by another, meanwhile. */
    kill(-1, SIGSTOP);
    say("stopped\n");
  } else if (strcmp(line, "cont") == 0) {
    kill(-1, SIGCONT);
    say("running\n");
  } else if (strcmp(line, "idle") == 0) {
    /* What it was sent must have reached it before it is looked at, and what it sent must be on its way before the answer is. */
    doors_move(epoll);
    long long sleeps = main_child == 0 ? 0 : process_sleeps(main_child);
    doors_move(epoll);
    if (sleeps < 0) say("busy\n");
    else say("idle %lld\n", sleeps);
  } else if (strcmp(line, "kill") == 0) {
    kill_all();
    say("killed\n");
  } else if (sscanf(line, "start %15[a-z] %64[0-9a-f]", program, token) == 2) {
    start(program, token);
  } else {
    say("failed not a command: %.32s\n", line);
  }
}

static void read_commands(void) {
  static char buffer[256];
  static size_t held;
  ssize_t got = recv(control.fd, buffer + held, sizeof buffer - 1 - held, 0);
  if (got < 0 && errno == EINTR) return;
  if (got <= 0) {
    kill_all();
    _exit(0);
  }
  held += (size_t)got;
  buffer[held] = 0;
  char *line = buffer;
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    obey(line);
  }
  held -= (size_t)(line - buffer);
  memmove(buffer, line, held);
  if (held == sizeof buffer - 1) held = 0;
}

static void reap(void) {
  struct signalfd_siginfo ignored[8];
  if (read(children.fd, ignored, sizeof ignored) < 0) return;
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid != main_child) continue;
    main_child = 0;
    if (WIFSIGNALED(status)) say("exited signal %d\n", WTERMSIG(status));
    else say("exited code %d\n", WEXITSTATUS(status));
  }
}

static void give_up(const char *what) {
  fprintf(stderr, "proofrun init: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void watch(struct source *source) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, source->fd, &event) != 0) give_up("epoll");
}

int main(int count, char **arguments) {
  /* Anywhere else, kill(-1) would reach processes that are not ours. */
  if (getpid() != 1) give_up("this program is only for PID 1 of a host's container");
  /* Otherwise /proc/1/mem and /proc/1/fd are open to every process of this uid. */
  if (prctl(PR_SET_DUMPABLE, 0) != 0) give_up("prctl");
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) give_up("epoll");
  size_t slot = 0;
  while (run_arguments[slot]) slot++;
  if (count < 2 || count - 1 > MOST_DOORS) give_up("name one to eight doors, NAME=ADDRESS:PORT=SOCKET");
  for (int i = 1; i < count; i++) {
    if (door_open(epoll, arguments[i]) != 0) give_up(arguments[i]);
    run_arguments[slot++] = arguments[i];
  }
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child_ended, NULL);
  /* No wake-up when a child stops or goes on; only when it ends. */
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP}, NULL);
  children.fd = signalfd(-1, &child_ended, SFD_NONBLOCK | SFD_CLOEXEC);
  if (children.fd < 0) give_up("signalfd");
  watch(&children);
  control.fd = control_connect(CONTROL_PATIENCE_MS);
  if (control.fd < 0) give_up(SOCKETS "/control.sock");
  watch(&control);
  say("hello\n");
  for (;;) {
    struct epoll_event events[32];
    int ready = epoll_wait(epoll, events, 32, -1);
    for (int i = 0; i < ready; i++) {
      struct source *source = events[i].data.ptr;
      switch (source->kind) {
        case CONTROL: read_commands(); break;
        case CHILDREN: reap(); break;
        case DOOR: door_accept(epoll, source); break;
        case END: end_ready(epoll, source, events[i].events); break;
      }
    }
  }
}
