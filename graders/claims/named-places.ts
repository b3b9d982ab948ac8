/** Where on an axis a quote says that it stands: "with 8 followers", "nach 1.000 Tagen". Reads text; knows no figures. */
import type { Axis } from "../../prompts/question.ts"
import { numbersOf } from "../judge/read-figure.ts"

/** The stems of units in the languages that answers have come in, where they differ from the English ones. */
const STEMS: Record<string, string[]> = {
  days: ["day", "tag", "día", "dia", "jour", "天"],
  followers: ["follower", "seguidor", "abonné", "关注者", "粉丝"],
  authors: ["author", "autor", "auteur", "作者"],
  users: ["user", "nutzer", "usuario", "utilisateur", "用户"],
  posts: ["post", "beitr", "publicaci", "帖子"],
}

/** Numbers in digits that stand right before the axis' unit, at most one word between them. "One" or "a" is no place but a way of speaking. */
export function placesNamed(quote: string, { unit }: Pick<Axis, "unit">): number[] {
  const stems = STEMS[unit] ?? [unit.replace(/s$/, "")]
  const behind = new RegExp(`^[\\s\u00a0\u202f]*(?:[\\p{L}-]+\\s+)?(?:${stems.join("|")})`, "iu")
  return numbersOf(quote.replaceAll("\u202f", "\u00a0")).flatMap(({ value, end, words, doubtful }) =>
    // Nobody has one and a half followers.
    !words && behind.test(quote.slice(end)) ? [doubtful ? value * 1000 : value] : [],
  )
}
