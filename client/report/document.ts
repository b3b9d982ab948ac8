/** The document that pictures are drawn into: the browser's own, in the place of `server/report/pictures/document.ts`. */
export const document = globalThis.document
