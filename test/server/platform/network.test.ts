import { expect, it } from "vitest"
import { networkOf } from "../../../server/web/network.ts"

it("counts an IPv4 address as itself, also where it is written as IPv6", () => {
  expect(networkOf("203.0.113.7")).toBe("203.0.113.7")
  expect(networkOf("::ffff:203.0.113.7")).toBe("203.0.113.7")
})

it("counts the IPv6 addresses of one network as one, however they are written", () => {
  const ours = ["2001:db8:1:2:a:b:c:d", "2001:db8:1:2::1", "2001:0DB8:0001:0002::", "2001:db8:1:2:ffff::9%eth0"]
  for (const address of ours) expect(networkOf(address), address).toBe("2001:db8:1:2::/64")
  expect(networkOf("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64")
  expect(networkOf("::1")).toBe("0:0:0:0::/64")
  expect(networkOf("2001:db8::1:2:3:4:5")).toBe("2001:db8:0:1::/64")
})

it("counts who has no address any more, the connection being gone, together", () => {
  expect(networkOf(undefined)).toBe("unknown")
})
