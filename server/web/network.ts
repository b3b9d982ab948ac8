/** Whom an address stands for when calls are counted. */
import { isIPv6 } from "node:net"

/** An IPv4 address as it is; of an IPv6 address the first 64 bits: the rest is one household's to choose from. */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return "unknown"
  const plain = address.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "")
  if (!isIPv6(plain)) return plain
  const [front = "", back] = plain.split("::")
  const groups = front === "" ? [] : front.split(":")
  // Where nothing was left out, `back` is undefined and the groups are eight.
  const behind = back === undefined || back === "" ? 0 : back.split(":").length
  const left_out = back === undefined ? 0 : 8 - groups.length - behind
  const all = [...groups, ...Array<string>(left_out).fill("0"), ...(back?.split(":") ?? [])]
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`
}
