/** Serves the web app: its files by their names, and its one page for every other address. */
import { readFile } from "node:fs/promises"
import type { ServerResponse } from "node:http"
import { join } from "node:path"
import type { Express, RequestHandler } from "express"
import staticGzip from "express-static-gzip"
import type { Logger } from "pino"
import { answer } from "./told.ts"

/** Shown while the app is built, for some seconds after the first start of a version. */
const NOT_YET = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Proofrun is starting</title></head><body style="font:1rem/1.5 system-ui;max-width:40rem;margin:20vh auto;padding:0 1rem"><h1 style="font-size:1.3rem">Proofrun is starting</h1><p>Its pages are being built, once for this version. This page looks again every second.</p></body></html>`

/** `built`: the folder, as soon as it is there. */
export function servePages(app: Express, built: Promise<string>, log: Logger): void {
  let files: RequestHandler | null = null
  let page = ""
  let failed = false
  built
    .then(async (folder) => {
      page = await readFile(join(folder, "index.html"), "utf8")
      files = staticGzip(folder, {
        enableBrotli: true,
        orderPreference: ["br"],
        index: false,
        serveStatic: {
          setHeaders(response: ServerResponse, path: string) {
            // Names of assets hold a hash of their content.
            if (path.includes("/assets/")) response.setHeader("Cache-Control", "public, max-age=31536000, immutable")
          },
        },
      })
    })
    .catch((error: unknown) => {
      failed = true
      log.error({ err: error }, "the pages could not be built")
    })

  app.use((request, response, next) => {
    if (request.path.startsWith("/api/") || !["GET", "HEAD"].includes(request.method)) return next()
    if (failed) return answer(response, 500, "INTERNAL_SERVER_ERROR", "The pages could not be built; the log says why.")
    if (!files)
      return void response
        .status(503)
        .set("Retry-After", "1")
        .set("Cache-Control", "no-store")
        .type("html")
        .send(NOT_YET)
    files(request, response, next)
  })
  app.get(/^\/(?!api\/|assets\/)/, (request, response, next) => {
    // A file that is asked for by its name and not there is not a page.
    if (!request.accepts("html") || /\.[a-z0-9]{2,5}$/i.test(request.path)) return next()
    response.set("Cache-Control", "no-cache").type("html").send(page)
  })
}
