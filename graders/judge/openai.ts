/**
 * The one client of a model: any server that speaks OpenAI's chat completions. One request, one outcome; counts no attempts and reads nothing into
 * what came. The key goes to no other host.
 */
import OpenAI from "openai"
import { Agent, interceptors, request } from "undici"
import { z } from "zod"
import type { Message, ReplyForm } from "../../prompts/judge/render.ts"
import type { Mode } from "./judgement.ts"

/** Beyond it a reply is cut off: the longest that is asked for has some ten thousand tokens. */
const LARGEST_REPLY_BYTES = 2 * 1024 * 1024

export interface Request {
  messages: Message[]
  form: ReplyForm
  mode: Mode
  temperature: boolean
  /** What the completion may take, hidden reasoning included. */
  mostTokens: number
  /** Which of the two names of that limit the server knows. */
  limitName: "max_completion_tokens" | "max_tokens"
  /** The same for the same call: a server that knows it does not charge twice. */
  idempotencyKey: string
  signal: AbortSignal
}

export interface Tokens {
  prompt: number
  completion: number
}

export type Outcome =
  | { kind: "text"; text: string; model: string | null; tokens: Tokens | null }
  | {
      kind: "refused" | "cut off" | "not understood"
      why: string
      text: string | null
      model: string | null
      tokens: Tokens | null
      /** No JSON at all came: there may be a completion, paid for, that broke on its way. */
      garbled?: true
    }
  /** No completion came. `refusedParameter`: a name from the request that the server does not take. `mayHaveCost`: it may have been answered and charged. */
  | {
      kind: "no reply"
      why: string
      status: number | null
      retryAfterMs: number | null
      canRetry: boolean
      refusedParameter: string | null
      mayHaveCost: boolean
    }

export interface Endpoint {
  ask(request: Request): Promise<Outcome>
}

const CompletionSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish()
            .catch(null),
        }),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.number().int().nonnegative(), completion_tokens: z.number().int().nonnegative() })
    .nullish()
    .catch(null),
})

export function openEndpoint(options: { apiKey: string; baseUrl: string | undefined; model: string }): Endpoint {
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? null,
    // Attempts are counted by the caller, inside one deadline of its own.
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    fetch: boundedFetch,
    logLevel: "off",
  })
  return {
    async ask(request) {
      try {
        const body = bodyOf(request, options.model)
        const reply: unknown = await client.chat.completions.create(body, {
          signal: request.signal,
          headers: { "Idempotency-Key": request.idempotencyKey },
        })
        return outcomeOf(reply, request)
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

function bodyOf(
  { messages, form, mode, temperature, mostTokens, limitName }: Request,
  model: string,
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    messages,
    [limitName]: mostTokens,
    ...(temperature && { temperature: 0 }),
    ...(mode === "strict schema" && {
      response_format: { type: "json_schema" as const, json_schema: { ...form, strict: true } },
    }),
    ...(mode === "JSON mode" && { response_format: { type: "json_object" as const } }),
    ...(mode === "tools" && {
      tools: [{ type: "function" as const, function: { name: form.name, parameters: form.schema } }],
      tool_choice: { type: "function" as const, function: { name: form.name } },
    }),
  }
}

function outcomeOf(reply: unknown, { form, mode }: Request): Outcome {
  const parsed = CompletionSchema.safeParse(reply)
  if (!parsed.success)
    return {
      kind: "not understood",
      why: "the server's reply is no chat completion",
      text: null,
      model: null,
      tokens: null,
      ...(typeof reply === "object" ? {} : { garbled: true }),
    }
  const { choices, model = null, usage } = parsed.data
  const { finish_reason: finish, message } = choices[0]
  const called = message.tool_calls?.find((call) => call.function.name === form.name)?.function.arguments
  const text = (mode === "tools" ? (called ?? message.content) : message.content) ?? null
  const rest = {
    text,
    model,
    tokens: usage ? { prompt: usage.prompt_tokens, completion: usage.completion_tokens } : null,
  }
  if (message.refusal) return { kind: "refused", why: message.refusal.slice(0, 300), ...rest }
  if (finish === "content_filter")
    return { kind: "refused", why: "the server's content filter stopped the reply", ...rest }
  if (finish === "length") return { kind: "cut off", why: "the reply was longer than allowed", ...rest }
  if (text === null || text.trim() === "") return { kind: "not understood", why: "the reply is empty", ...rest }
  return { kind: "text", ...rest, text }
}

class TooLarge extends Error {}

function failureOf(error: unknown): Outcome {
  const none = {
    kind: "no reply" as const,
    status: null,
    retryAfterMs: null,
    refusedParameter: null,
    mayHaveCost: false,
  }
  if (!(error instanceof Error)) throw error
  const cause = error.cause instanceof Error ? error.cause : error
  if (cause instanceof TooLarge)
    return { kind: "not understood", why: cause.message, text: null, model: null, tokens: null, garbled: true }
  if (error instanceof OpenAI.APIUserAbortError)
    return { ...none, why: "no reply came in time", canRetry: false, mayHaveCost: true }
  if (error instanceof OpenAI.APIConnectionError)
    return {
      ...none,
      why: `the server could not be reached (${rootOf(error).message})`,
      canRetry: true,
      mayHaveCost: !isUnsent(error),
    }
  if (error instanceof OpenAI.APIError) {
    const status = error.status ?? null
    return {
      ...none,
      status,
      why: `the server answered ${status ?? "with an error"}${saying(error)}`,
      retryAfterMs: retryAfter(error.headers),
      canRetry: status === null || status === 408 || status === 409 || status === 429 || status >= 500,
      refusedParameter: status === 400 || status === 422 ? (error.param ?? parameterIn(error.message)) : null,
      // A server that fails in the middle may count what it did.
      mayHaveCost: status !== null && status >= 500,
    }
  }
  // Whatever else is thrown while a reply is read is about that reply: bytes that are no JSON, a body that breaks off.
  if (error instanceof SyntaxError || error instanceof TypeError)
    return {
      kind: "not understood",
      why: "the server's reply is no JSON",
      text: null,
      model: null,
      tokens: null,
      garbled: true,
    }
  throw error
}

const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error)

const isUnsent = (error: Error): boolean =>
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT|UND_ERR_CONNECT_TIMEOUT/.test(
    `${(rootOf(error) as NodeJS.ErrnoException).code ?? ""} ${rootOf(error).message}`,
  )

/** The server's own words, cut short; never the key that it may repeat. */
function saying({ message }: Error): string {
  const words = message
    .replace(/^\d{3}\s*/, "")
    .replace(/\b(?:sk|key)-[\w*-]+/gi, "(key)")
    .slice(0, 200)
  return words === "" || /no body/.test(words) ? "" : `: ${words}`
}

function parameterIn(message: string): string | null {
  return (
    /\b(temperature|response_format|json_schema|json_object|tools|tool_choice|max_completion_tokens|max_tokens)\b/.exec(
      message,
    )?.[1] ?? null
  )
}

function retryAfter(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get("retry-after-ms") ?? Number.NaN)
  if (Number.isFinite(ms) && ms >= 0) return ms
  const value = headers?.get("retry-after")
  if (!value) return null
  const seconds = Number(value)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(wait) ? Math.max(0, wait) : null
}

/**
 * What `fetch` has to do for the client of OpenAI, by undici itself: that takes two thirds of the time of Node's own `fetch`, which is built on it. A redirect would carry the
 * key elsewhere, and a body without end would fill the memory: neither is followed.
 */
async function boundedFetch(url: string | URL | Request_, init: RequestInit = {}): Promise<Response> {
  if (url instanceof Request) throw new Error("requests are made from an address")
  const { statusCode, headers, body } = await request(url, {
    method: init.method as "GET" | "POST",
    headers: Object.fromEntries(new Headers(init.headers)),
    body: init.body as string,
    signal: init.signal ?? null,
    dispatcher: CONNECTIONS,
  })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > LARGEST_REPLY_BYTES) throw new TooLarge("the server's reply is larger than 2 MiB")
    chunks.push(chunk)
  }
  return new Response(WITHOUT_BODY.includes(statusCode) ? null : Buffer.concat(chunks), {
    status: statusCode,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one]),
    ),
  })
}
type Request_ = globalThis.Request

/** Nothing is asked to be compressed, and some servers do so all the same. */
const CONNECTIONS = new Agent().compose(interceptors.decompress({ skipErrorResponses: false }))

/** Statuses that a `Response` takes no body with. */
const WITHOUT_BODY = [204, 205, 304]
