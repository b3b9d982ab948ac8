/** Types of `client.mjs`. */
import type { Client } from "cassandra-driver"

export function connect(
  settings: Record<string, string | number>,
  address: { host: string; port: number },
): Promise<{ name: string; client: Client }>
