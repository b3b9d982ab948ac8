/** The workbench's left column: the brief with rates and criteria, beside what is being written. */
import type { QuestionView } from "../api/api.ts"
import { Criteria } from "../question/criteria.tsx"
import { MarkdownText } from "../question/markdown.tsx"
import { withoutTitle } from "../question/question.tsx"
import { HowToCall } from "./how-to-call.tsx"

export function Brief({ question, engine }: { question: QuestionView; engine: string }) {
  return (
    <section className="brief" aria-label="Brief">
      <h2>{question.title}</h2>
      <details>
        <summary>Operations and budgets</summary>
        <table className="plain-table">
          <caption className="aloud">Operations and budgets</caption>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col" className="figure">
                at peak
              </th>
              <th scope="col" className="figure">
                99 of 100 within
              </th>
            </tr>
          </thead>
          <tbody>
            {question.content.operations.map(({ name, perSecond, budgetP99Ms }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td className="figure">{perSecond}/s</td>
                <td className="figure">{budgetP99Ms} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <details>
        <summary>What counts</summary>
        <Criteria rubric={question.rubric} />
      </details>
      <HowToCall engine={engine} />
      <MarkdownText text={withoutTitle(question.statement)} below={1} />
    </section>
  )
}
