/** What a fault may change of a reply, from what the model says to how the bytes go out. Each changes one thing; the rest stays good. */
import type { ServerResponse } from "node:http"
import type { ReviewReason } from "../../../graders/judge/judgement.ts"

/** "as said": as if nothing had happened. Else nobody is judged, and this is why a person has to look. */
export type FaultOutcome = "as said" | ReviewReason

export interface Fault {
  name: string
  /** Answers with this status and body in place of a completion. */
  status?: { code: number; headers?: Record<string, string>; body: unknown }
  /** Changes what the model says; null: it says nothing. */
  content?(content: string): string | null
  /** Changes the choice around it. */
  choice?(choice: Choice): unknown
  /** Changes the whole completion. */
  completion?(completion: Completion): unknown
  /** Changes the body as it is sent. */
  bytes?(body: Buffer): Buffer
  headers?: Record<string, string>
  /** Sends status, headers and body in its own way, or does not. */
  send?(response: ServerResponse, body: Buffer, headers: Record<string, string>): void
  /** What must become of a criterion that the model calls met with a true quote, where every call has this fault. */
  always: FaultOutcome
  /** The same where only the first call has it. */
  once: FaultOutcome
  /** Ends with the deadline and not before. */
  waits?: true
  /** Why so, where the name does not say it. */
  because?: string
}

export interface ToolCall {
  id: string
  type: "function"
  function: { name: string; arguments: string }
}

export interface Choice {
  index: number
  message: { role: "assistant"; content: string | null; refusal: string | null; tool_calls?: ToolCall[] }
  finish_reason: string
  logprobs: null
}

export interface Completion {
  id: string
  object: "chat.completion"
  created: number
  model: string
  choices: Choice[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number }
}
