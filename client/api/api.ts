/** The server's API as typed calls. All that the app knows of the server is its contract. */

import contract from "virtual:contract"
import { createORPCClient, ORPCError } from "@orpc/client"
import type { ContractRouterClient, InferContractRouterOutputs } from "@orpc/contract"
import { OpenAPILink } from "@orpc/openapi-client/fetch"
import type { Contract } from "../../server/contract.ts"

export const api: ContractRouterClient<Contract> = createORPCClient(
  new OpenAPILink(contract, { url: () => `${location.origin}/api` }),
)

type Outputs = InferContractRouterOutputs<Contract>
export type ListedQuestion = Outputs["questions"]["list"][number]
export type QuestionView = Outputs["questions"]["get"]
export type Work = Outputs["questions"]["starter"]
export type ListedSubmission = Outputs["submissions"]["list"][number]
export type SubmissionView = Outputs["submissions"]["get"]
export type Report = Outputs["submissions"]["report"]
export type Sitting = Outputs["sittings"]["get"]

export const isSignedOut = (error: unknown): boolean => error instanceof ORPCError && error.status === 401
export const isMissing = (error: unknown): boolean => error instanceof ORPCError && error.status === 404
export const isConflict = (error: unknown): boolean => error instanceof ORPCError && error.status === 409
/** Nobody answered, or the server says that it cannot just now: the same again may well work. Says nothing about what was asked. */
export const isAway = (error: unknown): boolean =>
  error instanceof ORPCError ? error.status >= 500 || error.status === 429 : error instanceof TypeError

/** A sentence for a person. */
export function sentence(error: unknown): string {
  if (error instanceof ORPCError && error.status < 500 && error.message) return error.message
  if (isAway(error)) return "The server could not be reached. Nothing is lost; try again in a moment."
  return error instanceof Error ? error.message : String(error)
}
