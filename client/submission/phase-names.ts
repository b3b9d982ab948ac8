/** What a run is doing, in a candidate's words. The driver names its phases for those who read timings. */
const WORDS: Record<string, string> = {
  waiting: "waiting for the machine",
  sandbox: "starting the sandbox",
  compile: "compiling",
  schema: "applying the schema",
  connect: "connecting",
  load: "loading",
  correctness: "checking answers",
  work: "counting work",
  visibility: "timing when writes show",
  references: "preparing references",
  "burn-in": "warming up",
  position: "timing beside references",
  peak: "at peak load",
  facts: "taking the last figures",
}

/** `load 2-days` becomes "loading, 2 days"; a phase without words of its own stands as it is. */
export function phaseName(phase: string): string {
  const [first = "", ...size] = phase.split(" ")
  const words = Object.hasOwn(WORDS, first) ? WORDS[first] : undefined
  if (words === undefined) return phase
  return [words, ...size.map((one) => one.replaceAll("-", " "))].join(", ")
}
