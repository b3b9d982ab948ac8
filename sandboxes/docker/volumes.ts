/** Volumes of one Docker Engine. */
import { gone, ignoring } from "./containers.ts"
import type { Client } from "./docker.ts"
import { within } from "./fault.ts"

export interface Volumes {
  /** A volume that lives in memory; `options` as in mount(8), e.g. `size=64k,mode=0755`. It is empty again whenever nothing has it mounted. */
  createTmpfs(name: string, options: string, labels: Record<string, string>): Promise<void>
  /** No complaint if it is gone; false if a container still uses it. */
  remove(name: string): Promise<boolean>
  list(labels: Record<string, string>): Promise<VolumeSummary[]>
  inspect(name: string): Promise<VolumeSummary | null>
}

export interface VolumeSummary {
  name: string
  labels: Record<string, string>
}

export function volumesOf(client: Client): Volumes {
  const volumes: Volumes = {
    async createTmpfs(name, options, labels) {
      const spec = {
        Name: name,
        Driver: "local",
        DriverOpts: { type: "tmpfs", device: "tmpfs", o: options },
        Labels: labels,
      }
      await within(20_000, `making volume ${name}`, () => client.createVolume(spec))
    },
    async remove(name) {
      await ignoring([404, 409], () => within(20_000, `removing volume ${name}`, () => client.getVolume(name).remove()))
      return (await volumes.inspect(name)) === null
    },
    async list(labels) {
      const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
      const found = await within(20_000, "listing volumes", () => client.listVolumes({ filters: { label } }))
      return (found.Volumes ?? []).map((item) => ({ name: item.Name, labels: item.Labels ?? {} }))
    },
    async inspect(name) {
      return gone(async () => {
        const found = await within(20_000, `describing volume ${name}`, () => client.getVolume(name).inspect())
        return { name: found.Name, labels: found.Labels ?? {} }
      })
    },
  }
  return volumes
}
