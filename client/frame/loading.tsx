/** While something is fetched: nothing at first, for most things are there at once. */
import { Loader } from "@mantine/core"
import { useEffect, useState } from "react"

const AFTER_MS = 300

export function Loading({ what = "Loading" }: { what?: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p className="row muted" role="status">
      {late && (
        <>
          <Loader size="xs" /> {what}…
        </>
      )}
    </p>
  )
}
