/** Sends links by mail where SMTP is configured. Where it is not, whoever may pass the link on is shown it instead. */
import { createTransport } from "nodemailer"
import type { PlatformSettings } from "../settings.ts"

export interface Mail {
  /** False: nobody sends mail here. Throws where the server refuses. */
  send(message: { to: string; subject: string; text: string }): Promise<boolean>
}

export function openMail({ smtpUrl, mailFrom }: Pick<PlatformSettings, "smtpUrl" | "mailFrom">): Mail {
  if (smtpUrl === undefined) return { send: async () => false }
  const transport = createTransport(smtpUrl, { from: mailFrom })
  return {
    async send(message) {
      await transport.sendMail(message)
      return true
    },
  }
}
