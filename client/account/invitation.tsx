/** Where an invitation's link leads: what it is to, and taking it. The secret stands behind the # and never reaches a log. */
import { Button } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { api, sentence } from "../api/api.ts"
import { me, queryClient } from "../api/queries.ts"
import { Loading } from "../frame/loading.tsx"
import { useTitle } from "../frame/title.ts"
import { momentOf } from "../frame/words.ts"

/** Kept while somebody signs in or up on the way. */
const KEPT_AS = "proofrun-invitation"

export function InvitationPage() {
  useTitle("Invitation")
  const navigate = useNavigate()
  const token = location.hash.slice(1) || sessionStorage.getItem(KEPT_AS) || ""
  if (token !== "") sessionStorage.setItem(KEPT_AS, token)
  const { data: person } = useQuery(me)
  const look = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.invitations.look({ token }),
    enabled: token !== "",
  })
  const take = useMutation({
    mutationFn: () => api.invitations.accept({ token }),
    async onSuccess({ sitting }) {
      sessionStorage.removeItem(KEPT_AS)
      await queryClient.invalidateQueries()
      await (sitting ? navigate({ to: "/sittings/$sitting", params: { sitting } }) : navigate({ to: "/account" }))
    },
  })
  return (
    <>
      <h1>Invitation</h1>
      {token === "" && <p className="note warns">This link is not whole. Ask whoever invited you for another.</p>}
      {look.error && <p className="note warns">{sentence(look.error)}</p>}
      {look.isLoading && <Loading />}
      {look.data && (
        <>
          <p>
            {look.data.organisation} invites {look.data.email}{" "}
            {look.data.interview === null ? "to work with them" : `to the interview “${look.data.interview}”`}. The
            invitation holds until {momentOf(look.data.expiresAt)}.
          </p>
          {look.data.interview !== null && (
            <p>
              Your clock starts when you begin, not now. The organisation will read your report; it sees your name only
              where it has said so, or reveals it, which is written down.
            </p>
          )}
          {person ? (
            <Button loading={take.isPending} onClick={() => take.mutate()}>
              Accept as {person.email}
            </Button>
          ) : (
            <p>
              <Link to="/sign-in" search={{ back: "/invitation" }}>
                Sign in
              </Link>{" "}
              or{" "}
              <Link to="/sign-up" search={{ back: "/invitation" }}>
                sign up
              </Link>{" "}
              with that address first.
            </p>
          )}
          {take.error && <p className="note warns">{sentence(take.error)}</p>}
        </>
      )}
    </>
  )
}
