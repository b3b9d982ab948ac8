/** The pieces for a team's server fit each other and the program: names of settings, ports, sockets and metrics are the same in all of them. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { openMetrics } from "../../server/metrics.ts"
import { readSettings } from "../../server/settings.ts"
import { openStore } from "../../server/store/database.ts"
import { ROOT } from "../support/grading.ts"

interface Service {
  image: string
  build?: unknown
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
}

const text = (path: string) => readFileSync(join(ROOT, path), "utf8")
const { services } = parse(text("docker-compose.yml"), { merge: true }) as { services: Record<string, Service> }
const ours = Object.entries(services).filter(([, { image }]) => image === "proofrun")

/** As somebody would fill them in who sets what must be set; what is inside of something else first. */
function filled(value: string): string {
  const once = value.replace(
    /\$\{(\w+)(?::([-?])([^${}]*))?\}/g,
    (_all, name: string, sort?: string, otherwise = "") => (sort === "-" ? otherwise : `filled-${name.toLowerCase()}`),
  )
  return once === value ? value : filled(once)
}

describe("docker-compose.yml", () => {
  it("has every part, each by a command that there is", () => {
    expect(ours.map(([name, { command }]) => [name, command])).toEqual([
      ["server", ["serve"]],
      ["worker", ["worker"]],
      ["broker", ["broker"]],
    ])
    expect(Object.keys(services)).toEqual(expect.arrayContaining(["postgres", "redis", "prometheus", "grafana"]))
  })

  it("pins the images of others", () => {
    for (const [name, { image }] of Object.entries(services))
      if (image !== "proofrun") expect(image, name).toMatch(/:v?\d+\.\d+/)
  })

  it("builds the program's image once, and puts nobody's secrets into it or into the repository", () => {
    expect(ours.filter(([, { build }]) => build !== undefined).map(([name]) => name)).toEqual(["server"])
    for (const file of [".dockerignore", ".gitignore"]) expect(text(file).split("\n"), file).toContain(".env")
  })

  it("sets only what the program reads", () => {
    const known = text("server/settings.ts")
    for (const [name, { environment = {} }] of ours)
      for (const variable of Object.keys(environment))
        expect(known, `${variable} of ${name}`).toContain(`  ${variable}:`)
  })

  it("gives each part settings that it understands", () => {
    for (const [, { environment = {} }] of ours) {
      const set = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)]))
      expect(() => readSettings(set)).not.toThrow()
    }
  })

  it("lets the broker alone reach the Docker Engine, and keeps it from the database", () => {
    const reaching = Object.entries(services).filter(([, { volumes = [] }]) =>
      volumes.some((one) => one.includes("docker.sock")),
    )
    expect(reaching.map(([name]) => name)).toEqual(["broker"])
    expect(services.broker!.environment).not.toHaveProperty("DATABASE_URL")
    expect(services.broker!.environment!.PROOFRUN_BROKER).toBe(services.worker!.environment!.PROOFRUN_BROKER)
  })

  it("mounts files that there are", () => {
    for (const { volumes = [] } of Object.values(services))
      for (const volume of volumes.filter((one) => one.startsWith("./")))
        expect(text(volume.split(":")[0]!)).not.toBe("")
  })
})

describe("what is watched", () => {
  const known = new Set<string>()
  // Asking a gauge for the database's state needs none to be registered.
  const store = openStore("postgres://nobody@localhost/none")
  for (const { name } of openMetrics({ db: store.db, watchers: () => 0 }).registry.getMetricsAsArray()) known.add(name)
  const dashboard = JSON.parse(text("server/monitoring/grafana/proofrun.json")) as {
    panels: { title: string; targets: { expr: string }[] }[]
  }
  const alerts = parse(text("server/monitoring/alerts.yml")) as {
    groups: { rules: { alert: string; expr: string }[] }[]
  }

  it("is measured: every figure that a panel or an alert asks for", () => {
    const asked = [
      ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr }))),
      ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ title: alert, expr }))),
    ]
    for (const { title, expr } of asked)
      for (const [name] of expr.matchAll(/\b(?:proofrun|process)_\w+/g))
        expect(known.has(name) || known.has(name.replace(/_(bucket|count|sum)$/, "")), `${name} of "${title}"`).toBe(
          true,
        )
  })

  it("is shown: every figure of ours is on the dashboard", () => {
    const shown = JSON.stringify(dashboard)
    const left = [...known].filter((name) => name.startsWith("proofrun_") && !shown.includes(name))
    // An alert says this one.
    expect(left).toEqual(["proofrun_database_up"])
  })

  it("is found: Prometheus asks each part at the port that it is given", () => {
    const { scrape_configs } = parse(text("server/monitoring/prometheus.yml")) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[]
    }
    const targets = scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))
    expect(targets).toEqual(ours.map(([name, { environment }]) => `${name}:${environment!.PROOFRUN_METRICS_PORT}`))
  })
})
