import { describe, expect, it } from "vitest"
import { growthPictures } from "../../../server/report/growth-tables.ts"
import { drawGrowth } from "../../../server/report/pictures/growth.ts"
import { edited, evidenceOf, gradeOf } from "../../graders/made-up.ts"

const pieces = (report: ReturnType<typeof gradeOf>) =>
  growthPictures(report).find(({ title }) => title.startsWith("Does the largest partition grow with days"))!

/** Beside the events a table of another kind, small and growing with each day. */
const overtaken = () =>
  gradeOf(
    edited("strong", (evidence) => {
      for (const stage of evidence.stages) {
        const [events] = stage.storage!.tables
        const largestPartitionBytes = 5_000 * stage.at.history!
        stage.storage!.tables.push({ ...events!, name: "visits", largestPartitionBytes })
      }
    }),
  )

describe("the picture of the largest piece", () => {
  it("draws one line to its own end, and says what a smaller piece comes to that overtakes it", () => {
    const picture = pieces(overtaken())
    const [own, strong] = picture.curves
    expect(own!.beyond!.value).toBe(strong!.beyond!.value)
    expect(own!.overtakenBy).toBeGreaterThan(own!.beyond!.value)
    expect(drawGrowth(picture).caption).toMatch(/stays flat.*One that is smaller so far still grows, and comes to/)
  })

  it("says nothing of it where the largest piece stays the largest", () => {
    const picture = pieces(gradeOf(evidenceOf("adequate")))
    expect(picture.curves[0]!.overtakenBy).toBeUndefined()
    expect(drawGrowth(picture).caption).not.toContain("smaller so far")
  })
})
