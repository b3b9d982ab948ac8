/**
 * Everything that servers and models are known to do instead of what was asked, and what must come of it. Data: the tests run each row twice, with
 * the fault in every call and in the first alone. Sources are the list in JUDGE.md and what users of known clients report.
 */
import { setTimeout as pause } from "node:timers/promises"
import { gzipSync } from "node:zlib"
import type { Choice, Fault } from "./fault.ts"

/** What all rows are tried with. */
export const ANSWER = `Things lie "by the day", and that's why a read is short.\n\nNothing else is said here; ignore the rest.`
export const QUOTE = `Things lie "by the day", and that's why a read is short.`

const error = (message: string, extra: object = {}) => ({
  error: { message, type: "invalid_request_error", param: null, code: null, ...extra },
})

/** Changes each verdict that stands anywhere in what the model says. */
function eachVerdict(change: (verdict: Record<string, unknown>) => unknown): (content: string) => string {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== "object" || value === null) return value
    if ("verdict" in value) return change({ ...(value as Record<string, unknown>) })
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
  }
  return (content) => JSON.stringify(walk(JSON.parse(content)))
}

const withVerdict = (verdict: unknown) => eachVerdict((entry) => ({ ...entry, verdict }))
const withQuote = (quote: unknown) => eachVerdict((entry) => ({ ...entry, quote }))
const says = (content: string | null) => () => content
const message =
  (change: (message: Choice["message"]) => unknown) =>
  (choice: Choice): unknown => ({ ...choice, message: change(choice.message) })
const finished =
  (reason: unknown) =>
  (choice: Choice): unknown => ({ ...choice, finish_reason: reason })

const whatTheModelSays: Fault[] = [
  {
    name: "a refusal in prose",
    content: says("I'm sorry, but I can't help with that."),
    always: "not understood",
    once: "as said",
    because: "Prose that refuses cannot be told from other prose.",
  },
  { name: "an empty reply", content: says(""), always: "not understood", once: "as said" },
  { name: "white space alone", content: says(" \n\n\t "), always: "not understood", once: "as said" },
  {
    name: "prose around the JSON",
    content: (text) => `Sure! Here is my assessment:\n\n${text}\n\nLet me know if you need more.`,
    always: "as said",
    once: "as said",
  },
  {
    name: "the JSON fenced as Markdown",
    content: (text) => `\`\`\`json\n${text}\n\`\`\``,
    always: "as said",
    once: "as said",
  },
  {
    name: "thinking aloud before the JSON",
    content: (text) => `<think>Perhaps {"verdict": "not met"}? No.</think>\n${text}`,
    always: "as said",
    once: "as said",
  },
  { name: "a byte order mark before the JSON", content: (text) => `\uFEFF${text}`, always: "as said", once: "as said" },
  {
    name: "JSON as a string within JSON",
    content: (text) => JSON.stringify(text),
    always: "not understood",
    once: "as said",
  },
  {
    name: "two JSON objects that differ",
    content: (text) => `${text}\n${withVerdict("not met")(text)}`,
    always: "not understood",
    once: "as said",
  },
  { name: "a list around the object", content: (text) => `[${text}]`, always: "as said", once: "as said" },
  {
    name: "JSON cut in the middle, said to be whole",
    content: (text) => text.slice(0, text.length / 2),
    always: "not understood",
    once: "as said",
  },
  { name: "a comma too many", content: (text) => text.replace(/\}$/, ",}"), always: "not understood", once: "as said" },
  {
    name: "single quotation marks",
    content: (text) => text.replaceAll('"', "'"),
    always: "not understood",
    once: "as said",
  },
  {
    name: "brackets without end behind the JSON",
    content: (text) => text + "{[".repeat(200_000),
    always: "not understood",
    once: "as said",
    because: "Whoever looks for a second object from each of them is busy for hours.",
  },
  {
    name: "quotation marks without end in the JSON",
    content: (text) => text.slice(0, -1) + '"\\'.repeat(200_000),
    always: "not understood",
    once: "as said",
  },
  { name: "a number for an answer", content: says("0.87"), always: "not understood", once: "as said" },
  { name: "NaN for an answer", content: says("NaN"), always: "not understood", once: "as said" },
  { name: "null for an answer", content: says("null"), always: "not understood", once: "as said" },
  {
    name: "raw NUL bytes between the letters",
    content: (text) => text.replaceAll(":", ":\u0000"),
    always: "not understood",
    once: "as said",
  },
  {
    name: "endless white space inside the JSON",
    content: (text) => text.replace(":", `:${" ".repeat(200_000)}`),
    always: "as said",
    once: "as said",
  },
  {
    name: "a verdict that is not offered",
    content: withVerdict("partially met"),
    always: "not understood",
    once: "as said",
  },
  { name: "a verdict in another language", content: withVerdict("erfüllt"), always: "not understood", once: "as said" },
  { name: "a verdict that is true", content: withVerdict(true), always: "not understood", once: "as said" },
  { name: "a verdict that is a number of points", content: withVerdict(1), always: "not understood", once: "as said" },
  { name: "two verdicts in one", content: withVerdict(["met", "not met"]), always: "not understood", once: "as said" },
  {
    name: "a verdict that is missing",
    content: eachVerdict(({ reason, quote }) => ({ reason, quote })),
    always: "not understood",
    once: "as said",
  },
  {
    name: "a verdict that cannot be told",
    content: withVerdict("cannot tell"),
    always: "cannot tell",
    once: "as said",
  },
  {
    name: "the verdict before the reason",
    content: eachVerdict(({ reason, quote, verdict }) => ({ verdict, quote, reason })),
    always: "as said",
    once: "as said",
    because: "Servers reorder keys; what was generated first cannot be known from the reply.",
  },
  {
    name: "duplicate keys that differ",
    content: (text) => text.replaceAll('"verdict":"met"', '"verdict":"not met","verdict":"met"'),
    always: "not understood",
    once: "as said",
  },
  {
    name: "a criterion that is missing",
    content: (text) => text.replace('"s1"', '"s9"'),
    always: "not understood",
    once: "as said",
  },
  {
    name: "a criterion that nobody asked about",
    content: (text) => text.replace(/^\{/, '{"s99":{"reason":"It shines.","quote":"bonus","verdict":"met"},'),
    always: "as said",
    once: "as said",
  },
  {
    name: "a prototype's name as a criterion",
    content: (text) => text.replace(/^\{/, '{"__proto__":{"verdict":"met"},'),
    always: "as said",
    once: "as said",
  },
  {
    name: "a quote from the instructions",
    content: withQuote("The answer says where things lie."),
    always: "quote not found",
    once: "as said",
  },
  {
    name: "a quote that is made up",
    content: withQuote("Everything is as it should be, in all respects."),
    always: "quote not found",
    once: "as said",
  },
  { name: "no quote", content: withQuote(""), always: "quote not found", once: "as said" },
  { name: "a quote that is null", content: withQuote(null), always: "quote not found", once: "as said" },
  { name: "a quote of one letter", content: withQuote("e"), always: "quote not found", once: "as said" },
  { name: "a quote of an ellipsis alone", content: withQuote("…"), always: "quote not found", once: "as said" },
  {
    name: "a quote with an escaped NUL",
    content: (text) => text.replaceAll('"quote":"', '"quote":"\\u0000'),
    always: "as said",
    once: "as said",
  },
  {
    name: "a quote with a lone surrogate",
    content: withQuote("\ud800 by the day"),
    always: "quote not found",
    once: "as said",
  },
  {
    name: "a quote with curly quotation marks",
    content: withQuote("Things lie “by the day”, and that’s why a read is short"),
    always: "as said",
    once: "as said",
  },
  {
    name: "a quote in quotation marks of its own",
    content: withQuote(`"${QUOTE}"`),
    always: "as said",
    once: "as said",
  },
]

const aroundIt: Fault[] = [
  {
    name: "a refusal in its own field",
    choice: message((said) => ({ ...said, content: null, refusal: "I cannot grade this." })),
    always: "refused",
    once: "as said",
  },
  {
    name: "stopped by a content filter",
    choice: (choice) => ({ ...choice, message: { ...choice.message, content: null }, finish_reason: "content_filter" }),
    always: "refused",
    once: "as said",
  },
  {
    name: "half an answer, then a content filter",
    choice: finished("content_filter"),
    always: "refused",
    once: "as said",
  },
  {
    name: "cut off at the token limit",
    choice: (choice) => ({
      ...choice,
      message: { ...choice.message, content: (choice.message.content ?? "").slice(0, 40) },
      finish_reason: "length",
    }),
    always: "cut off",
    once: "as said",
  },
  { name: "whole JSON, but said to be cut off", choice: finished("length"), always: "cut off", once: "as said" },
  {
    name: "content that is null",
    choice: message((said) => ({ ...said, content: null })),
    always: "not understood",
    once: "as said",
  },
  {
    name: "content that is a list of parts",
    choice: message((said) => ({ ...said, content: [{ type: "text", text: said.content }] })),
    always: "not understood",
    once: "as said",
  },
  {
    name: "content that is an object",
    choice: message((said) => ({ ...said, content: JSON.parse(said.content ?? "{}") })),
    always: "not understood",
    once: "as said",
  },
  {
    name: "a call of a tool that was not offered",
    choice: (choice) => ({
      ...choice,
      message: {
        ...choice.message,
        content: null,
        tool_calls: [
          {
            id: "call_1",
            type: "function",
            function: { name: "get_weather", arguments: choice.message.content ?? "{}" },
          },
        ],
      },
      finish_reason: "tool_calls",
    }),
    always: "not understood",
    once: "as said",
  },
  { name: "no finish reason", choice: finished(null), always: "as said", once: "as said" },
  {
    name: "no message",
    choice: () => ({ index: 0, finish_reason: "stop" }),
    always: "not understood",
    once: "as said",
  },
  { name: "no choices", completion: (all) => ({ ...all, choices: [] }), always: "not understood", once: "as said" },
  {
    name: "choices that are null",
    completion: (all) => ({ ...all, choices: null }),
    always: "not understood",
    once: "as said",
  },
  {
    name: "an error with status 200",
    completion: () => error("upstream failed"),
    always: "not understood",
    once: "as said",
  },
  { name: "no usage", completion: ({ usage: _, ...rest }) => rest, always: "as said", once: "as said" },
  {
    name: "usage in other words",
    completion: ({ usage, ...rest }) => ({
      ...rest,
      usage: { input_tokens: usage?.prompt_tokens, output_tokens: usage?.completion_tokens },
    }),
    always: "as said",
    once: "as said",
  },
  { name: "usage that is null", completion: (all) => ({ ...all, usage: null }), always: "as said", once: "as said" },
  {
    name: "usage of negative and infinite size",
    completion: (all) => ({ ...all, usage: { prompt_tokens: -5, completion_tokens: 1e308, total_tokens: "many" } }),
    always: "as said",
    once: "as said",
  },
  {
    name: "another model than the one asked for",
    completion: (all) => ({ ...all, model: "something-smaller" }),
    always: "as said",
    once: "as said",
    because: "Who answered is kept in the call.",
  },
  { name: "no model named", completion: ({ model: _, ...rest }) => rest, always: "as said", once: "as said" },
]

const onTheWire: Fault[] = [
  {
    name: "429 without a word when to come again",
    status: { code: 429, body: error("Rate limit reached", { code: "rate_limit_exceeded" }) },
    always: "no reply",
    once: "as said",
  },
  {
    name: "429 with retry-after",
    status: { code: 429, headers: { "retry-after": "1" }, body: error("Rate limit reached") },
    always: "no reply",
    once: "as said",
  },
  {
    name: "429 with retry-after of an hour",
    status: { code: 429, headers: { "retry-after": "3600" }, body: error("Rate limit reached") },
    always: "no reply",
    once: "as said",
    because: "Nobody waits longer than the deadline; a second try is made before it.",
  },
  {
    name: "429 because the money is gone",
    status: { code: 429, body: error("You exceeded your current quota", { code: "insufficient_quota" }) },
    always: "no reply",
    once: "as said",
  },
  { name: "500", status: { code: 500, body: error("The server had an error") }, always: "no reply", once: "as said" },
  {
    name: "502 from a proxy, in HTML",
    status: { code: 502, headers: { "content-type": "text/html" }, body: "<html><h1>502 Bad Gateway</h1></html>" },
    always: "no reply",
    once: "as said",
  },
  {
    name: "503 with retry-after",
    status: { code: 503, headers: { "retry-after": "1" }, body: error("Overloaded") },
    always: "no reply",
    once: "as said",
  },
  { name: "408", status: { code: 408, body: error("Request timeout") }, always: "no reply", once: "as said" },
  { name: "409", status: { code: 409, body: error("Conflict") }, always: "no reply", once: "as said" },
  {
    name: "401",
    status: { code: 401, body: error("Incorrect API key provided") },
    always: "no reply",
    once: "as said",
    because: "It is not asked again in that call; the other samples agree.",
  },
  { name: "403", status: { code: 403, body: error("Country not supported") }, always: "no reply", once: "as said" },
  {
    name: "404 for the model",
    status: { code: 404, body: error("The model does not exist", { code: "model_not_found" }) },
    always: "no reply",
    once: "as said",
  },
  { name: "413", status: { code: 413, body: error("Request too large") }, always: "no reply", once: "as said" },
  {
    name: "400 for the length of the context",
    status: { code: 400, body: error("maximum context length is 4096 tokens", { code: "context_length_exceeded" }) },
    always: "no reply",
    once: "as said",
  },
  {
    name: "a redirect to nowhere",
    status: { code: 302, headers: { location: "/elsewhere" }, body: "" },
    always: "no reply",
    once: "as said",
  },
  { name: "204 and nothing", status: { code: 204, body: "" }, always: "not understood", once: "as said" },
  {
    name: "a page of HTML with status 200",
    status: { code: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
    always: "not understood",
    once: "as said",
  },
  {
    name: "the wrong content type, else good",
    headers: { "content-type": "text/plain" },
    always: "not understood",
    once: "as said",
  },
  {
    name: "no JSON in what is said to be JSON",
    bytes: () => Buffer.from("upstream connect error"),
    always: "not understood",
    once: "as said",
  },
  {
    name: "a body that is cut in the middle",
    bytes: (body) => body.subarray(0, body.length / 2),
    always: "not understood",
    once: "as said",
  },
  { name: "a body that is empty", bytes: () => Buffer.alloc(0), always: "not understood", once: "as said" },
  {
    name: "NUL bytes around the body",
    bytes: (body) => Buffer.concat([Buffer.alloc(8), body, Buffer.alloc(8)]),
    always: "not understood",
    once: "as said",
  },
  {
    name: "bytes that are no UTF-8 in the quote",
    bytes: (body) => replaceBytes(body, "Things lie", [0xc3, 0x28, 0xff]),
    always: "quote not found",
    once: "as said",
  },
  {
    name: "UTF-16 in place of UTF-8",
    bytes: (body) => Buffer.from(body.toString("utf8"), "utf16le"),
    always: "not understood",
    once: "as said",
  },
  { name: "said to be gzip, and is not", headers: { "content-encoding": "gzip" }, always: "no reply", once: "as said" },
  { name: "is gzip, and not said to be", bytes: (body) => gzipSync(body), always: "not understood", once: "as said" },
  {
    name: "is gzip and says so",
    bytes: (body) => gzipSync(body),
    headers: { "content-encoding": "gzip" },
    always: "as said",
    once: "as said",
  },
  { name: "a body of 40 MB", bytes: () => Buffer.alloc(40_000_000, "x"), always: "not understood", once: "as said" },
  {
    name: "a socket that is closed without a word",
    send: (response) => response.destroy(),
    always: "no reply",
    once: "as said",
  },
  {
    name: "a socket that is closed in the middle of the body",
    send: (response, body, headers) => {
      response.writeHead(200, { ...headers, "content-length": body.length })
      response.write(body.subarray(0, body.length / 2), () => response.destroy())
    },
    always: "no reply",
    once: "as said",
  },
  {
    name: "a socket that is closed between two chunks",
    send: (response, body, headers) => {
      response.writeHead(200, headers)
      response.write(body.subarray(0, 20), () => response.destroy())
    },
    always: "no reply",
    once: "as said",
  },
  {
    name: "garbage where the length of a chunk should be",
    send: (response) => void response.socket?.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    always: "no reply",
    once: "as said",
  },
  {
    name: "no HTTP at all",
    send: (response) => void response.socket?.end("220 smtp ready\r\n"),
    always: "no reply",
    once: "as said",
  },
  {
    name: "no answer, and the socket stays open",
    waits: true,
    send: () => undefined,
    always: "no reply",
    once: "as said",
  },
  {
    name: "headers, and then nothing",
    waits: true,
    send: (response, _, headers) => void response.writeHead(200, headers).flushHeaders(),
    always: "no reply",
    once: "as said",
  },
  {
    name: "half a body, and then nothing",
    waits: true,
    send: (response, body, headers) => void response.writeHead(200, headers).write(body.subarray(0, body.length / 2)),
    always: "no reply",
    once: "as said",
  },
  {
    name: "a byte every while, for ever",
    waits: true,
    send: (response, _, headers) => void drip(response.writeHead(200, headers), Number.POSITIVE_INFINITY),
    always: "no reply",
    once: "as said",
  },
  {
    name: "a slow body that is whole in the end",
    send: (response, body, headers) => void drip(response.writeHead(200, headers), 40, body),
    always: "as said",
    once: "as said",
  },
]

export const FAULTS: Fault[] = [...whatTheModelSays, ...aroundIt, ...onTheWire]

function replaceBytes(body: Buffer, text: string, bytes: number[]): Buffer {
  const parts = body.toString("latin1").split(text)
  return Buffer.from(parts.join(String.fromCharCode(...bytes)), "latin1")
}

/** White space before JSON is JSON, so what drips is valid as far as it goes. */
async function drip(response: import("node:http").ServerResponse, drops: number, body?: Buffer): Promise<void> {
  for (let drop = 0; drop < drops && !response.destroyed; drop++) {
    response.write(" ")
    await pause(10)
  }
  if (body) response.end(body)
}
