/**
 * The commands that a run's user may send. What is not here is refused by the server itself: administration, other arms' business, commands that
 * wait (nothing may be outstanding for ever), and FUNCTION, whose code would outlive its caller.
 */

export const ALLOWED = {
  keys: "del unlink exists expire pexpire expireat pexpireat expiretime pexpiretime persist ttl pttl type touch rename renamenx copy keys scan dbsize randomkey sort sort_ro object|encoding object|idletime",
  strings:
    "get set setnx setex psetex getset getdel getex mget mset msetnx append strlen getrange substr setrange incr incrby incrbyfloat decr decrby lcs",
  bits: "getbit setbit bitcount bitpos bitop bitfield bitfield_ro pfadd pfcount pfmerge",
  hashes:
    "hget hset hsetnx hmget hmset hgetall hkeys hvals hlen hstrlen hexists hdel hincrby hincrbyfloat hrandfield hscan",
  lists: "lpush rpush lpushx rpushx lpop rpop lmpop llen lrange lindex lset linsert lrem ltrim lpos lmove rpoplpush",
  sets: "sadd srem sismember smismember smembers scard spop srandmember smove sscan sinter sintercard sinterstore sunion sunionstore sdiff sdiffstore",
  sortedSets:
    "zadd zrem zincrby zscore zmscore zcard zcount zlexcount zrank zrevrank zrange zrangestore zrevrange zrangebyscore zrevrangebyscore zrangebylex zrevrangebylex zremrangebyrank zremrangebyscore zremrangebylex zpopmin zpopmax zmpop zrandmember zscan zinter zintercard zinterstore zunion zunionstore zdiff zdiffstore",
  geo: "geoadd geopos geohash geodist geosearch geosearchstore",
  streams:
    "xadd xlen xrange xrevrange xread xdel xtrim xsetid xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy xgroup|setid xreadgroup xack xpending xclaim xautoclaim xinfo|stream xinfo|groups xinfo|consumers",
  scripts: "eval evalsha eval_ro evalsha_ro script|load script|exists",
  transactions: "multi exec discard watch unwatch",
  messages: "publish subscribe unsubscribe psubscribe punsubscribe",
  connection: "ping echo select time client|id client|getname client|setname",
} as const

export const allowedCommands = (): string[] => Object.values(ALLOWED).flatMap((names) => names.split(" "))

/** The rules of ACL SETUSER for a run's user. */
export const rulesOf = (password: string): string[] => [
  ...["reset", "on", `>${password}`, "~*", "&*", "-@all"],
  ...allowedCommands().map((name) => `+${name}`),
]
