/* The parts of the engine container's PID 1. It starts and ends servers and reads their CPU time; it speaks no Redis. */
#ifndef PROOFRUN_SUPERVISOR_H
#define PROOFRUN_SUPERVISOR_H

#include <stddef.h>
#include <stdint.h>

/* One server for each arm of a pod. */
enum { SERVERS = 4, FIRST_SERVER_PORT = 6380 };

/* servers.c: the server processes. Those that return int give 0, or -1 with errno. */
int server_start(unsigned number, const char *password);
int server_stop(unsigned number);
int server_cpu_nanos(unsigned number, uint64_t *nanos);
/* Takes note of processes that ended. 1 where one of them was not told to. */
int servers_reap(void);

/* commands.c: carries out one line and writes its answer, one line of JSON. */
void command_run(const char *line, char *answer, size_t size);

#endif
