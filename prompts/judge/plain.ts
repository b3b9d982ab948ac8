/**
 * The answer as it is sent to a model: what a reader cannot see, or could take for the marks around it, is taken out. Nothing else is changed, which
 * `test/graders/judge/drift` holds it to.
 */

/** Soft hyphen, zero-width characters and joiners, marks and overrides of direction, invisible operators, tag characters and variation selectors of the supplementary plane, and control characters other than tab and line ends. */
export const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|\u034F|[\u17B4\u17B5]|\u180B|\u180C|\u180D|\u180F|\uDB40[\uDC00-\uDDEF]/g

/** The brackets that mark where an answer begins and ends. */
export const MARKS: Record<string, string> = { "⟦": "[", "⟧": "]" }

export const plain = (answer: string): string => answer.replace(UNSEEN, "").replace(/[⟦⟧]/g, (mark) => MARKS[mark])
