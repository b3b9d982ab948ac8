import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import tar from "tar-stream"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { contextFiles, fingerprint, packContext } from "../../../sandboxes/docker/build-context.ts"
import { type FileHashes, fileHashes } from "../../../sandboxes/docker/file-hashes.ts"
import { packageFolders, readRecipes, select } from "../../../sandboxes/docker/recipes.ts"

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "proofrun-recipes-"))
  put("sandboxes/host/image.yaml", "name: host\ncontext: {lib: opt/lib}\nexcludes: ['**/*.md']\nneeds: [base, tool]")
  put("sandboxes/host/Dockerfile", "FROM scratch")
  put("lib/a.txt", "a")
  put("lib/deep/run.sh", "b")
  put("lib/README.md", "not for the image")
  put("sandboxes/engines/tool/image.yaml", "name: tool")
  put("sandboxes/engines/tool/Dockerfile", "FROM scratch")
})
afterEach(() => rmSync(project, { recursive: true }))

function put(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), content)
}

function hashes(): FileHashes {
  return fileHashes(join(project, "state/hashes.json"))
}

function print(memory: FileHashes = hashes(), args = {}): string {
  const recipe = readRecipes(project).find(({ name }) => name === "host")!
  return fingerprint(recipe, contextFiles(recipe, project), args, memory)
}

describe("recipes", () => {
  it("come after what they need", () => {
    expect(readRecipes(project).map(({ name }) => name)).toEqual(["tool", "host"])
    expect(select(readRecipes(project), ["host"]).map(({ name }) => name)).toEqual(["tool", "host"])
    expect(select(readRecipes(project), ["tool"]).map(({ name }) => name)).toEqual(["tool"])
    expect(() => select(readRecipes(project), ["toll"])).toThrow('There is no image "toll". Known: tool, host.')
  })

  it("that no run needs are built only for who names them", () => {
    put("test/bench/load/image.yaml", "name: load\nonDemand: true")
    put("test/bench/load/Dockerfile", "FROM scratch")
    expect(select(readRecipes(project), undefined).map(({ name }) => name)).toEqual(["tool", "host"])
    expect(select(readRecipes(project), ["load"]).map(({ name }) => name)).toEqual(["load"])
  })

  it("that need each other, an unknown one, or are not recipes, are named", () => {
    put("sandboxes/engines/tool/image.yaml", "name: tool\nneeds: [host]")
    expect(() => readRecipes(project)).toThrow("Image recipes need each other: tool -> host -> tool.")
    put("sandboxes/engines/tool/image.yaml", "name: tool\nneeds: [toast]")
    expect(() => readRecipes(project)).toThrow('needs an image "toast"')
    put("sandboxes/engines/tool/image.yaml", "name: tool\ncontexts: {}")
    expect(() => readRecipes(project)).toThrow("sandboxes/engines/tool/image.yaml is not an image recipe")
  })

  it("of this project can all be read, and their contexts exist", () => {
    for (const recipe of readRecipes()) expect(contextFiles(recipe).map(({ target }) => target)).toContain("Dockerfile")
  })
})

describe("the fingerprint of an image", () => {
  it("stays the same for the same files, and over what is excluded or only told", () => {
    const first = print()
    put("lib/README.md", "edited")
    put(
      "sandboxes/host/image.yaml",
      "# edited\nname: host\ncontext: {lib: opt/lib}\nexcludes: ['**/*.md']\nneeds: [tool]",
    )
    expect(print()).toBe(first)
  })

  it("changes with any content, name, mode, link, and with what it is built from", () => {
    const seen = [print(), print(hashes(), { base: "sha256:2" })]
    put("lib/a.txt", "A")
    seen.push(print())
    put("lib/b.txt", "")
    seen.push(print())
    chmodSync(join(project, "lib/deep/run.sh"), 0o755)
    seen.push(print())
    symlinkSync("a.txt", join(project, "lib/link"))
    seen.push(print())
    expect(new Set(seen).size).toBe(seen.length)
  })

  it("is remembered over runs, yet sees an edit that kept size and time", () => {
    const old = new Date("2020-01-01")
    utimesSync(join(project, "lib/a.txt"), old, old)
    // As if an hour had passed, so that the file counts as settled.
    const inAnHour = () => fileHashes(join(project, "state/hashes.json"), () => Date.now() + 3_600_000)
    const memory = inAnHour()
    const first = print(memory)
    memory.save()
    expect(print(inAnHour())).toBe(first)
    put("lib/a.txt", "b")
    utimesSync(join(project, "lib/a.txt"), old, old)
    expect(print(inAnHour())).not.toBe(first)
  })

  it("does not trust a damaged memory", () => {
    const first = print()
    put("state/hashes.json", "{ half")
    expect(print()).toBe(first)
  })
})

describe("the build context", () => {
  async function unpacked(): Promise<Record<string, string>> {
    const recipe = readRecipes(project).find(({ name }) => name === "host")!
    const found: Record<string, string> = {}
    const extract = tar.extract()
    extract.on("entry", (header, stream, next) => {
      const mode = (header.mode ?? 0).toString(8)
      void text(stream).then((content) => {
        found[header.name] =
          header.type === "file" ? `${mode} ${content}` : `${mode} ${header.type} ${header.linkname ?? ""}`
        next()
      })
    })
    const done = new Promise((resolve, reject) => extract.on("finish", resolve).on("error", reject))
    packContext(contextFiles(recipe, project), Buffer.from("CERT"), hashes()).pipe(extract)
    await done
    return found
  }

  it("holds the Dockerfile's folder, what the recipe adds, and the machine's certificates", async () => {
    chmodSync(join(project, "lib/deep/run.sh"), 0o700)
    chmodSync(join(project, "lib/a.txt"), 0o600)
    expect(await unpacked()).toEqual({
      Dockerfile: "644 FROM scratch",
      "opt/": "755 directory ",
      "opt/lib/": "755 directory ",
      "opt/lib/a.txt": "644 a",
      "opt/lib/deep/": "755 directory ",
      "opt/lib/deep/run.sh": "755 b",
      "ca-bundle.crt": "644 CERT",
    })
  })

  it("that was edited after it got its fingerprint is refused", async () => {
    const recipe = readRecipes(project).find(({ name }) => name === "host")!
    const memory = hashes()
    const files = contextFiles(recipe, project)
    fingerprint(recipe, files, {}, memory)
    put("lib/a.txt", "edited")
    await expect(text(packContext(files, Buffer.from(""), memory))).rejects.toThrow(
      "was edited while its image was being built",
    )
  })

  it("takes npm packages with what they depend on, the nearest copy of each as Node would find it", () => {
    const installed = {
      "node_modules/a": { dependencies: { b: "1", c: "1" } },
      "node_modules/a/node_modules/b": { dependencies: { c: "1" } },
      "node_modules/b": {},
      "node_modules/c": {},
    }
    put("node_modules/.package-lock.json", JSON.stringify({ packages: installed }))
    for (const place of Object.keys(installed)) put(`${place}/index.js`, "")
    expect(packageFolders(["a"], project)).toEqual([
      "node_modules/a",
      "node_modules/a/node_modules/b",
      "node_modules/c",
    ])
    expect(() => packageFolders(["d"], project)).toThrow('The package "d" is not installed')
  })

  it("that lacks a file says which", () => {
    rmSync(join(project, "lib"), { recursive: true })
    expect(() => print()).toThrow('The image "host" needs lib, which is not there.')
  })
})
