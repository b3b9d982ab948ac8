/** What a request asks, read from the prompt as a model would. The one file here that knows how the judge's prompts look. */

export interface Asked {
  purpose: "written" | "claims" | "probe"
  /** The quotes of an earlier reply were not found. */
  again: boolean
  /** In the order of the prompt; `key` names it in the reply. */
  statements: { key: string; statement: string }[]
  /** Between the marks; "" where there is none. */
  answer: string
  /** The line that closes the answer. */
  fence: string
  /** What else the prompt says, the answer left out. */
  around: string
  /** The tool that must be called; null: none. */
  tool: string | null
}

export interface Said {
  reason: string
  quote: string
  verdict: string
}

export function readAsked(body: Record<string, unknown>): Asked {
  const messages = body.messages as { role: string; content: string }[]
  const user = messages.findLast(({ role }) => role === "user")?.content ?? ""
  const found = /⟦answer ([0-9a-f]+)⟧\n(.*)\n⟦end \1⟧/s.exec(user)
  const around = found ? user.slice(0, found.index) + user.slice(found.index + found[0].length) : user
  const statements = [...around.matchAll(/^## (s\d+)\nStatement: (.*)$/gm)].map(([, key, statement]) => ({
    key,
    statement,
  }))
  const [tool] = (body.tools as { function: { name: string } }[] | undefined) ?? []
  return {
    purpose: !found ? "probe" : statements.length > 0 ? "written" : "claims",
    again: /earlier reply/.test(around),
    statements,
    answer: found?.[2] ?? "",
    fence: found ? `⟦end ${found[1]}⟧` : "",
    around,
    tool: tool?.function.name ?? null,
  }
}

/** A reply in the form that was asked for. */
export function reply(asked: Asked, say: (statement: string) => Said, claims: object[] = []): unknown {
  if (asked.purpose === "probe") return { ready: "yes" }
  if (asked.purpose === "claims") return { claims }
  return Object.fromEntries(asked.statements.map(({ key, statement }) => [key, say(statement)]))
}
