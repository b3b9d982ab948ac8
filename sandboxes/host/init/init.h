/* The parts of the host's PID 1. It starts, stops and kills candidate code and passes bytes; it reads none of them. */
#ifndef PROOFRUN_INIT_H
#define PROOFRUN_INIT_H

#include <stddef.h>
#include <stdint.h>

#define SOCKETS "/run/proofrun"

/* What an epoll event belongs to. Every registered descriptor's data points to one of these. */
enum source_kind { CONTROL, CHILDREN, DOOR, END };
struct source {
  enum source_kind kind;
  int fd;
};

/* doors.c: offers engines on loopback and forwards each connection to its unix socket. */
int door_open(int epoll, const char *specification);
void door_accept(int epoll, struct source *source);
void end_ready(int epoll, struct source *source, uint32_t events);
void doors_close_connections(void);
/* Moves on what has come in from both sides and is not moved yet. */
void doors_move(int epoll);

/* idle.c: how often the threads of a process have gone to sleep so far, where all of them sleep; else -1. Of a process that is gone 0. */
long long process_sleeps(int pid);

/* wipe.c: empties a directory whatever was put there. Returns 0, or -1 with errno. */
int wipe(const char *path);

/* process.c: makes the one process of candidate code. */
struct process {
  const char *const *arguments;
  /* The candidate's own program: may make no further process and execute nothing else. */
  int alone;
};
int process_start(const struct process *process, int channel);

/* filter.c: what the candidate's process may not do beyond what the container forbids. Call right before execve. */
int filter_install(const char *executable);

/* control.c: connections to the driver's control socket. */
int control_connect(int patience_ms);

#endif
