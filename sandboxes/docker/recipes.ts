/** Reads how our images are made: an `image.yaml` beside each `Dockerfile`. Builds nothing. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { parse } from "yaml"
import { z } from "zod"

export const PROJECT = join(import.meta.dirname, "../..")

const RecipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Path in the project (`${NODE}`, `${ESBUILD}`, `${TYPESCRIPT}` stand for the platform's packages) -> path in the build context. */
  context: z.record(z.string(), z.string()).default({}),
  /** npm packages that go to `node_modules/` in the context, with all that they depend on at run time. */
  packages: z.array(z.string()).default([]),
  /** Globs over paths in the context that are left out, and so do not cause a new build either. */
  excludes: z.array(z.string()).default([]),
  /** Other images of ours that are built first; the Dockerfile gets their tags as build arguments (`other-image` as OTHER_IMAGE). */
  needs: z.array(z.string()).default([]),
  /** "none": the build's steps must not reach any network. */
  network: z.literal("none").optional(),
  /** Built only for who names it: no run needs it. */
  onDemand: z.boolean().default(false),
})

export interface Recipe extends z.infer<typeof RecipeSchema> {
  /** Folder of the Dockerfile, the root of the build context. */
  folder: string
}

const PLACES = [
  "sandboxes/host/image.yaml",
  "sandboxes/driver/image.yaml",
  "sandboxes/engines/*/image.yaml",
  "test/bench/*/image.yaml",
]

/** All recipes by name, each after those that it needs. */
export function readRecipes(project: string = PROJECT): Recipe[] {
  const files = PLACES.flatMap((place) => globSync(place, { cwd: project })).sort()
  const recipes = new Map<string, Recipe>()
  for (const file of files) {
    const parsed = RecipeSchema.safeParse(parse(readFileSync(join(project, file), "utf8")))
    if (!parsed.success) throw new Error(`${file} is not an image recipe: ${z.prettifyError(parsed.error)}`)
    const known = recipes.get(parsed.data.name)
    if (known)
      throw new Error(`${file} and ${relative(project, known.folder)} both describe the image "${known.name}".`)
    recipes.set(parsed.data.name, { ...parsed.data, folder: join(project, dirname(file)) })
  }
  return inOrder(recipes)
}

/** The recipes of these names and all that they need; every one that a run needs if no names are given. */
export function select(recipes: Recipe[], names: string[] | undefined): Recipe[] {
  if (!names) return recipes.filter((recipe) => !recipe.onDemand)
  const wanted = new Set<string>()
  const want = (name: string) => {
    const recipe = recipes.find((item) => item.name === name)
    if (!recipe) throw new Error(`There is no image "${name}". Known: ${recipes.map((item) => item.name).join(", ")}.`)
    wanted.add(name)
    for (const need of needsOf(recipe)) want(need)
  }
  for (const name of names) want(name)
  return recipes.filter((recipe) => wanted.has(recipe.name))
}

/** "base" may be named among the needs; it is given to every build in any case. */
export function needsOf(recipe: Recipe): string[] {
  return recipe.needs.filter((name) => name !== "base")
}

function inOrder(recipes: Map<string, Recipe>): Recipe[] {
  const done = new Set<Recipe>()
  const visit = (recipe: Recipe, path: string[]) => {
    if (done.has(recipe)) return
    if (path.includes(recipe.name))
      throw new Error(`Image recipes need each other: ${[...path, recipe.name].join(" -> ")}.`)
    for (const name of needsOf(recipe)) {
      const need = recipes.get(name)
      if (!need) throw new Error(`The image "${recipe.name}" needs an image "${name}", which no image.yaml describes.`)
      visit(need, [...path, recipe.name])
    }
    done.add(recipe)
  }
  for (const recipe of recipes.values()) visit(recipe, [])
  return [...done]
}

/** Source path in the project of a context entry, placeholders replaced for this platform. */
export function sourceOf(path: string, project: string): string {
  const platform = `linux-${process.arch}`
  const places: Record<string, string> = {
    NODE: `node_modules/node-${platform}`,
    ESBUILD: `node_modules/@esbuild/${platform}`,
    TYPESCRIPT: `node_modules/@typescript/typescript-${platform}`,
  }
  return join(
    project,
    path.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
      const place = places[name]
      if (!place) throw new Error(`${whole} is not known in an image recipe; known: ${Object.keys(places).join(", ")}.`)
      return place
    }),
  )
}

/** Folders of these packages and of everything that they depend on at run time, as npm has installed them. */
export function packageFolders(names: string[], project: string): string[] {
  if (names.length === 0) return []
  const lock = JSON.parse(readFileSync(join(project, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, { dependencies?: Record<string, string> }>
  }
  const found = new Set<string>()
  // npm looks for a dependency in the asking package's own node_modules first, then in each folder above.
  const resolve = (name: string, from: string): string => {
    const chain = from ? from.slice("node_modules/".length).split("/node_modules/") : []
    for (let depth = chain.length; depth >= 0; depth--) {
      const place = [...chain.slice(0, depth), name].map((part) => `node_modules/${part}`).join("/")
      if (lock.packages[place]) return place
    }
    throw new Error(`The package "${name}" is not installed; run ./proofrun doctor.`)
  }
  const add = (name: string, from: string) => {
    const place = resolve(name, from)
    if (found.has(place)) return
    found.add(place)
    for (const dependency of Object.keys(lock.packages[place]?.dependencies ?? {})) add(dependency, place)
  }
  for (const name of names) add(name, "")
  return [...found].filter((place) => existsSync(join(project, place)))
}
