/** Prints a benchmark's table and keeps its figures as JSON under test/bench/results (not committed). */
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"
import { resolve } from "node:path"

export function publish(name: string, figures: Record<string, unknown>, rows: Record<string, string | number>[]): void {
  console.table(rows)
  keepResult(name, figures)
  console.log(`Written to test/bench/results/${name}.json`)
}

export function keepResult(name: string, figures: Record<string, unknown>): void {
  const folder = resolve(import.meta.dirname, "results")
  mkdirSync(folder, { recursive: true })
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg(),
  }
  const file = resolve(folder, `${name}.json`)
  writeFileSync(file, `${JSON.stringify({ name, at: new Date().toISOString(), machine, ...figures }, null, 1)}\n`)
}

export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits
