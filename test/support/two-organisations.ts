/** Two organisations alike, each with its members, an interview, and a candidate who sat it and practised; and two people of the platform. */
import { randomUUID } from "node:crypto"
import { eq } from "drizzle-orm"
import { createInterview } from "../../server/store/interviews.ts"
import { type Invited, invite } from "../../server/store/organisations.ts"
import { setPlatformRole } from "../../server/store/people.ts"
import * as tables from "../../server/store/tables.ts"
import { type Person, type Platform, WORK } from "./platform.ts"

export interface World {
  organisation: string
  interview: string
  sitting: string
  /** Graded both: handed in for the interview, and for practice. */
  sat: string
  practised: string
  candidate: Person
  recruiter: Person
  mentor: Person
  admin: Person
}

export interface TwoOrganisations {
  here: World
  there: World
  mentor: Person
  admin: Person
}

export async function twoOrganisations(platform: Platform): Promise<TwoOrganisations> {
  const staff = async (role: "mentor" | "admin") => {
    const one = await platform.signedUp(`Platform-${role}`)
    const { id } = (await one.api.account.get())!
    await setPlatformRole(platform.store.db, id, role, null)
    return one
  }
  const [here, there, mentor, admin] = await Promise.all([
    makeWorld(platform, "Here"),
    makeWorld(platform, "There"),
    staff("mentor"),
    staff("admin"),
  ])
  return { here, there, mentor, admin }
}

async function makeWorld(platform: Platform, name: string): Promise<World> {
  const [candidate, recruiter, mentor, admin] = await Promise.all(
    ["Candidate", "Recruiter", "Mentor", "Admin"].map((role) => platform.signedUp(`${name}-${role}`)),
  )
  const { id: organisation } = await admin!.api.organisations.create({ name })
  const colleagues = [
    { who: recruiter!, role: "recruiter" },
    { who: mentor!, role: "mentor" },
  ] as const
  for (const { who, role } of colleagues) {
    const { link } = await admin!.api.organisations.invite({ organisation, email: who.email, role })
    await who.api.invitations.accept({ token: tokenIn(link!) })
  }
  const { id: interview } = await recruiter!.api.interviews.create({ organisation, ...INTERVIEW })
  const invited = await recruiter!.api.interviews.invite({ interview, email: candidate!.email })
  const accepted = await candidate!.api.invitations.accept({ token: tokenIn(invited.link!) })
  const sitting = accepted.sitting!
  await candidate!.api.sittings.start({ sitting })
  const [sat, practised] = await Promise.all(
    [{ sitting }, {}].map((where, index) =>
      graded(candidate!, { ...WORK, answer: `${name}, submission ${index}`, ...where }),
    ),
  )
  await candidate!.api.sittings.finish({ sitting })
  return {
    organisation,
    interview,
    sitting,
    sat: sat!,
    practised: practised!,
    candidate: candidate!,
    recruiter: recruiter!,
    mentor: mentor!,
    admin: admin!,
  }
}

export const INTERVIEW = { title: "Backend", question: "clickstream", engines: ["cassandra"], minutes: 60 }
export const tokenIn = (link: string) => link.split("#")[1]!

/** Hands it in and waits for its report; its id. */
export async function graded(
  { api }: Person,
  body: Parameters<Person["api"]["submissions"]["create"]>[0]["body"],
): Promise<string> {
  const { id } = await api.submissions.create({ headers: {}, body })
  let state = "queued"
  for await (const view of await api.submissions.live({ submission: id })) state = view.state
  if (state !== "graded") throw new Error(`The submission ended as ${state}.`)
  return id
}

/** Somebody without a session, for what is done to people. */
export async function freshPerson({ store }: Platform): Promise<{ id: string; email: string }> {
  const id = randomUUID()
  const email = `${id}@example.com`
  await store.db.insert(tables.person).values({ id, name: "Somebody", email })
  return { id, email }
}

export async function freshMember(platform: Platform, { organisation }: World): Promise<string> {
  const { id } = await freshPerson(platform)
  await platform.store.db.insert(tables.membership).values({ organisation, person: id, role: "mentor" })
  return id
}

/** An interview that nothing else in a test is about, on a question that nobody else sits. */
export async function freshInterview({ store }: Platform, { organisation, admin }: World): Promise<string> {
  const by = await idOf(store, admin)
  const given = { ...INTERVIEW, organisation, question: "fan-out-feed", attempts: 3, anonymised: true }
  return (await createInterview(store.db, given, by)).id
}

export async function freshSitting(platform: Platform, world: World): Promise<string> {
  const interview = await freshInterview(platform, world)
  const person = await idOf(platform.store, world.candidate)
  const [made] = await platform.store.db.insert(tables.sitting).values({ interview, person }).returning()
  return made!.id
}

/** To a fresh interview, made out to the world's candidate. */
export async function freshInvitation(platform: Platform, world: World): Promise<Invited> {
  const interview = await freshInterview(platform, world)
  const { organisation, candidate, admin } = world
  const by = await idOf(platform.store, admin)
  return invite(platform.store.db, { organisation, interview, role: null, email: candidate.email, by })
}

async function idOf({ db }: Platform["store"], { email }: Person): Promise<string> {
  const [row] = await db.select({ id: tables.person.id }).from(tables.person).where(eq(tables.person.email, email))
  return row!.id
}
