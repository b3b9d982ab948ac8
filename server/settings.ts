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

/** An amount; nothing set is nothing said. */
const amount = (what: string) =>
  text.transform((value, context) => {
    const parsed = value === undefined ? undefined : Number(value)
    if (parsed !== undefined && !(Number.isFinite(parsed) && parsed > 0)) {
      context.addIssue({ code: "custom", message: `give ${what}, above 0; "${value}" is none` })
      return z.NEVER
    }
    return parsed
  })
/** Keys in an address end up in logs and reports, so they are refused there. */
const address = text.transform((value, context) => {
  if (value === undefined) return undefined
  const url = URL.canParse(value) ? new URL(value) : null
  const problem =
    url === null || !/^https?:$/.test(url.protocol)
      ? `give an address such as http://127.0.0.1:11434/v1; "${value}" is none`
      : url.username || url.password || url.search
        ? "leave out user, password and anything after a question mark; the key goes into OPENAI_API_KEY"
        : null
  if (problem !== null) {
    context.addIssue({ code: "custom", message: problem })
    return z.NEVER
  }
  return value.replace(/\/+$/, "")
})

/** Postgres or Redis, wherever it is. */
const service = (schemes: string, example: string) =>
  text.transform((value, context) => {
    if (value === undefined || new RegExp(`^(${schemes})://`).test(value)) return value
    context.addIssue({ code: "custom", message: `give an address such as ${example}; "${value}" is none` })
    return z.NEVER
  })

const EnvironmentSchema = z.object({
  DATABASE_URL: service("postgres|postgresql", "postgres://user:password@host:5432/proofrun"),
  REDIS_URL: service("redis|rediss|unix", "redis://host:6379"),
  PROOFRUN_ADDRESS: address,
  PROOFRUN_PORT: amount("a port number"),
  PROOFRUN_HOST: text,
  PROOFRUN_METRICS_PORT: amount("a port number"),
  PROOFRUN_SECRET: text,
  PROOFRUN_BROKER: text,
  PROOFRUN_PROXIES: amount("the number of proxies in front of the server"),
  PROOFRUN_LOG: text,
  SMTP_URL: service("smtp|smtps", "smtps://user:password@host"),
  MAIL_FROM: text,
  DOCKER_HOST: text,
  PROOFRUN_STATE: text,
  PROOFRUN_BASE: text,
  PROOFRUN_FULL: flag,
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: address,
  JUDGE_MODEL: text,
  JUDGE_DAILY_LIMIT_USD: amount("an amount of US dollars a day"),
  JUDGE_TIMEOUT_S: amount("a number of seconds"),
  NODE_EXTRA_CA_CERTS: text,
  SSL_CERT_FILE: text,
  NO_COLOR: flag,
})

export interface JudgeSettings {
  /** undefined: the server wants none. */
  apiKey: string | undefined
  /** undefined: OpenAI's own. */
  baseUrl: string | undefined
  /** undefined: not said; only OpenAI's own server has a default. */
  model: string | undefined
  /** No call goes out that could take the day's spending beyond this, US dollars. */
  dailyLimitUsd: number
  /** A call with all its attempts ends within this. */
  timeoutMs: number
}

/** What the servers and workers of the platform need beside what a single command does. */
export interface PlatformSettings {
  /** undefined: one of our own on this machine. */
  databaseUrl: string | undefined
  redisUrl: string | undefined
  /** Where people reach the server, without a slash at the end; undefined: this machine, by its port. */
  address: string | undefined
  port: number
  /** The interface that the server listens on. */
  host: string
  /** Where metrics are served, on every interface; undefined: nowhere but on the server's own port to this machine. */
  metricsPort: number | undefined
  /** The broker's unix socket. */
  brokerSocket: string
  /** Proxies in front of the server whose word about the caller's address is taken. */
  proxies: number
  logLevel: string
  /** undefined: no mail is sent, and links are shown to who may pass them on. */
  smtpUrl: string | undefined
  mailFrom: string
}

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
  /** Who judges the prose; null: neither a key nor a server's address is set, so nobody does. */
  judge: JudgeSettings | null
  /** The installation's secret, where several machines share one; undefined: a file in the state folder. */
  secret: string | undefined
  platform: PlatformSettings
  noColor: boolean
}

const PORT = 8600

/** Some hundred answers with a small model; a mistake in a script costs no more than this. */
const DAILY_LIMIT_USD = 5
/** A small model on a laptop's processor takes half a minute for a long answer. */
const TIMEOUT_S = 90

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
    judge:
      data.OPENAI_API_KEY === undefined && data.OPENAI_BASE_URL === undefined
        ? null
        : {
            apiKey: data.OPENAI_API_KEY,
            baseUrl: data.OPENAI_BASE_URL,
            model: data.JUDGE_MODEL,
            dailyLimitUsd: data.JUDGE_DAILY_LIMIT_USD ?? DAILY_LIMIT_USD,
            timeoutMs: 1000 * (data.JUDGE_TIMEOUT_S ?? TIMEOUT_S),
          },
    secret: data.PROOFRUN_SECRET,
    platform: {
      databaseUrl: data.DATABASE_URL,
      redisUrl: data.REDIS_URL,
      address: data.PROOFRUN_ADDRESS,
      port: data.PROOFRUN_PORT ?? PORT,
      host: data.PROOFRUN_HOST ?? "127.0.0.1",
      metricsPort: data.PROOFRUN_METRICS_PORT,
      brokerSocket:
        data.PROOFRUN_BROKER ??
        join(data.PROOFRUN_STATE ? resolve(data.PROOFRUN_STATE) : usual, "broker", "broker.sock"),
      proxies: data.PROOFRUN_PROXIES ?? 0,
      logLevel: data.PROOFRUN_LOG ?? "info",
      smtpUrl: data.SMTP_URL,
      mailFrom: data.MAIL_FROM ?? "Proofrun <proofrun@localhost>",
    },
    noColor: data.NO_COLOR,
  }
}

/** The environment of a part of the platform that `up` starts: ours, and these. */
export function partEnvironment(extra: Record<string, string>): Record<string, string | undefined> {
  return { ...process.env, ...extra }
}

/** The environment of a process that we start: ours without the judge's key, and these. */
export function childEnvironment(extra: Record<string, string>): Record<string, string | undefined> {
  const { OPENAI_API_KEY: _kept, ...environment } = process.env
  return { ...environment, ...extra }
}
