/** Links to a report's sections, by the headings that they have: a report is long, and its reader knows what they came for. */
import type { Report } from "../../graders/report.ts"
import { html, type Markup, trusted } from "./markup.ts"

/** What a section begins with. Text of a submission cannot look like it: markup in it is escaped. */
const BEGINNING = /<section id="([a-z]+)"><h2>([^<]*)<\/h2>/g

/** Apart from the pictures themselves: the app draws them later than it shows the way to them. */
export const picturesBeginning = ({ evidence, comparison }: Report): Markup | false =>
  comparison !== null &&
  (evidence?.stages.some(({ stopped }) => stopped === null) ?? false) &&
  html`<section id="pictures"><h2>What was measured</h2>`

/** Sections with the way back to the contents at their ends. */
export const withWayBack = ({ markup }: Markup): Markup =>
  trusted(
    markup.replaceAll("</section>", '<p class="back small"><a href="#contents">To the contents</a></p></section>'),
  )

export function contentsOf(...sections: (Markup | false)[]): Markup {
  const found = sections.flatMap((section) => (section === false ? [] : [...section.markup.matchAll(BEGINNING)]))
  return html`<nav class="contents small" id="contents" aria-label="In this report"><ul>${found.map(
    ([, id, heading]) => html`<li><a href="#${id}">${trusted(heading!)}</a></li>`,
  )}</ul></nav>`
}
