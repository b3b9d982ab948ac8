/** The page's name, in the browser's title bar and to whoever listens instead of looking. */
import { useEffect } from "react"

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Proofrun" : `${title} · Proofrun`
  }, [title])
}
