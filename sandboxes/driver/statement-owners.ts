/**
 * Which operation a statement of the candidate's belongs to: the one that was running when the relay first saw it. Where a question has one write,
 * the load shows its statements; several writes are loaded side by side, and only calls one by one tell which sent what.
 */
import type { Arm } from "./arm.ts"

export interface StatementOwners {
  /** After a load or a script: with one write, all that nobody owns yet is this operation's. */
  rest(operation: string): void
  /** After a call by itself: with several writes, what a fresh connection has sent since the call before is of this operation. */
  sentBy(operation: string | null): void
  all(): string[]
  operationsOf(text: string): string[]
}

export function statementOwners({ hosts }: Pick<Arm, "hosts">, writes: string[]): StatementOwners {
  const owners = new Map<string, Set<string>>()
  const texts = () => new Set(hosts.flatMap((host) => host.statements()))
  return {
    rest(operation) {
      if (writes.length > 1) return
      for (const text of texts()) if (!owners.has(text)) owners.set(text, new Set([operation]))
    },
    sentBy(operation) {
      for (const text of hosts.flatMap((host) => host.takeNewStatements()))
        if (operation && writes.length > 1) owners.set(text, (owners.get(text) ?? new Set()).add(operation))
    },
    all: () => [...texts()],
    operationsOf: (text) => [...(owners.get(text) ?? [])],
  }
}
