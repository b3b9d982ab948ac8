/** A report's pictures with their tables: the part that needs the drawing library. */
import { useEffect, useMemo, useRef } from "react"
import { addCopyButtons } from "../../server/report/copy-csv.ts"
import { withWayBack } from "../../server/report/html-contents.ts"
import { picturesOf } from "../../server/report/html-pictures.ts"
import type { Report } from "../api/api.ts"

export function Pictures({ report }: { report: Report }) {
  const place = useRef<HTMLDivElement>(null)
  const markup = useMemo(() => {
    const pictures = picturesOf(report)
    return pictures && withWayBack(pictures)
  }, [report])
  useEffect(() => {
    if (place.current) addCopyButtons(place.current)
  }, [markup])
  return markup === false ? null : <div ref={place} dangerouslySetInnerHTML={{ __html: markup.markup }} />
}
