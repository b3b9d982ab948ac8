/** How it goes, for whoever has not tried a question yet: three steps and a finished report to look at. Gone once it is put away, or after an attempt. */
import { CloseButton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { samples } from "../api/queries.ts"

const PUT_AWAY = "proofrun-first-visit-over"

export function FirstVisit({ signedIn, tried }: { signedIn: boolean; tried: boolean }) {
  const [away, setAway] = useState(() => localStorage.getItem(PUT_AWAY) !== null)
  const { data: all } = useQuery({ ...samples, enabled: !tried && !away })
  if (tried || away) return null
  const ready = all?.find(({ state }) => state === "graded")
  return (
    <section className="note says first-visit" aria-labelledby="how-it-goes">
      <div className="row">
        <h2 id="how-it-goes">How it goes</h2>
        <CloseButton
          className="push"
          aria-label="Put this away"
          onClick={() => {
            localStorage.setItem(PUT_AWAY, "yes")
            setAway(true)
          }}
        />
      </div>
      <ol>
        <li>Read a question: who asks for what, how often, how much of it there is.</li>
        <li>
          Begin from a starter that works. Run it for free as often as you like: you see at once what is wrong and what
          it costs.
        </li>
        <li>Submit. It is measured in full beside reference designs, and the report says where each point went.</li>
      </ol>
      <p>
        {ready ? (
          <>
            What you get:{" "}
            <Link to="/samples/$submission" params={{ submission: ready.id }}>
              a finished report
            </Link>
            .{" "}
          </>
        ) : (
          all && all.length > 0 && "A sample report is being measured on this machine; it will be linked here. "
        )}
        {!signedIn && (
          <>
            To run something, <Link to="/sign-up">sign up</Link>: a name, an e-mail address, a password; nothing is
            mailed to you.
          </>
        )}
      </p>
    </section>
  )
}
