/* What the patched places of Redis call; see proofrun.c. Included by server.h, after all of its own types. */
#ifndef PROOFRUN_H
#define PROOFRUN_H

/* One command while it runs: what must be known before it to say afterwards what it did. Lives on the stack of call(). */
struct proofrun_call {
  const struct proofrun_row *row;
  getKeysResult keys;
  robj *first;
  long long size, emitted;
  int timed;
};

/* Around each command, in call(): those in scripts and transactions come here as well. */
void proofrun_before(struct proofrun_call *call, client *c);
void proofrun_after(struct proofrun_call *call, client *c);
/* So many elements were looked at or handed out by the command that runs. */
void proofrun_elements(long long count);
/* So many bytes went to a client, or to the script that asked. */
void proofrun_replied(size_t bytes);
/* Lua's allocator: NULL where scripts would hold too much, which Lua turns into an error. */
void *proofrun_lua_memory(void *unused, void *block, size_t old_size, size_t new_size);
/* The answer to DEBUG PROOFRUN: the totals as JSON. */
void proofrun_report(client *c);

#endif
