/** Puts a button at each table that copies it as CSV. Runs in a browser: the saved page carries its text, so it may use nothing from outside itself. */
export function addCopyButtons(root: ParentNode): void {
  // A cell that a spreadsheet would take for a formula is quoted as text.
  const cell = (one: Element) =>
    `"${(one.textContent ?? "")
      .trim()
      .replace(/^[=+@-](?=[^0-9.]|$)/, "'$&")
      .replaceAll('"', '""')}"`
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-csv]")) {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = "Copy as CSV"
    const about = table.parentElement?.getAttribute("aria-label")
    if (about) button.setAttribute("aria-description", about)
    button.setAttribute("aria-live", "polite")
    button.addEventListener("click", async () => {
      const csv = [...table.rows].map((row) => [...row.cells].map(cell).join(",")).join("\n")
      await navigator.clipboard.writeText(csv).then(
        () => {
          button.textContent = "Copied"
        },
        () => {
          button.textContent = "Copying is not allowed here"
        },
      )
    })
    table.parentElement?.after(button)
  }
}
