/**
 * What the editor marks in a code file: what the compiler says, in full, and what it does not say: a promise that nobody waits for, which for a write
 * means that it may not have happened when the call has answered.
 */
import type ts from "typescript6"

export interface Lint {
  from: number
  to: number
  severity: "error" | "warning"
  message: string
}

const FORGOTTEN = "A promise is not yet its value: is an `await` missing before it?"
const NOT_AWAITED =
  "Nobody waits for this: without `await` it may happen after the call has answered, and its failure is heard by nobody."

export function lintsOf(compiler: typeof ts, service: ts.LanguageService, path: string): Lint[] {
  const program = service.getProgram()
  const file = program?.getSourceFile(path)
  if (!program || !file) return []
  const said = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)]
  const lints = said.flatMap(({ start, length, messageText }): Lint[] => {
    if (start === undefined || length === undefined) return []
    const message = compiler.flattenDiagnosticMessageText(messageText, "\n")
    const hint = message.includes("Promise<") ? `\n${FORGOTTEN}` : ""
    return [{ from: start, to: start + length, severity: "error", message: message + hint }]
  })
  const checker = program.getTypeChecker()
  const isPromise = (node: ts.Expression) => {
    const type = checker.getTypeAtLocation(node)
    return type.getProperty("then") !== undefined && type.getProperty("catch") !== undefined
  }
  const visit = (node: ts.Node) => {
    // An assignment has taken it, and `void` says that it is meant so.
    if (
      compiler.isExpressionStatement(node) &&
      compiler.isCallExpression(node.expression) &&
      isPromise(node.expression)
    )
      lints.push({
        from: node.expression.getStart(file),
        to: node.expression.getEnd(),
        severity: "warning",
        message: NOT_AWAITED,
      })
    compiler.forEachChild(node, visit)
  }
  visit(file)
  return lints
}
