/* What each command goes through and writes, one row for each that differs from the plain rule. Included by proofrun.c alone. */
#ifndef PROOFRUN_TABLE_H
#define PROOFRUN_TABLE_H

/* How many elements a command goes through or writes. Without a row in the table: one for each key that it names. */
enum how {
  NONE,
  KEYS,     /* One for each key. */
  NAMED,    /* Those that the arguments name, from argument `from` on, every `every` of them. */
  ASKED,    /* As many as argument 2 asks for, at most all. */
  STEP,     /* As many as COUNT says, 10 where it says nothing. */
  EMITTED,  /* Those that the range gave, and those that LIMIT skipped. */
  WALKED,   /* Nodes of the list from its nearer end to the index in argument 2. */
  WHOLE,    /* All of all keys that are read. */
  SMALLEST, /* All of the smallest key, looked for in each of the others. */
  SORTED,   /* All, and once more for each BY and GET. */
  DATABASE, /* One for each key of the database. */
  CHANGED,  /* As many as the key has more or fewer than before. */
  ADDED,    /* One, and those that were trimmed for it. */
  RESULT    /* All that the destination has afterwards. */
};
/* Strings whose bytes are read though they are not sent, and strings that grow by more than was sent. */
enum bytes { AS_SENT, READS_STRINGS, GROWS };

struct proofrun_row {
  const char *name;
  enum how reads, writes;
  int from, every;
  enum bytes bytes;
};

static const struct proofrun_row table[] = {
    {.name = "hmget", .reads = NAMED, .from = 2, .every = 1},
    {.name = "hgetall", .reads = WHOLE},
    {.name = "hkeys", .reads = WHOLE},
    {.name = "hvals", .reads = WHOLE},
    {.name = "hrandfield", .reads = ASKED},
    {.name = "hscan", .reads = STEP},
    {.name = "hset", .writes = NAMED, .from = 2, .every = 2},
    {.name = "hmset", .writes = NAMED, .from = 2, .every = 2},
    {.name = "hdel", .writes = NAMED, .from = 2, .every = 1},

    {.name = "lpush", .writes = NAMED, .from = 2, .every = 1},
    {.name = "rpush", .writes = NAMED, .from = 2, .every = 1},
    {.name = "lpushx", .writes = NAMED, .from = 2, .every = 1},
    {.name = "rpushx", .writes = NAMED, .from = 2, .every = 1},
    {.name = "lpop", .writes = CHANGED},
    {.name = "rpop", .writes = CHANGED},
    {.name = "lmpop", .writes = CHANGED},
    {.name = "lrange", .reads = EMITTED},
    {.name = "lindex", .reads = WALKED},
    {.name = "lset", .reads = WALKED, .writes = KEYS},
    {.name = "linsert", .reads = WHOLE, .writes = KEYS},
    {.name = "lrem", .reads = WHOLE, .writes = CHANGED},
    {.name = "ltrim", .writes = CHANGED},
    {.name = "lpos", .reads = WHOLE},

    {.name = "sadd", .writes = NAMED, .from = 2, .every = 1},
    {.name = "srem", .writes = NAMED, .from = 2, .every = 1},
    {.name = "smismember", .reads = NAMED, .from = 2, .every = 1},
    {.name = "smembers", .reads = WHOLE},
    {.name = "spop", .writes = CHANGED},
    {.name = "srandmember", .reads = ASKED},
    {.name = "sscan", .reads = STEP},
    {.name = "sinter", .reads = SMALLEST},
    {.name = "sintercard", .reads = SMALLEST},
    {.name = "sunion", .reads = WHOLE},
    {.name = "sdiff", .reads = WHOLE},
    {.name = "sinterstore", .reads = SMALLEST, .writes = RESULT},
    {.name = "sunionstore", .reads = WHOLE, .writes = RESULT},
    {.name = "sdiffstore", .reads = WHOLE, .writes = RESULT},

    {.name = "zadd", .writes = NAMED, .from = 2, .every = 2},
    {.name = "zrem", .writes = NAMED, .from = 2, .every = 1},
    {.name = "zmscore", .reads = NAMED, .from = 2, .every = 1},
    {.name = "zrange", .reads = EMITTED},
    {.name = "zrevrange", .reads = EMITTED},
    {.name = "zrangebyscore", .reads = EMITTED},
    {.name = "zrevrangebyscore", .reads = EMITTED},
    {.name = "zrangebylex", .reads = EMITTED},
    {.name = "zrevrangebylex", .reads = EMITTED},
    {.name = "zrangestore", .reads = EMITTED, .writes = RESULT},
    {.name = "zpopmin", .writes = CHANGED},
    {.name = "zpopmax", .writes = CHANGED},
    {.name = "zmpop", .writes = CHANGED},
    {.name = "zremrangebyrank", .writes = CHANGED},
    {.name = "zremrangebyscore", .writes = CHANGED},
    {.name = "zremrangebylex", .writes = CHANGED},
    {.name = "zrandmember", .reads = ASKED},
    {.name = "zscan", .reads = STEP},
    {.name = "zinter", .reads = SMALLEST},
    {.name = "zintercard", .reads = SMALLEST},
    {.name = "zunion", .reads = WHOLE},
    {.name = "zdiff", .reads = WHOLE},
    {.name = "zinterstore", .reads = SMALLEST, .writes = RESULT},
    {.name = "zunionstore", .reads = WHOLE, .writes = RESULT},
    {.name = "zdiffstore", .reads = WHOLE, .writes = RESULT},

    {.name = "geoadd", .writes = NAMED, .from = 2, .every = 3},
    {.name = "geopos", .reads = NAMED, .from = 2, .every = 1},
    {.name = "geohash", .reads = NAMED, .from = 2, .every = 1},
    {.name = "geosearch", .reads = EMITTED},
    {.name = "geosearchstore", .reads = EMITTED, .writes = RESULT},

    {.name = "xadd", .writes = ADDED},
    {.name = "xdel", .writes = NAMED, .from = 2, .every = 1},
    {.name = "xtrim", .writes = CHANGED},
    {.name = "xrange", .reads = EMITTED},
    {.name = "xrevrange", .reads = EMITTED},
    {.name = "xread", .reads = EMITTED},
    {.name = "xreadgroup", .reads = EMITTED, .writes = KEYS},
    {.name = "xack", .writes = NAMED, .from = 3, .every = 1},
    {.name = "xclaim", .reads = EMITTED, .writes = NAMED, .from = 5, .every = 1},
    {.name = "xautoclaim", .reads = EMITTED, .writes = KEYS},

    {.name = "bitcount", .reads = KEYS, .bytes = READS_STRINGS},
    {.name = "bitpos", .reads = KEYS, .bytes = READS_STRINGS},
    {.name = "bitop", .reads = KEYS, .writes = KEYS, .bytes = READS_STRINGS},
    {.name = "lcs", .reads = KEYS, .bytes = READS_STRINGS},
    {.name = "pfadd", .writes = NAMED, .from = 2, .every = 1},
    {.name = "pfcount", .reads = KEYS, .bytes = READS_STRINGS},
    {.name = "pfmerge", .reads = KEYS, .writes = KEYS, .bytes = READS_STRINGS},
    {.name = "setrange", .writes = KEYS, .bytes = GROWS},
    {.name = "setbit", .writes = KEYS, .bytes = GROWS},
    {.name = "bitfield", .writes = KEYS, .bytes = GROWS},

    {.name = "del", .writes = WHOLE},
    {.name = "copy", .reads = WHOLE, .writes = RESULT},
    {.name = "keys", .reads = DATABASE},
    {.name = "scan", .reads = STEP},
    {.name = "dbsize"},
    {.name = "randomkey", .reads = DATABASE},
    {.name = "sort", .reads = SORTED},
    {.name = "sort_ro", .reads = SORTED},

    /* Their commands are counted one by one. */
    {.name = "eval"}, {.name = "evalsha"}, {.name = "eval_ro"}, {.name = "evalsha_ro"}, {.name = "script|load"},
    {.name = "script|exists"}, {.name = "multi"}, {.name = "exec"}, {.name = "discard"}, {.name = "unwatch"},
    {.name = "publish"}, {.name = "subscribe"}, {.name = "unsubscribe"}, {.name = "psubscribe"},
    {.name = "punsubscribe"}, {.name = "time"},
};

#endif
