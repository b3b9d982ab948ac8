/*
 * Counts what the commands of a run make this server do: always, in the engine itself, and the same in every repeat. Elements come from the
 * command, its arguments and the sizes of its keys at that moment. What the administrator does is not counted.
 */
#include "server.h"
#include "proofrun-table.h"

#include <signal.h>
#include <unistd.h>

enum { ROWS = sizeof table / sizeof *table, MOST_COMMANDS = 1024, SCAN_STEP = 10 };

/* A command that is not of the quick kind may run this long, less than a call may take; then the kernel ends the server, whatever it does. */
enum { LONGEST_COMMAND_S = 3 };
/* No reply holds more. */
enum { MOST_ASKED = 1000 * 1000 * 1000 };
/* What scripts may hold at a time; maxmemory does not limit it. */
enum { MOST_LUA_BYTES = 64 * 1024 * 1024 };

static struct {
  long long requests, commands, scripts, lookups, scans, reads, rows, script_rows, bytes_read, mutations, rows_written,
      bytes_written;
} totals;

/* How deep the command that runs is nested: 0 where none runs, or one that is not counted. */
static int depth;
static long long emitted;

static const struct proofrun_row *row_of(const struct redisCommand *cmd) {
  static const struct proofrun_row by_key_read = {.reads = KEYS}, by_key_write = {.writes = KEYS};
  static const struct proofrun_row *known[MOST_COMMANDS];
  const struct proofrun_row **found = &known[cmd->id];
  if (*found) return *found;
  *found = cmd->flags & CMD_WRITE ? &by_key_write : &by_key_read;
  for (int i = 0; i < ROWS; i++)
    if (strcmp(table[i].name, cmd->fullname) == 0) *found = &table[i];
  return *found;
}

static int is_counted(client *c) {
  return c->user && strcmp(c->user->name, "admin") != 0 && !(c->cmd->acl_categories & ACL_CATEGORY_CONNECTION);
}

static long long size_of(client *c, robj *key) {
  robj *value = lookupKeyReadWithFlags(c->db, key, LOOKUP_NOTOUCH | LOOKUP_NOSTATS | LOOKUP_NONOTIFY);
  if (!value) return 0;
  switch (value->type) {
    case OBJ_LIST: return (long long)listTypeLength(value);
    case OBJ_SET: return (long long)setTypeSize(value);
    case OBJ_ZSET: return (long long)zsetLength(value);
    case OBJ_HASH: return (long long)hashTypeLength(value);
    case OBJ_STREAM: return (long long)((stream *)value->ptr)->length;
    default: return 1;
  }
}

static long long string_bytes(client *c, robj *key) {
  robj *value = lookupKeyReadWithFlags(c->db, key, LOOKUP_NOTOUCH | LOOKUP_NOSTATS | LOOKUP_NONOTIFY);
  return value && value->type == OBJ_STRING ? (long long)stringObjectLen(value) : 0;
}

/* The destination of a command that stores its result is overwritten, not read. */
static int is_read(const keyReference *key) { return !(key->flags & CMD_KEY_OW); }

static long long whole(client *c, const getKeysResult *keys) {
  long long sum = 0;
  for (int i = 0; i < keys->numkeys; i++)
    if (is_read(&keys->keys[i])) sum += size_of(c, c->argv[keys->keys[i].pos]);
  return sum;
}

static long long smallest(client *c, const getKeysResult *keys) {
  long long least = -1, read = 0;
  for (int i = 0; i < keys->numkeys; i++) {
    if (!is_read(&keys->keys[i])) continue;
    long long size = size_of(c, c->argv[keys->keys[i].pos]);
    if (least < 0 || size < least) least = size;
    read++;
  }
  return read == 0 ? 0 : least * read;
}

static const char *word(client *c, int at) { return at < c->argc ? c->argv[at]->ptr : ""; }

static long long number(client *c, int at, long long otherwise) {
  long long value;
  return at >= 0 && at < c->argc && getLongLongFromObject(c->argv[at], &value) == C_OK ? value : otherwise;
}

/*
 * What the client says of how much there is to do is nothing until it is held against what there is: the counts are taken before Redis has looked at its
 * arguments, and a number below nothing would take away from them.
 */
static long long within(long long value, long long least, long long most) {
  return value < least ? least : value > most ? most : value;
}

/* The argument after the last such word, as Redis has it where an option is given twice, from the third on; -1 where the word is not there. */
static int after_word(client *c, const char *wanted) {
  for (int i = c->argc - 2; i >= 2; i--)
    if (strcasecmp(word(c, i), wanted) == 0) return i + 1;
  return -1;
}

/* SCAN and its kin: COUNT elements a step, but all at once of what is packed into one piece. The options come in pairs, and the last COUNT holds. */
static long long step(client *c, const getKeysResult *keys) {
  int of_key = keys->numkeys > 0;
  robj *value = of_key ? lookupKeyReadWithFlags(c->db, c->argv[keys->keys[0].pos], LOOKUP_NOTOUCH | LOOKUP_NOSTATS | LOOKUP_NONOTIFY) : NULL;
  long long size = of_key ? size_of(c, c->argv[keys->keys[0].pos]) : (long long)dictSize(c->db->dict);
  if (value && value->encoding != OBJ_ENCODING_HT && value->encoding != OBJ_ENCODING_SKIPLIST) return size;
  long long count = SCAN_STEP;
  for (int i = of_key ? 3 : 2; i + 1 < c->argc; i += 2)
    if (strcasecmp(word(c, i), "COUNT") == 0) count = number(c, i + 1, SCAN_STEP);
  return within(count, 1, size);
}

static long long named(client *c, const struct proofrun_row *row) {
  static const char *const options[] = {"NX", "XX", "GT", "LT", "CH", "INCR"};
  int from = row->from;
  /* Only ZADD and GEOADD, which take pairs and triples of numbers first, have options before their elements. */
  for (int i = 0; row->every > 1 && i < 6 && c->cmd->proc != hsetCommand; i++)
    if (strcasecmp(word(c, from), options[i]) == 0) from++, i = -1;
  long long count = (c->argc - from) / row->every;
  return count > 0 ? count : 1;
}

static long long walked(client *c, const getKeysResult *keys) {
  if (keys->numkeys == 0) return 0;
  robj *value = lookupKeyReadWithFlags(c->db, c->argv[keys->keys[0].pos], LOOKUP_NOTOUCH | LOOKUP_NOSTATS | LOOKUP_NONOTIFY);
  if (!value || value->type != OBJ_LIST || value->encoding != OBJ_ENCODING_QUICKLIST) return 1;
  quicklist *list = value->ptr;
  long long index = number(c, 2, 0), count = (long long)list->count;
  if (index < 0) index += count;
  long long distance = index < count - index ? index : count - index;
  return 1 + (distance > 0 && count > 0 ? distance * (long long)list->len / count : 0);
}

static long long sorted(client *c, const getKeysResult *keys) {
  long long passes = 1;
  for (int i = 2; i + 1 < c->argc; i++)
    if (strcasecmp(word(c, i), "BY") == 0 || strcasecmp(word(c, i), "GET") == 0) passes++, i++;
  return passes * (keys->numkeys > 0 ? size_of(c, c->argv[keys->keys[0].pos]) : 0);
}

static long long asked(client *c, const getKeysResult *keys) {
  long long count = number(c, 2, 1), size = keys->numkeys > 0 ? size_of(c, c->argv[keys->keys[0].pos]) : 0;
  /* Below nothing: so many, the same ones more than once. */
  return count >= 0 ? within(count, 0, size) : size == 0 ? 0 : -within(count, -MOST_ASKED, 0);
}

/* What is known before the command runs. */
static long long beforehand(client *c, const struct proofrun_call *call, enum how how) {
  switch (how) {
    case KEYS: return call->keys.numkeys;
    case NAMED: return named(c, call->row);
    case ASKED: return asked(c, &call->keys);
    case STEP: return step(c, &call->keys);
    case WALKED: return walked(c, &call->keys);
    case WHOLE: return whole(c, &call->keys);
    case SMALLEST: return smallest(c, &call->keys);
    case SORTED: return sorted(c, &call->keys);
    case DATABASE: return (long long)dictSize(c->db->dict);
    case EMITTED: {
      int limit = after_word(c, "LIMIT");
      if (limit < 0) return 0;
      long long skipped = number(c, limit, 0), size = whole(c, &call->keys);
      /* Redis skips without end where it is told to skip less than nothing. */
      return skipped < 0 ? size : within(skipped, 0, size);
    }
    default: return 0;
  }
}

static int needs_size(enum how how) { return how == CHANGED || how == ADDED || how == RESULT; }

static long long magnitude(long long value) { return value < 0 ? -value : value; }

/* What a script is handed is turned into values of Lua one by one, which costs more than all else about it. */
static void count_rows(client *c, long long count) {
  totals.rows += count;
  if (c->flags & CLIENT_SCRIPT) totals.script_rows += count;
}

void proofrun_before(struct proofrun_call *call, client *c) {
  call->row = NULL;
  if (depth == 0 && !is_counted(c)) return;
  depth++;
  call->timed = depth == 1 && !(c->cmd->flags & CMD_FAST);
  if (call->timed) {
    /* Redis ignores this signal unless its own watchdog is on. */
    signal(SIGALRM, SIG_DFL);
    alarm(LONGEST_COMMAND_S);
  }
  const struct proofrun_row *row = call->row = row_of(c->cmd);
  totals.commands++;
  /* A command of a transaction was sent by the client as well; one of a script was not. */
  if (!(c->flags & CLIENT_SCRIPT)) totals.requests++;
  if (c->cmd->proc == evalCommand || c->cmd->proc == evalShaCommand || c->cmd->proc == evalRoCommand ||
      c->cmd->proc == evalShaRoCommand)
    totals.scripts++;
  if (c->cmd->proc == keysCommand || c->cmd->proc == scanCommand) totals.scans++;
  call->keys = (getKeysResult)GETKEYS_RESULT_INIT;
  getKeysFromCommand(c->cmd, c->argv, c->argc, &call->keys);
  if (row->reads != NONE || row->writes != NONE) totals.lookups += call->keys.numkeys;
  if (c->cmd->flags & CMD_READONLY && (call->keys.numkeys > 0 || row->reads != NONE)) totals.reads++;
  call->emitted = emitted;
  count_rows(c, beforehand(c, call, row->reads));
  totals.rows_written += beforehand(c, call, row->writes);
  if (c->cmd->flags & CMD_WRITE) {
    totals.mutations++;
    for (int i = 1; i < c->argc; i++) totals.bytes_written += (long long)stringObjectLen(c->argv[i]);
  }
  for (int i = 0; row->bytes == READS_STRINGS && i < call->keys.numkeys; i++)
    totals.bytes_read += string_bytes(c, c->argv[call->keys.keys[i].pos]);
  call->first = NULL;
  if (call->keys.numkeys == 0 || !(needs_size(row->writes) || row->bytes == GROWS)) return;
  /* Commands may replace their arguments while they run. A result is stored under the first key, or under the last of COPY. */
  int at = row->writes == RESULT && c->cmd->proc == copyCommand ? call->keys.numkeys - 1 : 0;
  call->first = c->argv[call->keys.keys[at].pos];
  incrRefCount(call->first);
  call->size = row->bytes == GROWS ? string_bytes(c, call->first) : size_of(c, call->first);
}

void proofrun_after(struct proofrun_call *call, client *c) {
  const struct proofrun_row *row = call->row;
  if (!row) return;
  depth--;
  if (call->timed) alarm(0);
  if (row->reads == EMITTED) count_rows(c, emitted - call->emitted);
  if (call->first) {
    long long size = row->bytes == GROWS ? string_bytes(c, call->first) : size_of(c, call->first);
    if (row->bytes == GROWS && size > call->size) totals.bytes_written += size - call->size;
    if (row->writes == CHANGED) totals.rows_written += magnitude(size - call->size);
    if (row->writes == ADDED) totals.rows_written += 1 + magnitude(call->size + 1 - size);
    if (row->writes == RESULT) totals.rows_written += size;
    decrRefCount(call->first);
  }
  getKeysFreeResult(&call->keys);
}

void proofrun_elements(long long count) {
  if (depth > 0) emitted += count;
}

void proofrun_replied(size_t bytes) {
  if (depth > 0) totals.bytes_read += (long long)bytes;
}

/* The C library's own allocator, as Lua has it without us: what scripts hold is no data and does not count as such. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
void *proofrun_lua_memory(void *unused, void *block, size_t old_size, size_t new_size) {
  static size_t held;
  UNUSED(unused);
  if (new_size == 0) {
    free(block);
    held -= old_size;
    return NULL;
  }
  if (new_size > old_size && held + new_size - old_size > MOST_LUA_BYTES) return NULL;
  void *moved = realloc(block, new_size);
  if (moved) held += new_size - old_size;
  return moved;
}

void proofrun_report(client *c) {
  sds json = sdscatprintf(sdsempty(),
      "{\"requests\":%lld,\"commands\":%lld,\"scripts\":%lld,\"lookups\":%lld,\"scans\":%lld,\"reads\":%lld,\"rows\":%lld,"
      "\"scriptRows\":%lld,\"bytesRead\":%lld,\"mutations\":%lld,\"rowsWritten\":%lld,\"bytesWritten\":%lld}",
      totals.requests, totals.commands, totals.scripts, totals.lookups, totals.scans, totals.reads, totals.rows,
      totals.script_rows, totals.bytes_read, totals.mutations, totals.rows_written, totals.bytes_written);
  addReplyBulkSds(c, json);
}
