/** The HTTP server's shape: headers, origins, sign-in, the contract's routes, health. What routes do is in `routes/`. */
import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { OpenAPIGenerator } from "@orpc/openapi"
import { OpenAPIHandler } from "@orpc/openapi/node"
import { ORPCError, onError, ValidationError } from "@orpc/server"
import { BodyLimitPlugin } from "@orpc/server/node"
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4"
import { fromNodeHeaders, toNodeHandler } from "better-auth/node"
import { sql } from "drizzle-orm"
import express, { type NextFunction, type Request, type Response } from "express"
import helmet from "helmet"
import { pinoHttp } from "pino-http"
import type { z } from "zod"
import { prettifyError, ZodError } from "zod"
import { contract } from "../contract.ts"
import type { Metrics } from "../metrics.ts"
import type { JobQueue } from "../queue.ts"
import { isAway } from "../store/database.ts"
import { callerOf } from "./access.ts"
import type { Context, Parts } from "./context.ts"
import { router } from "./router.ts"

/** The largest submission with JSON's own characters around it. */
const LARGEST_BODY_BYTES = 3 * 2 ** 20
const LARGEST_SIGN_IN_BYTES = 16 * 1024
/** Of the account library's routes these are offered, and no others. */
const SIGN_IN_ROUTES = [
  "/sign-up/email",
  "/sign-in/email",
  "/sign-out",
  "/get-session",
  "/request-password-reset",
  "/reset-password",
  "/change-password",
  "/update-user",
  "/revoke-other-sessions",
]
const GUESSED = ["/sign-up/email", "/sign-in/email", "/request-password-reset", "/reset-password"]
const SAFE = ["GET", "HEAD", "OPTIONS"]

export interface AppParts extends Parts {
  queue: JobQueue
  metrics: Metrics
  /** Proxies in front whose word about the caller's address is taken. */
  proxies: number
  /** False: the server is about to stop, and takes no new work. */
  ready: () => boolean
}

export function makeApp(parts: AppParts) {
  const { accounts, address, limits, log, metrics, questions, store } = parts
  const { db } = store
  const origin = new URL(address).origin
  const app = express()
  app.disable("x-powered-by")
  app.set("trust proxy", parts.proxies)

  app.use(
    pinoHttp({
      logger: log,
      genReqId: (_request, response) => {
        const id = randomUUID()
        response.setHeader("X-Request-Id", id)
        return id
      },
      // A path may hold an id, never a secret or an address of a person; headers and bodies may hold all of them.
      serializers: {
        req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
          id,
          method,
          path: url.split("?")[0],
        }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
      customLogLevel: (_request, { statusCode }, error) => (error || statusCode >= 500 ? "error" : "debug"),
      autoLogging: { ignore: ({ url }) => url === "/healthz" || url === "/readyz" || url === "/metrics" },
    }),
  )
  app.use((request, response, next) => {
    const began = performance.now()
    response.on("finish", () => {
      const route = String(response.locals.route ?? (request.path.startsWith("/api/auth/") ? "sign-in" : "other"))
      metrics.requestSeconds.observe({ route, status: String(response.statusCode) }, (performance.now() - began) / 1000)
    })
    next()
  })
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          workerSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", "data:"],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: origin.startsWith("https:"),
      referrerPolicy: { policy: "same-origin" },
    }),
  )

  app.get("/healthz", (_request, response) => {
    response.json({ ok: true })
  })
  app.get("/readyz", async (_request, response) => {
    const [database, queue] = await Promise.all([
      db.execute(sql`select 1`).then(
        () => true,
        () => false,
      ),
      // Without it submissions are taken all the same, and wait.
      parts.queue.ping().then(
        () => true,
        () => false,
      ),
    ])
    const ok = database && parts.ready()
    response.status(ok ? 200 : 503).json({ ok, database, queue, stopping: !parts.ready() })
  })
  app.get("/metrics", async (request, response, next) => {
    // To this machine only; a port of its own is for others.
    if (!["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(request.socket.remoteAddress ?? "")) return next()
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })

  app.use("/api", (request, response, next) => {
    response.setHeader("Cache-Control", "no-store")
    if (SAFE.includes(request.method)) return next()
    if (request.headers.origin !== origin)
      return answer(
        response,
        403,
        "FORBIDDEN",
        `Requests that change something must come from ${origin} (header Origin).`,
      )
    const length = Number(request.headers["content-length"] ?? 0)
    const chunked = request.headers["transfer-encoding"] !== undefined
    if ((length > 0 || chunked) && !/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
      return answer(response, 415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON (Content-Type: application/json).")
    if (length > LARGEST_BODY_BYTES)
      return answer(response, 413, "PAYLOAD_TOO_LARGE", `A request may have ${LARGEST_BODY_BYTES / 2 ** 20} MiB.`)
    next()
  })

  const signIn = toNodeHandler(accounts.auth)
  app.all("/api/auth/*route", async (request, response) => {
    const path = request.path.slice("/api/auth".length)
    if (!SIGN_IN_ROUTES.includes(path)) return answer(response, 404, "NOT_FOUND", "There is no such route.")
    if (!SAFE.includes(request.method)) {
      const length = request.headers["content-length"]
      if (length === undefined)
        return answer(response, 411, "LENGTH_REQUIRED", "Say how long the body is (Content-Length).")
      if (Number(length) > LARGEST_SIGN_IN_BYTES) return answer(response, 413, "PAYLOAD_TOO_LARGE", "That is too long.")
    }
    if (GUESSED.includes(path)) {
      const wait = await limits.take("sign-in", `address ${request.ip}`)
      if (wait > 0) return tooOften(response, wait)
    }
    await signIn(request, response)
  })

  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  let document: Promise<unknown> | undefined
  app.get("/api/openapi.json", async (_request, response) => {
    document ??= generator.generate(contract, {
      info: { title: "Proofrun", version: "1" },
      servers: [{ url: "/api" }],
    })
    response.json(await document)
  })

  const handler = new OpenAPIHandler<Context>(router, {
    plugins: [new BodyLimitPlugin({ maxBodySize: LARGEST_BODY_BYTES })],
    interceptors: [
      onError((error, { context }) => {
        // What is told keeps the inside as its cause, for the log alone.
        if (!(error instanceof ORPCError)) context.log.error({ err: error }, "a request failed")
        else if (error.status >= 500) context.log.error({ err: error.cause ?? error }, "a request failed")
      }),
      ({ next }) => next().catch((error) => Promise.reject(told(error))),
    ],
    clientInterceptors: [
      async ({ next, path, context }) => {
        context.response.locals.route = path.join(".")
        return next().catch((error) => Promise.reject(told(error)))
      },
    ],
  })
  app.use("/api", async (request: Request, response: Response, next: NextFunction) => {
    const headers = fromNodeHeaders(request.headers)
    const session = request.headers.cookie ? await accounts.auth.api.getSession({ headers }) : null
    const caller = await callerOf(db, session?.user.id)
    const who = caller ? `person ${caller.id}` : `address ${request.ip}`
    const wait = await limits.take("call", who)
    if (wait > 0) return tooOften(response, wait)
    const context: Context = { ...parts, questions, caller, who, headers, response, log: request.log as Context["log"] }
    const { matched } = await handler.handle(request as IncomingMessage, response as ServerResponse, {
      prefix: "/api",
      context,
    })
    if (!matched) next()
  })

  app.use((_request, response) => answer(response, 404, "NOT_FOUND", "There is no such page."))
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const { status, code, message } = told(error)
    if (status >= 500) request.log.error({ err: error }, "a request failed")
    if (!response.headersSent) answer(response, status, code, message)
    else response.destroy()
  })
  return app
}

/** Errors that `told` made: what passes it twice keeps its first cause. */
const TOLD = new WeakSet<object>()

/** Whatever went wrong, as a code and a sentence; the inside is its cause, which is logged and never sent. */
function told(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError && TOLD.has(error)) return error
  const made = worded(error)
  TOLD.add(made)
  return made
}

function worded(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError && error.status < 500) {
    const { cause } = error
    if (!(cause instanceof ValidationError)) return error
    const issues = cause.issues as z.core.$ZodIssue[]
    return new ORPCError("BAD_REQUEST", { message: prettifyError(new ZodError(issues)), status: 400, data: { issues } })
  }
  if (isAway(error))
    return new ORPCError("SERVICE_UNAVAILABLE", {
      status: 503,
      message: "The database does not answer at the moment. Nothing is lost that was acknowledged; try again shortly.",
      cause: error,
    })
  if (badJson(error)) return new ORPCError("BAD_REQUEST", { message: "The body is not JSON." })
  return new ORPCError("INTERNAL_SERVER_ERROR", {
    message: "Something broke on our side. It was written down under the id in the header X-Request-Id.",
    cause: error,
  })
}

function badJson(error: unknown): boolean {
  for (let one: unknown = error; one instanceof Error; one = one.cause) if (one instanceof SyntaxError) return true
  return false
}

function answer(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ defined: false, code, status, message })
}

function tooOften(response: Response, seconds: number): void {
  response.setHeader("Retry-After", String(seconds))
  answer(response, 429, "TOO_MANY_REQUESTS", `That was too often. Try again in ${seconds} s.`)
}
