import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import { describe, expect, it } from "vitest"

const ROOT = resolve(import.meta.dirname, "../..")
const FOLDERS = ["prompts", "sandboxes", "graders", "server", "client"]
/** What a folder may import of the others. `client` may know of the server its contract, and how a report is put into words and pictures. */
const MAY_KNOW: Record<string, (file: string) => boolean> = {
  prompts: (file) => file.startsWith("prompts/"),
  sandboxes: (file) => /^(prompts|sandboxes)\//.test(file),
  graders: (file) =>
    /^(prompts|graders)\//.test(file) || file === "sandboxes/evidence.ts" || file === "sandboxes/submission.ts",
  server: (file) => /^(prompts|sandboxes|graders|server)\//.test(file),
  client: (file) => file.startsWith("client/") || file === "server/contract.ts" || file.startsWith("server/report/"),
}
const ONE_OWNER: [RegExp, string[]][] = [
  [/from "dockerode"|import\("dockerode"\)/, ["sandboxes/docker/docker.ts"]],
  [/from "openai"/, ["graders/judge/openai.ts"]],
  [/from "bullmq"/, ["server/queue.ts"]],
  [/process\.env\b/, ["server/settings.ts"]],
]

interface Source {
  file: string
  text: string
}

const sources: Source[] = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...FOLDERS], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.endsWith(".d.ts"))
  .map((file) => ({ file, text: readFileSync(resolve(ROOT, file), "utf8") }))

function importsOf({ file, text }: Source): string[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) => path)
  return found.map((path) => relative(ROOT, resolve(ROOT, dirname(file), path)))
}

describe("the house", () => {
  it("has sources to look at", () => expect(sources.length).toBeGreaterThan(20))

  it("imports only to the left: prompts <- sandboxes <- graders <- server <- client", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((target) => !MAY_KNOW[source.file.split("/")[0]](target))
        .map((target) => `${source.file} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it("keeps dockerode, openai, bullmq and the environment each in the one file that owns them", () => {
    const wrong = ONE_OWNER.flatMap(([pattern, owners]) =>
      sources
        .filter(({ file, text }) => pattern.test(withoutTypeImports(text)) && !owners.includes(file))
        .map(({ file }) => `${file} has ${pattern.source}`),
    )
    expect(wrong).toEqual([])
  })
})

/** Types cost nothing and open no door. */
function withoutTypeImports(text: string): string {
  return text.replace(/import type [^\n]*\n/g, "\n").replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, "")
}
