/**
 * A broker whose engine is made up and takes milliseconds, for tests that need volume: `node tiny-broker.ts SOCKET [MILLISECONDS]`. What it answers
 * depends on the submission's code alone: "refuse me" is rejected, "break once" fails on our side the first time, the rest gets the evidence of a real
 * run on Cassandra (test/fixtures), that of the weak reference where it says "weak", else that of the strong one.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { readQuestion } from "../../prompts/load-question.ts"
import type { Job } from "../../sandboxes/driver/protocol.ts"
import { type Evidence, EvidenceSchema, type Outcome } from "../../sandboxes/evidence.ts"
import { PodFault } from "../../sandboxes/faults.ts"
import { type Machine, serveBroker } from "../../server/broker/serve-broker.ts"

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

async function outcomeOf({ submission, quick }: Job, code: string): Promise<Outcome> {
  if (code.includes("refuse me"))
    return {
      kind: "rejected",
      rejected: { stage: "compile", message: "access.ts asked to be refused.", file: "access.ts", line: 1 },
      warnings: [],
      provenance: null,
    }
  const evidence = realEvidence(code.includes("weak") ? "weak" : "strong")
  const { workloadHash } = await readQuestion(submission.question)
  const provenance = { ...evidence.provenance, workloadHash }
  return { kind: "measured", evidence: { ...evidence, provenance, quick, submission, engine: submission.engine } }
}

const read = new Map<string, Evidence>()

function realEvidence(of: "strong" | "weak"): Evidence {
  const file = new URL(`../fixtures/evidence/${of}.json`, import.meta.url)
  const known = read.get(of) ?? EvidenceSchema.parse(JSON.parse(readFileSync(file, "utf8")))
  read.set(of, known)
  return known
}

if (import.meta.main) {
  const [socket, milliseconds = "20"] = process.argv.slice(2)
  const broker = await serveBroker(socket!, tinyMachine(Number(milliseconds)), () => {})
  writeFileSync(1, "ready\n")
  process.once("SIGTERM", () => void broker.close().then(() => process.exit(0)))
}
