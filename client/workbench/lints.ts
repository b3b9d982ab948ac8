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

/** Plain JavaScript is welcome: that something has no type is not said. As in `sandboxes/host/process/check-types.mjs`. */
const WITHOUT_TYPES = [7005, 7006, 7008, 7010, 7011, 7015, 7016, 7017, 7018, 7019, 7022, 7023, 7024, 7031, 7034, 7053]

const FORGOTTEN = "A promise is not yet its value: is an `await` missing before it?"
/** A promise where its value is wanted. Of two promises of different things it is the thing that is wrong. */
const PROMISE_FOR_VALUE =
  /on type 'Promise<|Type 'Promise<[^']*' (?:is not assignable to type '(?!Promise<)|must have a)|types 'Promise<|argument of type 'Promise<[^']*' is not assignable to parameter of type '(?!Promise<)/i
const NOT_AWAITED = "Nobody waits for this: without `await` it may happen after the call has answered."

/** What helps with a message of the compiler's, on a line of its own; "": nothing is known. */
export const hintOf = (message: string): string => (PROMISE_FOR_VALUE.test(message) ? `\n${FORGOTTEN}` : "")

export function lintsOf(compiler: typeof ts, service: ts.LanguageService, path: string): Lint[] {
  const program = service.getProgram()
  const file = program?.getSourceFile(path)
  if (!program || !file) return []
  const said = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)]
  const lints = said.flatMap(({ start, length, code, messageText }): Lint[] => {
    if (start === undefined || length === undefined || WITHOUT_TYPES.includes(code)) return []
    const message = compiler.flattenDiagnosticMessageText(messageText, "\n")
    return [{ from: start, to: start + length, severity: "error", message: message + hintOf(message) }]
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
