/** Our side failed while a submission ran: retried on a fresh pod, and never charged to the candidate. */
export class PodFault extends Error {
  override name = "PodFault"
  /** The phase that was under way, as the driver last named it; null before the first. */
  readonly phase: string | null
  /** The engine was found dead, and its driver alive. The second time in the same phase this is what the candidate's calls did. */
  readonly engineDied: boolean

  constructor(
    message: string,
    { phase = null, engineDied = false, cause }: { phase?: string | null; engineDied?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.phase = phase
    this.engineDied = engineDied
  }
}
