/** How long the images take from nothing but the base: all are built upon a base that the builder has never seen, so its cache cannot help. */
import { pack } from "tar-stream"
import { ensureImages } from "../../sandboxes/docker/images.ts"
import { OURS } from "../../sandboxes/docker/labels.ts"
import { readRecipes, select } from "../../sandboxes/docker/recipes.ts"
import { findEngine, imageOptions } from "../../server/machine.ts"
import { publish, round } from "./results.ts"

const options = imageOptions(await findEngine({ onProgress: console.log }))
const { docker } = options
const { base } = await ensureImages({ ...options, names: [] })
const fresh = `proofrun/bench-base:${Date.now()}`
const context = pack()
context.entry({ name: "Dockerfile" }, `FROM ${base!.tag}\nLABEL bench="${fresh}"\n`)
context.finalize()
await docker.images.build(context, {
  tag: fresh,
  args: {},
  labels: OURS,
  network: "none",
  silenceMs: 60_000,
  onLine: () => {},
})
const rows: { image: string; seconds: number }[] = []
const built: string[] = []
for (const { name } of select(readRecipes(), undefined)) {
  const started = performance.now()
  const images = await ensureImages({ ...options, names: [name], base: fresh })
  built.push(images[name]!.tag)
  rows.push({ image: name, seconds: round((performance.now() - started) / 1000, 1) })
}
for (const tag of [...built, fresh]) await docker.images.remove(tag)
publish("bake", { rows, total: rows.reduce((sum, { seconds }) => sum + seconds, 0) }, rows)
process.exit(0)
