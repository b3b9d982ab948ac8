/** Where pictures are drawn when there is no browser. The web app puts the browser's own document in this file's place. */
import { parseHTML } from "linkedom"

export const { document } = parseHTML("<!doctype html><html><body></body></html>")
