/** Images of one Docker Engine: build, import, pull, tag, list, remove. Knows nothing of what is in them. */
import type { Readable } from "node:stream"
import { gone, ignoring } from "./containers.ts"
import type { Client } from "./docker.ts"
import { asFault, DockerFault, within } from "./fault.ts"

export interface ImageStore {
  /** Id, tags and labels; null if there is none of that name. */
  inspect(reference: string): Promise<ImageSummary | null>
  /** Images whose tag matches, e.g. `proofrun/*`. */
  list(reference: string): Promise<ImageSummary[]>
  /** Builds with the classic builder and returns the image's id; throws with the last lines of the log where a step fails. */
  build(context: Readable, options: BuildOptions): Promise<string>
  /** Makes an image of one layer out of a file system in a tar stream. */
  importTar(tar: Readable, tag: string): Promise<void>
  /** Throws where no registry answers within `answerMs`, or it has no such image. */
  pull(reference: string, answerMs: number, onLine: (line: string) => void): Promise<void>
  tag(reference: string, tag: string): Promise<void>
  /** false if a container still uses it; no complaint if it is gone. */
  remove(reference: string): Promise<boolean>
  /** Removes images without a tag that were built, over however many steps, from this one, and before this time. Spares all others. */
  removeUntagged(which: { madeFrom: string; beforeMs: number }): Promise<void>
}

export interface BuildOptions {
  tag: string
  args: Record<string, string>
  labels: Record<string, string>
  /** Network of the build's steps: "host", "none", or undefined for the engine's default bridge. */
  network: string | undefined
  /** The build is given up when no line has come for this long, milliseconds. */
  silenceMs: number
  onLine(line: string): void
  signal?: AbortSignal
}

export interface ImageSummary {
  id: string
  tags: string[]
  createdAtMs: number
}

const LINES_SHOWN = 30

export function imageStoreOf(client: Client): ImageStore {
  const images: ImageStore = {
    async inspect(reference) {
      return gone(async () => {
        const found = await within(20_000, `describing image ${reference}`, () => client.getImage(reference).inspect())
        return { id: found.Id, tags: found.RepoTags ?? [], createdAtMs: Date.parse(found.Created) }
      })
    },
    async list(reference) {
      const filters = { reference: [reference] }
      const found = await within(20_000, "listing images", () => client.listImages({ filters }))
      return found.map((item) => ({ id: item.Id, tags: item.RepoTags ?? [], createdAtMs: item.Created * 1000 }))
    },
    async build(context, { tag, args, labels, network, silenceMs, onLine, signal }) {
      const doing = `building image ${tag}`
      const options = {
        t: tag,
        buildargs: args,
        labels,
        // Steps' containers go in any case, also those of a build that is broken off.
        rm: true,
        forcerm: true,
        version: "1" as const,
        ...(network && { networkmode: network }),
      }
      const stream = await within(120_000, doing, () => client.buildImage(context as NodeJS.ReadableStream, options))
      await follow(stream as Readable, { doing, silenceMs, onLine, ...(signal && { signal }) })
      const built = await images.inspect(tag)
      if (!built) throw new DockerFault(`The Docker Engine ended the build of ${tag} without an image; run it again.`)
      return built.id
    },
    async importTar(tar, tag) {
      const [repo, name] = tag.split(":")
      const doing = `importing image ${tag}`
      const stream = await within(600_000, doing, () =>
        client.importImage(tar as NodeJS.ReadableStream, { repo, tag: name }),
      )
      await follow(stream as Readable, { doing, silenceMs: 120_000, onLine: () => {} })
    },
    async pull(reference, answerMs, onLine) {
      const doing = `pulling image ${reference}`
      const stream = await within(answerMs, doing, (abortSignal) => client.pull(reference, { abortSignal }))
      await follow(stream as Readable, { doing, silenceMs: 60_000, onLine })
    },
    async tag(reference, tag) {
      const [repo, name] = tag.split(":")
      await within(20_000, `tagging image ${reference}`, () => client.getImage(reference).tag({ repo, tag: name }))
    },
    async remove(reference) {
      await ignoring([404, 409], () =>
        within(120_000, `removing image ${reference}`, () => client.getImage(reference).remove()),
      )
      return (await images.inspect(reference)) === null
    },
    async removeUntagged({ madeFrom, beforeMs }) {
      const all = await within(30_000, "listing images", () => client.listImages({ all: true }))
      const parents = new Map(all.map((item) => [item.Id, item.ParentId]))
      const descends = (id: string | undefined): boolean => !!id && (id === madeFrom || descends(parents.get(id)))
      const steps = new Set(parents.values())
      for (const { Id, RepoTags, Created } of all) {
        const tagged = RepoTags?.some((tag) => tag !== "<none>:<none>")
        // A step in the middle goes with the last one that is built on it.
        if (!tagged && !steps.has(Id) && Created * 1000 < beforeMs && descends(Id)) await images.remove(Id)
      }
    },
  }
  return images
}

/** Reads the engine's JSON lines to their end. A line with `error` ends it with the last lines of what came before. */
async function follow(
  stream: Readable,
  {
    doing,
    silenceMs,
    onLine,
    signal,
  }: { doing: string; silenceMs: number; onLine(line: string): void; signal?: AbortSignal },
): Promise<void> {
  const shown: string[] = []
  let silence: NodeJS.Timeout | undefined
  const listen = () => {
    clearTimeout(silence)
    silence = setTimeout(
      () => stream.destroy(new DockerFault(`The Docker Engine said nothing for ${silenceMs / 1000} s while ${doing}.`)),
      silenceMs,
    )
  }
  const abort = () => stream.destroy(signal?.reason)
  signal?.addEventListener("abort", abort)
  if (signal?.aborted) abort()
  try {
    listen()
    for await (const { stream: text, status, error } of jsonLines(stream)) {
      listen()
      if (error)
        throw new DockerFault(
          `The Docker Engine failed while ${doing}: ${error}${shown.map((line) => `\n  | ${line}`).join("")}`,
        )
      for (const line of (text ?? status ?? "").split(/[\r\n]+/).filter((line) => line.trim())) {
        onLine(line)
        shown.push(line)
        if (shown.length > LINES_SHOWN) shown.shift()
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw asFault(error, doing)
  } finally {
    clearTimeout(silence)
    signal?.removeEventListener("abort", abort)
  }
}

interface EngineLine {
  stream?: string
  status?: string
  error?: string
}

async function* jsonLines(stream: Readable): AsyncGenerator<EngineLine> {
  let rest = ""
  stream.setEncoding("utf8")
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as EngineLine
  }
  if (rest.trim()) yield JSON.parse(rest) as EngineLine
}
