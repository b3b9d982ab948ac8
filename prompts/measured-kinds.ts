/** Which kinds of criteria come from measurements rather than from the written answer. By itself, so that who shows a report needs no schemas. */
import type { CriterionKind } from "./question.ts"

export const MEASURED_KINDS = ["correctness", "work", "growth", "position", "budget"] as const satisfies CriterionKind[]
