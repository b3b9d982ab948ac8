/**
 * The program of a host that compiles: one frame with a submission's files in, one with the bundle or the refusal out. It executes none of the
 * submission; its container is given up to a fresh process afterwards all the same.
 */
import { bundle } from "./bundle.mjs"
import { openChannel } from "./channel.mjs"
import { checkTypes } from "./check-types.mjs"
import { findEntry } from "./imports.mjs"

const send = openChannel(async ({ type, files, types, imports }) => {
  if (type !== "compile") return
  const { entry, refused: unfit } = findEntry(files)
  if (unfit) return send(JSON.stringify({ type: "refused", stage: "compile", ...unfit }))
  const checking = checkTypes(entry, files, types).catch((error) => [
    { file: entry, line: 1, message: `the type check failed: ${error.message}` },
  ])
  const { bundle: text, refused } = await bundle(entry, files, imports)
  if (refused) return send(JSON.stringify({ type: "refused", stage: "compile", ...refused }))
  send(JSON.stringify({ type: "compiled", bundle: text, warnings: await checking }))
})
