import { expect, it } from "vitest"
import type { SubmissionView } from "../../../server/contract/forms.ts"
import { fingerprint } from "../../../server/web/views.ts"

const view = (seconds: number, done: number) =>
  ({ id: "a", state: "running", phases: [{ phase: "load", done, detail: "", seconds }] }) as unknown as SubmissionView

it("a submission whose clock alone has gone on is the same picture, and is not sent again to everybody who watches", () => {
  expect(fingerprint(view(7, 0.5))).toBe(fingerprint(view(1, 0.5)))
  expect(fingerprint(view(1, 0.6))).not.toBe(fingerprint(view(1, 0.5)))
})
