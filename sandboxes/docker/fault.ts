/** Our own failures around Docker, and the race of every await against a deadline. Decides nothing about retries. */

/** Docker, or the machine under it, failed us. The message is one plain sentence; the cause keeps the details. */
export class DockerFault extends Error {
  override name = "DockerFault"
}

/**
 * Settles as `work` does, but after `ms` milliseconds at the latest: then it aborts the signal handed to `work` and throws a `DockerFault`.
 * `doing` completes the sentence "... while ...". A client library's own time-outs do not cover a frozen daemon, hence the race.
 */
export async function within<T>(ms: number, doing: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DockerFault(`The Docker Engine did not answer within ${seconds(ms)} while ${doing}.`))
      abort.abort()
    }, ms)
  })
  try {
    return await Promise.race([work(abort.signal), late])
  } catch (error) {
    throw asFault(error, doing)
  } finally {
    clearTimeout(timer)
  }
}

/** HTTP status of an answer that the Docker Engine gave, or undefined where it gave none. */
export function statusOf(error: unknown): number | undefined {
  const seen = error instanceof DockerFault ? error.cause : error
  return (seen as { statusCode?: number } | undefined)?.statusCode
}

/** Turns whatever the client library threw into a `DockerFault` with a plain sentence. */
export function asFault(error: unknown, doing: string): DockerFault {
  if (error instanceof DockerFault) return error
  const {
    message = String(error),
    code,
    json,
  } = error as { message?: string; code?: string; json?: { message?: string } }
  if (statusOf(error) !== undefined)
    return new DockerFault(`The Docker Engine refused while ${doing}: ${json?.message ?? message.trim()}`, {
      cause: error,
    })
  return new DockerFault(`The connection to the Docker Engine failed while ${doing} (${code ?? message}).`, {
    cause: error,
  })
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`
}
