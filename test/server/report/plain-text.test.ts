import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { escaped, html } from "../../../server/report/markup.ts"
import { plainLine, plainText } from "../../../server/report/plain-text.ts"

describe("plain text", () => {
  it("shows what would colour, move or turn the text of a terminal", () => {
    expect(plainText("a\u001b[31mb\u0007\u202ec\u200bd\u2028e")).toBe(
      "a\\u{1b}[31mb\\u{7}\\u{202e}c\\u{200b}d\\u{2028}e",
    )
  })

  it("keeps letters of every script, newlines and tabs", () => {
    expect(plainText("Größe\t数\r\nשלום 🙂")).toBe("Größe\t数\nשלום 🙂")
  })

  it("leaves nothing that a terminal would obey, whatever came in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be left.
        expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
    )
  })

  it("cuts a line by characters, not through them", () => {
    expect(plainLine("🙂🙂🙂\n🙂", 3)).toBe("🙂🙂…")
  })
})

describe("markup", () => {
  it("is made of text unless it is markup already", () => {
    expect(html`<p title="${'"><b>'}">${"<script>"}${html`<i>${"&"}</i>`}${[1, null, false]}</p>`.markup).toBe(
      '<p title="&quot;&gt;&lt;b&gt;">&lt;script&gt;<i>&amp;</i>1</p>',
    )
  })

  it("never lets text become a tag or leave an attribute", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"']/)
      }),
    )
  })
})
