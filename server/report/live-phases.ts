/** Shows the phases of a run while it lasts: one line that is rewritten on a terminal, one line per phase elsewhere. */

export interface LivePhases {
  /** A line about setting up (installing, building). */
  line(text: string): void
  phase(phase: string, done: number, detail: string): void
  end(): void
}

const BAR = 20

export function livePhases(out: NodeJS.WriteStream): LivePhases {
  let current = ""
  let started = performance.now()
  let last = ""
  const clear = () => void (out.isTTY && out.write("\r\x1b[2K"))
  const finish = () => {
    if (current === "") return
    clear()
    out.write(`  ${current.padEnd(24)} ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${last}\n`)
  }
  return {
    line(text) {
      clear()
      out.write(`${text}\n`)
    },
    phase(phase, done, detail) {
      if (phase !== current) {
        finish()
        current = phase
        started = performance.now()
        last = ""
      }
      if (detail) last = detail
      if (!out.isTTY) return
      const filled = Math.round(done * BAR)
      out.write(
        `\r\x1b[2K  ${phase.padEnd(24)} ${"█".repeat(filled)}${"░".repeat(BAR - filled)}  ${detail}`.slice(
          0,
          (out.columns ?? 100) + 6,
        ),
      )
    },
    end() {
      finish()
      current = ""
    },
  }
}
