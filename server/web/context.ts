/** What a route's code gets: who calls, and the parts of the server that it may use. */
import { implement } from "@orpc/server"
import type { Response } from "express"
import type { Logger } from "pino"
import type { LoadedQuestion } from "../../prompts/load-question.ts"
import type { Access } from "../contract/access.ts"
import { contract } from "../contract.ts"
import type { Store } from "../store/database.ts"
import type { PersonRow } from "../store/people.ts"
import { permit } from "./access.ts"
import type { Accounts } from "./accounts.ts"
import type { Limits } from "./limits.ts"
import type { Live } from "./live.ts"
import type { Mail } from "./mail.ts"
import { refuse } from "./refuse.ts"
import { NOT_STORABLE, storable } from "./storable.ts"

export interface Parts {
  store: Store
  accounts: Accounts
  mail: Mail
  live: Live
  limits: Limits
  /** By id, as their folders are. */
  questions: Map<string, LoadedQuestion>
  /** Where people reach the server. */
  address: string
  log: Logger
}

export interface Context extends Parts {
  caller: PersonRow | null
  /** Whether the session that was called with still holds, for answers that take long. True where nobody was signed in. */
  stillSignedIn(): Promise<boolean>
  /** Whoever calls, for limits: a person's id, else an address. */
  who: string
  headers: Headers
  /** For what the metrics are told. */
  response: Response
}

/** Every route passes here first: who may not call it is turned away before its code runs. */
export const api = implement(contract)
  .$context<Context>()
  .use(async ({ context, procedure, next }, input) => {
    const { access } = procedure["~orpc"].meta as { access: Access }
    if (!storable(input)) throw refuse.badRequest(NOT_STORABLE)
    await permit(context.store.db, access, context.caller, input)
    return next()
  })

/** The caller of a route whose access says that there is one. */
export function callerIn({ caller }: Context): PersonRow {
  if (!caller) throw new Error("A route that needs a caller was reached without one.")
  return caller
}
