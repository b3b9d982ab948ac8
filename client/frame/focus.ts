/** Where the focus goes as pages change: whoever goes by keyboard or by ear begins at the new page's heading, and hears where they are. */
import { useLocation, useRouterState } from "@tanstack/react-router"
import { type RefObject, useEffect, useRef } from "react"

export function useFocusOnPage(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation()
  const shown = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const left = useRef(pathname)
  const arrived = useRef(shown)
  useEffect(() => {
    if (left.current === pathname) return
    left.current = pathname
    main.current?.focus()
  }, [main, pathname])
  // The heading of the page before stands there until the next one is shown.
  useEffect(() => {
    const isFirst = arrived.current === undefined
    if (arrived.current === shown || !main.current) return
    arrived.current = shown
    if (!isFirst) return focusHeading(main.current)
  }, [main, shown])
}

/** As soon as there is one, for some pages load first; not where somebody has put the focus elsewhere meanwhile. */
function focusHeading(main: HTMLElement): () => void {
  const look = () => {
    const { activeElement } = document
    if (activeElement !== main && activeElement !== document.body) return observer.disconnect()
    const heading = main.querySelector("h1")
    if (!heading) return
    observer.disconnect()
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }
  const observer = new MutationObserver(look)
  observer.observe(main, { childList: true, subtree: true })
  look()
  return () => observer.disconnect()
}
