import type { Access, Engines, Post } from "proofrun/fan-out-feed"

/** Everything of the moment of `before`, and the page behind it, from every followed author. */
const GATHER = `
local found = {}
for _, author in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local key = 'posts:' .. author
  local parts = {}
  if ARGV[2] == '' then
    parts[1] = redis.call('ZREVRANGE', key, 0, ARGV[1] - 1, 'WITHSCORES')
  else
    parts[1] = redis.call('ZREVRANGEBYSCORE', key, ARGV[2], ARGV[2], 'WITHSCORES')
    parts[2] = redis.call('ZREVRANGEBYSCORE', key, '(' .. ARGV[2], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[1])
  end
  for _, part in ipairs(parts) do
    for i = 1, #part, 2 do
      local at, id = tonumber(part[i + 1]), string.sub(part[i], 1, 32)
      if ARGV[2] == '' or at < tonumber(ARGV[2]) or id < ARGV[3] then
        found[#found + 1] = {at, id, part[i], part[i + 1], author}
      end
    end
  end
end
table.sort(found, function(a, b) if a[1] ~= b[1] then return a[1] > b[1] end return a[2] > b[2] end)
local page = {}
for i = 1, math.min(#found, tonumber(ARGV[1])) do
  page[i] = {found[i][3], found[i][4], found[i][5]}
end
return page`

export default async function connect({ redis }: Engines): Promise<Access> {
  const script = String(await redis.script("LOAD", GATHER))
  return {
    async follow(follower, author) {
      await redis.sadd(`following:${follower}`, author)
    },

    async unfollow(follower, author) {
      await redis.srem(`following:${follower}`, author)
    },

    async post({ author, postId, at, text }) {
      await redis
        .pipeline()
        .zadd(`posts:${author}`, at, `${postId}${text}`)
        .zremrangebyrank(`posts:${author}`, 0, -251)
        .exec()
    },

    async feed(user, limit, before) {
      const args = [limit, before?.at ?? "", before?.postId ?? ""]
      const page = (await redis.evalsha(script, 1, `following:${user}`, ...args)) as [string, string, string][]
      return page.map(
        ([member, at, author]): Post => ({
          author,
          postId: member.slice(0, 32),
          at: Number(at),
          text: member.slice(32),
        }),
      )
    },
  }
}
