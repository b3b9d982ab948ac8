/** Types of `client.mjs`. */
import type { Redis } from "ioredis"

export function connect(
  settings: Record<string, string | number>,
  address: { host: string; port: number },
): Promise<{ name: string; client: Redis }>
