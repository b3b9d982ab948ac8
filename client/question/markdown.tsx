/** Markdown as it was written, without anything that could run. */
import Markdown, { type ExtraProps } from "react-markdown"
import rehypeSanitize from "rehype-sanitize"
import remarkGfm from "remark-gfm"

type Node = NonNullable<ExtraProps["node"]>["children"][number]

/** A table has no name of its own here; its columns' names say what it is about. */
function headOf(table: ExtraProps["node"]): string {
  const wordsOf = (node: Node): string =>
    node.type === "text" ? node.value : "children" in node ? node.children.map(wordsOf).join("") : ""
  const cellsIn = (node: Node): Node[] =>
    node.type !== "element" ? [] : node.tagName === "th" ? [node] : node.children.flatMap(cellsIn)
  return (table?.children ?? []).flatMap(cellsIn).map(wordsOf).filter(Boolean).join(", ")
}

/** `below`: headings begin this many levels further down than they say, to fit under the page's own. */
export function MarkdownText({ text, below = 0 }: { text: string; below?: number }) {
  const heading = (level: number) => `h${Math.min(6, level + below)}` as "h2"
  return (
    <div className="markdown">
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        components={{
          h1: heading(1),
          h2: heading(2),
          h3: heading(3),
          h4: heading(4),
          // What scrolls by itself is reached by keyboard.
          pre: ({ node: _node, ...rest }) => <pre tabIndex={0} {...rest} />,
          table: ({ node, ...rest }) => (
            <section className="scroll-x" tabIndex={0} aria-label={`Table: ${headOf(node)}`}>
              <table {...rest} />
            </section>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  )
}
