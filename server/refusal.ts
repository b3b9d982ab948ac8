/** The caller's mistake: a sentence for the person at the keyboard, no stack, no error id. */
export class Refusal extends Error {
  override name = "Refusal"
  readonly exitCode: number
  constructor(message: string, exitCode = 2) {
    super(message)
    this.exitCode = exitCode
  }
}
