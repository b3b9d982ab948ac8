/* The admin port's commands: `facts`, `start NUMBER PASSWORD`, `stop NUMBER`, `cpu NUMBER`. What cannot be done is answered with an error. */
#include "supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of the sources that the server is built from. */
#include "version.h"

static void fail(const char *line, char *answer, size_t size) {
  snprintf(answer, size, "{\"error\":\"%.16s: %s\"}\n", line, strerror(errno));
}

void command_run(const char *line, char *answer, size_t size) {
  unsigned number;
  char password[65];
  uint64_t nanos;
  if (strcmp(line, "facts") == 0) {
    snprintf(answer, size, "{\"version\":\"" REDIS_VERSION "\",\"allocator\":\"jemalloc\",\"servers\":\"%d\"}\n", SERVERS);
  } else if (sscanf(line, "start %u %64[0-9a-f]", &number, password) == 2) {
    if (server_start(number, password) == 0) snprintf(answer, size, "{\"port\":%u}\n", FIRST_SERVER_PORT + number);
    else fail("start", answer, size);
  } else if (sscanf(line, "stop %u", &number) == 1) {
    if (server_stop(number) == 0) snprintf(answer, size, "{\"stopped\":true}\n");
    else fail("stop", answer, size);
  } else if (sscanf(line, "cpu %u", &number) == 1) {
    if (server_cpu_nanos(number, &nanos) == 0) snprintf(answer, size, "{\"nanos\":%" PRIu64 "}\n", nanos);
    else fail("cpu", answer, size);
  } else {
    snprintf(answer, size, "{\"error\":\"unknown command; known are facts, start, stop, cpu\"}\n");
  }
}
