/**
 * Brings the reference arms to the state that the candidate's arm is in: schema, data by a bulk path of ours, host processes. Nothing of a
 * reference exists in the engine before the candidate's lone passes are over: a run role may read every table definition.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Workload } from "../../prompts/workload.ts"
import type { Engine } from "../engines/engine.ts"
import type { Arm, ArmHost } from "./arm.ts"
import type { Arm as ArmName } from "./protocol.ts"

export interface Reference {
  name: string
  schema: string | undefined
  bundle: string
  /** Its access module, imported by the driver: our own code, used by the bulk path only. */
  modulePath: string
}

const BULK_CONCURRENCY = 512

export async function readReference(
  folder: string,
  compile: (files: Record<string, string>) => Promise<string>,
): Promise<Reference> {
  const modulePath = join(folder, "access.ts")
  const schema = await readFile(join(folder, "schema.cql"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined
    throw error
  })
  return {
    name: folder.split("/").at(-1) ?? folder,
    schema,
    modulePath,
    bundle: await compile({ "access.ts": await readFile(modulePath, "utf8") }),
  }
}

/** A reference's failure is ours: it is thrown. */
export async function openReferenceArm(options: {
  name: ArmName
  reference: Reference
  engine: Engine
  hosts: readonly [ArmHost, ArmHost]
  workload: Workload
}): Promise<Arm> {
  const { name, reference, engine, hosts, workload } = options
  const space = await engine.createSpace(name)
  const outcome = await space.applySchema(reference.schema)
  if (!outcome.ok)
    throw new Error(`the schema of the reference "${reference.name}" was refused: ${outcome.rejected.message}`)
  // A reference does all of a call's work before it answers: the strong one and the anchor are chosen so.
  const runsOn = { lagMs: 0, pauseMs: 0, begunMs: 0 }
  const arm: Arm = { name, space, hosts, oracle: workload.oracle(), bundle: reference.bundle, runsOn }
  await bulkLoad(arm, reference, workload)
  return arm
}

async function bulkLoad(arm: Arm, reference: Reference, workload: Workload): Promise<void> {
  const module: {
    default: (engines: Record<string, unknown>) => Promise<Record<string, (...args: unknown[]) => Promise<unknown>>>
  } = await import(pathToFileURL(reference.modulePath).href)
  const bulk = await arm.space.bulkClient()
  try {
    const access = await module.default(bulk.engines)
    // Before every other event of the run: 0 stands before the first number that `send` gives out.
    for (const stage of workload.stages) {
      const calls = workload.load(stage.id)
      for (let start = 0; start < calls.length; start += BULK_CONCURRENCY) {
        const slice = calls.slice(start, start + BULK_CONCURRENCY)
        await Promise.all(
          slice.map(async (call) => {
            arm.oracle.sent(call, 0)
            await access[call.operation](...call.args)
            arm.oracle.settled(call, 0, true)
          }),
        )
      }
    }
    await bulk.flush()
  } finally {
    await bulk.close()
  }
}
