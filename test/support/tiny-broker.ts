/**
 * A broker whose engine is made up and takes milliseconds, for tests that need volume: `node tiny-broker.ts SOCKET [MILLISECONDS]`. What it answers
 * depends on the submission's code alone: "refuse me" is rejected, "break once" fails on our side the first time, the rest is measured.
 */
import { writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import type { Job } from "../../sandboxes/driver/protocol.ts"
import type { Outcome } from "../../sandboxes/evidence.ts"
import { PodFault } from "../../sandboxes/faults.ts"
import { type Machine, serveBroker } from "../../server/broker/serve-broker.ts"
import { evidenceOf } from "../graders/made-up.ts"

export function tinyMachine(milliseconds: number): Machine {
  const broken = new Set<string>()
  return {
    images: async () => "tiny",
    async run(job, { onProgress, signal }) {
      const code = Object.values(job.submission.files).join("\n")
      for (const phase of ["compile", "load", "work"]) {
        onProgress(phase, 0, "")
        await sleep(milliseconds / 3, undefined, { signal })
        onProgress(phase, 1, `${phase} done`)
      }
      if (code.includes("break once") && !broken.has(code)) {
        broken.add(code)
        throw new PodFault("The tiny engine broke, as it was told to.")
      }
      return outcomeOf(job, code)
    },
  }
}

function outcomeOf({ submission, quick }: Job, code: string): Outcome {
  if (code.includes("refuse me"))
    return {
      kind: "rejected",
      rejected: { stage: "compile", message: "access.ts asked to be refused.", file: "access.ts", line: 1 },
      warnings: [],
      provenance: null,
    }
  const evidence = evidenceOf(code.includes("weak") ? "weak" : "strong")
  return { kind: "measured", evidence: { ...evidence, quick, submission, engine: submission.engine } }
}

if (import.meta.main) {
  const [socket, milliseconds = "20"] = process.argv.slice(2)
  const broker = await serveBroker(socket!, tinyMachine(Number(milliseconds)), () => {})
  writeFileSync(1, "ready\n")
  process.once("SIGTERM", () => void broker.close().then(() => process.exit(0)))
}
