/** The HTTP server's shape: headers, origins, sign-in, the contract's routes, health. What routes do is in `routes/`. */
import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { OpenAPIGenerator } from "@orpc/openapi"
import { OpenAPIHandler } from "@orpc/openapi/node"
import { ORPCError, onError } from "@orpc/server"
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4"
import { fromNodeHeaders } from "better-auth/node"
import { sql } from "drizzle-orm"
import express, { type NextFunction, type Request, type Response } from "express"
import helmet from "helmet"
import { pinoHttp } from "pino-http"
import { contract } from "../contract.ts"
import type { Metrics } from "../metrics.ts"
import type { JobQueue } from "../queue.ts"
import { personOfSession } from "../store/people.ts"
import type { Context, Parts } from "./context.ts"
import { networkOf } from "./network.ts"
import { servePages } from "./pages.ts"
import { router } from "./router.ts"
import { offerSignIn } from "./sign-in.ts"
import { answer, told, tooOften } from "./told.ts"

/** The largest submission with JSON's own characters around it. */
const LARGEST_BODY_BYTES = 3 * 2 ** 20
const SAFE = ["GET", "HEAD", "OPTIONS"]

export interface AppParts extends Parts {
  queue: JobQueue
  metrics: Metrics
  /** Proxies in front whose word about the caller's address is taken. */
  proxies: number
  /** The built web app's folder, when it is there; left out: the API alone. */
  pages?: Promise<string> | undefined
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

  // One machine has several names for itself, and what is signed in under one of them is not under another.
  const home = new URL(origin)
  app.get(/^\/(?!api\/|healthz|readyz|metrics)/, (request, response, next) => {
    const asked = URL.parse(`${home.protocol}//${request.headers.host}`)
    if (!asked || asked.host === home.host || !isThisMachine(asked) || !isThisMachine(home)) return next()
    // Another port is a tunnel's, behind which the address may not be there.
    if (asked.port !== home.port) return next()
    response.redirect(307, `${origin}${request.originalUrl}`)
  })

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
    // To this machine only; a port of its own is for others. A proxy on this machine asks for somebody elsewhere.
    const forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((name) => name in request.headers)
    const near = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(request.socket.remoteAddress ?? "")
    if (forwarded || !near) return next()
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
        `Open Proofrun at ${origin} instead: it takes changes from pages of that address only (header Origin).`,
      )
    // A length that is said is held to by the server underneath, and what is too long needs no reading.
    if (request.headers["transfer-encoding"] !== undefined)
      return answer(response, 411, "LENGTH_REQUIRED", "Say how long the body is (Content-Length).")
    const length = Number(request.headers["content-length"] ?? 0)
    if (length > 0 && !/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
      return answer(response, 415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON (Content-Type: application/json).")
    if (length > LARGEST_BODY_BYTES)
      return answer(response, 413, "PAYLOAD_TOO_LARGE", `A request may have ${LARGEST_BODY_BYTES / 2 ** 20} MiB.`)
    next()
  })

  offerSignIn(app, parts)

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
    const token = await accounts.sessionToken(headers)
    // As the tables have them now: what a browser shows of a session may be older than a role, or than the session's end.
    const session = token === null ? null : await personOfSession(db, token)
    if (session) await accounts.prolong(session.until, headers)
    const caller = session?.person ?? null
    const who = caller ? `person ${caller.id}` : `address ${networkOf(request.ip)}`
    const wait = await limits.take("call", who)
    if (wait > 0) return tooOften(response, wait)
    const context: Context = {
      ...parts,
      questions,
      caller,
      stillSignedIn: async () => !session || token === null || (await personOfSession(db, token)) !== null,
      who,
      headers,
      response,
      log: request.log as Context["log"],
    }
    const { matched } = await handler.handle(request as IncomingMessage, response as ServerResponse, {
      prefix: "/api",
      context,
    })
    if (!matched) next()
  })

  if (parts.pages) servePages(app, parts.pages, log)
  app.use((_request, response) => answer(response, 404, "NOT_FOUND", "There is no such page."))
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const { status, code, message } = told(error)
    if (status >= 500) request.log.error({ err: error }, "a request failed")
    if (!response.headersSent) answer(response, status, code, message)
    else response.destroy()
  })
  return app
}

const isThisMachine = ({ hostname }: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
