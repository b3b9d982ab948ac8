/** The only reader of the environment. Every setting has a default that suits a laptop. */
import { homedir } from "node:os"
import { join, resolve } from "node:path"
import { z } from "zod"
import { Refusal } from "./refusal.ts"

const text = z
  .string()
  .optional()
  .transform((value) => value?.trim() || undefined)
/** Set to anything but nothing, 0, false or no. */
const flag = text.transform((value) => value !== undefined && !/^(0|false|no)$/i.test(value))

const EnvironmentSchema = z.object({
  DOCKER_HOST: text,
  PROOFRUN_STATE: text,
  PROOFRUN_BASE: text,
  PROOFRUN_FULL: flag,
  NODE_EXTRA_CA_CERTS: text,
  SSL_CERT_FILE: text,
  CI: flag,
  NO_COLOR: flag,
})

export interface Settings {
  /** Docker Engine to use; undefined: look for one. */
  dockerHost: string | undefined
  /** Where everything is kept that outlives a run. */
  stateFolder: string
  /** Debian image to build ours from; undefined: our own choice. */
  base: string | undefined
  /** Whether the tests include the long ones. */
  full: boolean
  /** Files of CA certificates that this machine trusts, the first that exists counts. */
  caBundles: string[]
  ci: boolean
  noColor: boolean
}

let read: Settings | undefined

export function settings(): Settings {
  read ??= readSettings(process.env)
  return read
}

/** Throws a `Refusal` that names the variable that is wrong. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const parsed = EnvironmentSchema.safeParse(environment)
  if (!parsed.success) throw new Refusal(`The environment is not understood: ${z.prettifyError(parsed.error)}`)
  const { data } = parsed
  const asRoot = process.getuid?.() === 0
  const usual = asRoot ? "/var/lib/proofrun" : join(homedir(), ".local/state/proofrun")
  return {
    dockerHost: data.DOCKER_HOST,
    stateFolder: data.PROOFRUN_STATE ? resolve(data.PROOFRUN_STATE) : usual,
    base: data.PROOFRUN_BASE,
    full: data.PROOFRUN_FULL,
    caBundles: [data.NODE_EXTRA_CA_CERTS, data.SSL_CERT_FILE, "/etc/ssl/certs/ca-certificates.crt"].filter(
      (path) => path !== undefined,
    ),
    ci: data.CI,
    noColor: data.NO_COLOR,
  }
}

/** The environment of a process that we start: ours and these. */
export function childEnvironment(extra: Record<string, string>): Record<string, string | undefined> {
  return { ...process.env, ...extra }
}
