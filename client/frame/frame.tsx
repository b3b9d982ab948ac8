/** What surrounds every page: the way around, light and dark, who is signed in. */
import { ActionIcon, Menu, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router"
import { useRef } from "react"
import { me, sittings } from "../api/queries.ts"
import { signOut } from "../api/sign-in.ts"
import { useFocusOnPage } from "./focus.ts"

export function Frame() {
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  useFocusOnPage(main)
  const wide = /^\/questions\/[^/]+\/work\//.test(pathname)
  return (
    <div className="frame">
      <a className="skip" href="#main">
        To the page
      </a>
      <Top />
      <main id="main" ref={main} tabIndex={-1} className={wide ? "wide" : ""}>
        <Outlet />
      </main>
    </div>
  )
}

function Top() {
  const { data: person } = useQuery(me)
  const { data: invited } = useQuery({ ...sittings, enabled: Boolean(person) })
  const back = useBack()
  return (
    <header className="bar-top">
      <nav aria-label="Main">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" /> <span>Proofrun</span>
        </Link>
        <Link to="/" activeOptions={{ exact: true }}>
          Questions
        </Link>
        {person && <Link to="/history">History</Link>}
        {invited?.[0] && (
          <Link to="/sittings/$sitting" params={{ sitting: invited[0].id }}>
            Interview
          </Link>
        )}
        <span className="push" />
        <SchemeSwitch />
        {person === null && (
          <>
            <Link to="/sign-in" search={back}>
              Sign in
            </Link>
            <Link to="/sign-up" search={back}>
              Sign up
            </Link>
          </>
        )}
        {person && <Who name={person.name} />}
      </nav>
    </header>
  )
}

const OF_ACCOUNT = ["/sign-in", "/sign-up", "/forgotten-password", "/new-password"]

/** Where whoever signs in or up from here comes back to. What stands behind the # may be an invitation's secret, and stays there. */
function useBack(): { back?: string } {
  const { pathname, search, searchStr } = useLocation()
  const back = OF_ACCOUNT.includes(pathname) ? (search as { back?: string }).back : pathname + searchStr
  return back === undefined || back === "/" ? {} : { back }
}

function Who({ name }: { name: string }) {
  const navigate = useNavigate()
  return (
    <Menu
      position="bottom-end"
      transitionProps={{ duration: 0 }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <UnstyledButton className="mark who">
          {name}
          <span className="aloud"> (account menu)</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: "/account" })}>Account</Menu.Item>
        <Menu.Item onClick={() => void signOut().then(() => navigate({ to: "/" }))}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme("light")
  const other = scheme === "dark" ? "light" : "dark"
  return (
    <ActionIcon variant="default" aria-label={`Show in ${other} colours`} onClick={() => setColorScheme(other)}>
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </ActionIcon>
  )
}
