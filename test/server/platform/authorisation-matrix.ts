/** Who may call which route on whose things: a row for every route of the contract, or it does not compile. Written from what people are to each other, not read from the routes. */

import type { Contract } from "../../../server/contract.ts"
import { readQuestionRow, readRubric } from "../../../server/store/questions.ts"
import { type Platform, WORK } from "../../support/platform.ts"
import type { World } from "../../support/two-organisations.ts"
import * as fresh from "../../support/two-organisations.ts"

export type RouteName = { [G in keyof Contract]: `${G}.${keyof Contract[G] & string}` }[keyof Contract]

export const CALLERS = [
  "signed out",
  "candidate",
  "recruiter",
  "member mentor",
  "member admin",
  "platform mentor",
  "platform admin",
] as const
export type Caller = (typeof CALLERS)[number]

/** Allowed; else the status of the refusal, 404 being "to you it does not exist". */
export type May = "yes" | 401 | 403 | 404
/** On things of the caller's own, or of their own organisation; and on those of others. */
type Who = Record<Caller, readonly [own: May, others: May]>

export interface Row {
  who: Who
  /** What an allowed call is answered with, where it is not 200. */
  answer?: number
  /** What is sent, about a thing of this world; made anew where the call uses something up. */
  input?: (of: World, platform: Platform) => object | Promise<object>
}

const everywhere = (may: May) => [may, may] as const
const [yes, no, hidden, signIn] = [everywhere("yes"), everywhere(403), everywhere(404), everywhere(401)]
const onlyOwn = ["yes", 404] as const
const roleTooLow = [403, 404] as const

// biome-ignore format: columns
const WHO = {
  anybody:          { "signed out": yes,    candidate: yes,     recruiter: yes,        "member mentor": yes,        "member admin": yes,     "platform mentor": yes,    "platform admin": yes },
  signedIn:         { "signed out": signIn, candidate: yes,     recruiter: yes,        "member mentor": yes,        "member admin": yes,     "platform mentor": yes,    "platform admin": yes },
  owner:            { "signed out": signIn, candidate: onlyOwn, recruiter: hidden,     "member mentor": hidden,     "member admin": hidden,  "platform mentor": hidden, "platform admin": hidden },
  ownerOrStaff:     { "signed out": signIn, candidate: onlyOwn, recruiter: hidden,     "member mentor": hidden,     "member admin": hidden,  "platform mentor": yes,    "platform admin": yes },
  ownerOrAdmin:     { "signed out": signIn, candidate: onlyOwn, recruiter: hidden,     "member mentor": hidden,     "member admin": hidden,  "platform mentor": hidden, "platform admin": yes },
  staff:            { "signed out": signIn, candidate: no,      recruiter: no,         "member mentor": no,         "member admin": no,      "platform mentor": yes,    "platform admin": yes },
  platformAdmin:    { "signed out": signIn, candidate: no,      recruiter: no,         "member mentor": no,         "member admin": no,      "platform mentor": no,     "platform admin": yes },
  members:          { "signed out": signIn, candidate: hidden,  recruiter: onlyOwn,    "member mentor": onlyOwn,    "member admin": onlyOwn, "platform mentor": hidden, "platform admin": hidden },
  recruiterOrAdmin: { "signed out": signIn, candidate: hidden,  recruiter: onlyOwn,    "member mentor": roleTooLow, "member admin": onlyOwn, "platform mentor": hidden, "platform admin": hidden },
  memberAdmin:      { "signed out": signIn, candidate: hidden,  recruiter: roleTooLow, "member mentor": roleTooLow, "member admin": onlyOwn, "platform mentor": hidden, "platform admin": hidden },
  invited:          { "signed out": signIn, candidate: ["yes", 403], recruiter: no,    "member mentor": no,         "member admin": no,      "platform mentor": no,     "platform admin": no },
  graded:           { "signed out": signIn, candidate: yes,     recruiter: no,         "member mentor": no,         "member admin": no,      "platform mentor": no,     "platform admin": no },
  nothing:          { "signed out": hidden, candidate: hidden,  recruiter: hidden,     "member mentor": hidden,     "member admin": hidden,  "platform mentor": hidden, "platform admin": hidden },
  nobodyUnproven:   { "signed out": signIn, candidate: no,      recruiter: no,         "member mentor": no,         "member admin": no,      "platform mentor": no,     "platform admin": no },
} as const satisfies Record<string, Who>

const CLICKSTREAM = { question: "clickstream" }
const ON_CASSANDRA = { ...CLICKSTREAM, engine: "cassandra" }
const somebody = async (_of: World, platform: Platform) => ({ person: (await fresh.freshPerson(platform)).id })
const aMember = async (of: World, platform: Platform) => ({
  organisation: of.organisation,
  person: await fresh.freshMember(platform, of),
})
const anInterview = async (of: World, platform: Platform) => ({ interview: await fresh.freshInterview(platform, of) })
const aSitting = async (of: World, platform: Platform) => ({ sitting: await fresh.freshSitting(platform, of) })
const anInvitation = async (of: World, platform: Platform) => ({
  token: (await fresh.freshInvitation(platform, of)).token,
})
const organisation = ({ organisation }: World) => ({ organisation })
const interview = ({ interview }: World) => ({ interview })
const sitting = ({ sitting }: World) => ({ sitting })
const rubricOf = async ({ store }: Platform) =>
  readRubric(store.db, (await readQuestionRow(store.db, "clickstream"))!.rubric)

/** The same of what was handed in for an interview as of practice: the organisation reads the sitting's report, not the submission. */
const ofBoth = (row: Omit<Row, "input">, more: object = {}): Row[] =>
  (["sat", "practised"] as const).map((which) => ({ ...row, input: (of) => ({ submission: of[which], ...more }) }))

const toBeMarked = { criterion: "skew", verdict: "not met", quote: null, reason: "It does not say so." }

export const MATRIX = {
  "account.get": { who: WHO.anybody },
  "account.export": { who: WHO.signedIn },
  // The password is a wrong one: with the right one there would be nobody left to call with.
  "account.remove": { who: WHO.nobodyUnproven, input: () => ({ password: "not the password" }) },

  "questions.list": { who: WHO.anybody },
  "questions.get": { who: WHO.anybody, input: () => CLICKSTREAM },
  "questions.starter": { who: WHO.anybody, input: () => ON_CASSANDRA },
  "questions.modelAnswer": { who: WHO.graded, input: () => ON_CASSANDRA },

  "drafts.list": { who: WHO.signedIn },
  "drafts.get": { who: WHO.signedIn, input: () => ON_CASSANDRA },
  // A draft is a person's own by its key: whoever else saves one at revision 7 is told that theirs is another.
  "drafts.save": {
    who: WHO.signedIn,
    answer: 409,
    input: () => ({ ...ON_CASSANDRA, revision: 7, content: { files: WORK.files, answer: "" } }),
  },
  "drafts.remove": { who: WHO.signedIn, input: () => ON_CASSANDRA },

  "submissions.create": [
    { who: WHO.signedIn, answer: 202, input: () => ({ body: { ...WORK, quick: true } }) },
    // Finished: the own one is refused as over, and to anybody else there is no such sitting.
    { who: WHO.owner, answer: 409, input: ({ sitting }) => ({ body: { ...WORK, sitting } }) },
  ],
  "submissions.list": { who: WHO.signedIn },
  "submissions.get": ofBoth({ who: WHO.ownerOrStaff }),
  "submissions.live": ofBoth({ who: WHO.ownerOrStaff }),
  "submissions.content": ofBoth({ who: WHO.ownerOrStaff }),
  "submissions.report": ofBoth({ who: WHO.ownerOrStaff }),
  "submissions.evidence": ofBoth({ who: WHO.ownerOrStaff }),
  "submissions.cancel": ofBoth({ who: WHO.ownerOrAdmin }),
  "submissions.retry": ofBoth({ who: WHO.ownerOrAdmin, answer: 409 }),
  "submissions.waiting": { who: WHO.staff },
  "submissions.mark": ofBoth({ who: WHO.staff }, toBeMarked),

  "organisations.create": { who: WHO.signedIn, input: () => ({ name: "One more" }) },
  "organisations.get": { who: WHO.members, input: organisation },
  "organisations.invite": {
    who: WHO.memberAdmin,
    input: ({ organisation }) => ({ organisation, email: "colleague@example.com", role: "recruiter" }),
  },
  "organisations.invitations": { who: WHO.memberAdmin, input: organisation },
  "organisations.revoke": {
    who: WHO.recruiterOrAdmin,
    input: async (of, platform) => ({
      organisation: of.organisation,
      invitation: (await fresh.freshInvitation(platform, of)).invitation.id,
    }),
  },
  "organisations.setRole": {
    who: WHO.memberAdmin,
    input: async (of, platform) => ({ ...(await aMember(of, platform)), role: "recruiter" }),
  },
  "organisations.removeMember": { who: WHO.memberAdmin, input: aMember },

  "invitations.look": { who: WHO.anybody, input: anInvitation },
  "invitations.accept": { who: WHO.invited, input: anInvitation },

  "interviews.create": { who: WHO.members, input: (of) => ({ organisation: of.organisation, ...fresh.INTERVIEW }) },
  "interviews.list": { who: WHO.members, input: organisation },
  "interviews.get": { who: WHO.members, input: interview },
  "interviews.close": { who: WHO.recruiterOrAdmin, input: anInterview },
  "interviews.reveal": { who: WHO.recruiterOrAdmin, input: anInterview },
  "interviews.invite": {
    who: WHO.recruiterOrAdmin,
    input: ({ interview }) => ({ interview, email: "another@example.com" }),
  },
  "interviews.invitations": { who: WHO.recruiterOrAdmin, input: interview },
  "interviews.sittings": { who: WHO.members, input: interview },

  "samples.list": { who: WHO.anybody },
  // What is somebody's own is no sample, not even to themselves.
  "samples.report": { who: WHO.nothing, input: ({ practised }) => ({ submission: practised }) },

  "sittings.list": { who: WHO.signedIn },
  "sittings.get": { who: WHO.owner, input: sitting },
  "sittings.start": { who: WHO.owner, input: aSitting },
  "sittings.finish": { who: WHO.owner, input: aSitting },
  "sittings.report": { who: WHO.members, input: sitting },

  "rubrics.list": { who: WHO.staff, input: () => CLICKSTREAM },
  "rubrics.get": {
    who: WHO.staff,
    input: async (_of, platform) => ({ ...CLICKSTREAM, hash: (await rubricOf(platform)).hash }),
  },
  // JSON is YAML; the same rubric again makes no new version.
  "rubrics.add": {
    who: WHO.staff,
    input: async (_of, platform) => ({ ...CLICKSTREAM, yaml: JSON.stringify((await rubricOf(platform)).content) }),
  },
  "rubrics.publish": {
    who: WHO.staff,
    input: async (_of, platform) => ({ ...CLICKSTREAM, hash: (await rubricOf(platform)).hash }),
  },

  "admin.people": { who: WHO.platformAdmin },
  "admin.setRole": {
    who: WHO.platformAdmin,
    input: async (of, platform) => ({ ...(await somebody(of, platform)), role: "mentor" }),
  },
  "admin.passwordLink": { who: WHO.platformAdmin, input: somebody },
  "admin.queue": { who: WHO.platformAdmin },
  "admin.audit": { who: WHO.platformAdmin },
} satisfies Record<RouteName, Row | Row[]>
