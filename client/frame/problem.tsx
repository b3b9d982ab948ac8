/** What a page shows in its place when it cannot be shown: what is wrong, and what to do. */
import { Button } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import { Link, useLocation, useRouter } from "@tanstack/react-router"
import { isAway, isMissing, isSignedOut, sentence } from "../api/api.ts"
import { useTitle } from "./title.ts"

export function Problem({ error }: { error: unknown }) {
  const router = useRouter()
  const client = useQueryClient()
  const { href } = useLocation()
  const away = isAway(error)
  const heading = isSignedOut(error)
    ? "Your session has ended"
    : isMissing(error)
      ? "There is no such page"
      : away
        ? "The server does not answer"
        : "This page could not be shown"
  useTitle(heading)
  return (
    <section>
      <h1>{heading}</h1>
      <p>{isSignedOut(error) ? "Sign in again; you come back to this page." : sentence(error)}</p>
      <div className="row">
        {isSignedOut(error) ? (
          <Link to="/sign-in" search={{ back: href }}>
            Sign in
          </Link>
        ) : isMissing(error) ? (
          <Link to="/">To the questions</Link>
        ) : (
          <Button
            onClick={() => {
              void client.refetchQueries({ type: "active" })
              void router.invalidate()
            }}
          >
            Try again
          </Button>
        )}
      </div>
    </section>
  )
}

export function NotFound() {
  useTitle("There is no such page")
  return (
    <section>
      <h1>There is no such page</h1>
      <p>The address may be misspelt, or what was there is gone.</p>
      <Link to="/">To the questions</Link>
    </section>
  )
}
