/** Markdown as it was written, without anything that could run. */
import Markdown from "react-markdown"
import rehypeSanitize from "rehype-sanitize"
import remarkGfm from "remark-gfm"

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
          table: ({ node: _node, ...rest }) => (
            <div className="scroll-x" tabIndex={0}>
              <table {...rest} />
            </div>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  )
}
