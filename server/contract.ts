/** The API: every route with its path, its access, what goes in and what comes out. The client knows of the server only this. */
import { eventIterator } from "@orpc/contract"
import { z } from "zod"
import { ReportSchema } from "../graders/report.ts"
import { EvidenceSchema } from "../sandboxes/evidence.ts"
import { anyone, member, owner, platform, route, signedIn } from "./contract/access.ts"
import * as forms from "./contract/forms.ts"

const { IdSchema, NameSchema } = forms
const nothing = z.strictObject({})
const page = { limit: z.coerce.number().int().min(1).max(100).default(50) }

const account = {
  get: route(anyone)
    .route({ method: "GET", path: "/account", summary: "Who one is; null where one is not signed in" })
    .output(forms.MeSchema.nullable()),
  export: route(signedIn)
    .route({ method: "GET", path: "/account/export", summary: "Everything that is kept about one" })
    .output(z.record(z.string(), z.unknown())),
  remove: route(signedIn)
    .route({ method: "POST", path: "/account/removal", summary: "Deletes one's account with all that is one's own" })
    .input(z.strictObject({ password: z.string().max(256) }))
    .output(nothing),
}

const questions = {
  list: route(anyone)
    .route({ method: "GET", path: "/questions", summary: "The catalogue" })
    .output(z.array(forms.ListedQuestionSchema)),
  get: route(anyone)
    .route({ method: "GET", path: "/questions/{question}", summary: "One question" })
    .input(z.strictObject({ question: NameSchema }))
    .output(forms.QuestionViewSchema),
  starter: route(anyone)
    .route({ method: "GET", path: "/questions/{question}/starters/{engine}", summary: "What one begins with" })
    .input(z.strictObject({ question: NameSchema, engine: NameSchema }))
    .output(forms.WorkSchema),
  modelAnswer: route(signedIn)
    .route({
      method: "POST",
      path: "/questions/{question}/model-answers/{engine}",
      summary: "The strong reference, after a graded attempt; that it was shown is recorded",
    })
    .input(z.strictObject({ question: NameSchema, engine: NameSchema }))
    .output(z.strictObject({ work: forms.WorkSchema, because: z.string() })),
}

const drafts = {
  list: route(signedIn)
    .route({ method: "GET", path: "/drafts", summary: "What one is writing" })
    .output(z.array(forms.DraftSchema.omit({ content: true, writer: true }))),
  get: route(signedIn)
    .route({ method: "GET", path: "/drafts/{question}/{engine}", summary: "A draft; null: none" })
    .input(z.strictObject({ question: NameSchema, engine: NameSchema }))
    .output(forms.DraftSchema.nullable()),
  save: route(signedIn)
    .route({
      method: "PUT",
      path: "/drafts/{question}/{engine}",
      summary: "Saves a draft; 409 where it was saved elsewhere since `revision`",
    })
    .input(
      z.strictObject({
        question: NameSchema,
        engine: NameSchema,
        revision: z.number().int().nonnegative(),
        content: forms.WorkSchema,
        writer: forms.WriterSchema.optional(),
      }),
    )
    .output(z.strictObject({ revision: z.number().int(), savedAt: forms.WhenSchema })),
  remove: route(signedIn)
    .route({ method: "DELETE", path: "/drafts/{question}/{engine}", summary: "Throws a draft away" })
    .input(z.strictObject({ question: NameSchema, engine: NameSchema }))
    .output(nothing),
}

const bySubmission = z.strictObject({ submission: IdSchema })

const submissions = {
  create: route(signedIn)
    .route({
      method: "POST",
      path: "/submissions",
      successStatus: 202,
      inputStructure: "detailed",
      summary: "Hands a submission in; the header Idempotency-Key makes that safe to repeat",
    })
    .input(
      z.object({
        headers: z.object({ "idempotency-key": z.string().min(8).max(200).optional() }),
        body: z.strictObject({
          question: NameSchema,
          engine: NameSchema,
          ...forms.WorkSchema.shape,
          displayName: z.string().max(200).optional(),
          /** A free look: findings and counts, no points. */
          quick: z.boolean().default(false),
          /** The sitting of an interview that it belongs to. */
          sitting: IdSchema.optional(),
        }),
      }),
    )
    .output(forms.SubmissionViewSchema),
  list: route(signedIn)
    .route({ method: "GET", path: "/submissions", summary: "One's own, newest first" })
    .input(z.object({ question: NameSchema.optional(), before: forms.WhenSchema.optional(), ...page }))
    .output(z.array(forms.ListedSubmissionSchema)),
  get: route(owner("submission", "mentor", "admin"))
    .route({ method: "GET", path: "/submissions/{submission}", summary: "One of them as it stands" })
    .input(bySubmission)
    .output(forms.SubmissionViewSchema),
  live: route(owner("submission", "mentor", "admin"))
    .route({
      method: "GET",
      path: "/submissions/{submission}/live",
      summary: "The same as server-sent events, whole each time, until it is over",
    })
    .input(bySubmission)
    .output(eventIterator(forms.SubmissionViewSchema)),
  content: route(owner("submission", "mentor", "admin"))
    .route({ method: "GET", path: "/submissions/{submission}/content", summary: "What was handed in" })
    .input(bySubmission)
    .output(forms.WorkSchema),
  report: route(owner("submission", "mentor", "admin"))
    .route({
      method: "GET",
      path: "/submissions/{submission}/report",
      summary: "Its newest report, without the single calls of the peak",
    })
    .input(bySubmission)
    .output(ReportSchema),
  evidence: route(owner("submission", "mentor", "admin"))
    .route({
      method: "GET",
      path: "/submissions/{submission}/evidence",
      summary: "All that was measured; null where it was refused",
    })
    .input(bySubmission)
    .output(EvidenceSchema.nullable()),
  cancel: route(owner("submission", "admin"))
    .route({
      method: "POST",
      path: "/submissions/{submission}/cancel",
      summary: "Ends it, as far as it has not been measured",
    })
    .input(bySubmission)
    .output(forms.SubmissionViewSchema),
  retry: route(owner("submission", "admin"))
    .route({ method: "POST", path: "/submissions/{submission}/retry", summary: "Once more, where our side failed" })
    .input(bySubmission)
    .output(forms.SubmissionViewSchema),
  waiting: route(platform("mentor", "admin"))
    .route({ method: "GET", path: "/waiting", summary: "Those whose written answer waits for a person's verdict" })
    .input(z.object({ ...page }))
    .output(z.array(forms.ListedSubmissionSchema)),
  mark: route(platform("mentor", "admin"))
    .route({
      method: "POST",
      path: "/submissions/{submission}/marks",
      summary: "A person's verdict on a written criterion: appended, with its reason, and graded anew",
    })
    .input(
      z.strictObject({
        submission: IdSchema,
        criterion: z.string().max(100),
        verdict: z.enum(["met", "not met"]),
        quote: z.string().max(20_000).nullable(),
        reason: z.string().trim().min(1).max(5_000),
      }),
    )
    .output(forms.SubmissionViewSchema),
}

const samples = {
  list: route(anyone)
    .route({ method: "GET", path: "/samples", summary: "Finished submissions that anybody may look at, newest first" })
    .output(z.array(forms.ListedSubmissionSchema)),
  report: route(anyone)
    .route({ method: "GET", path: "/samples/{submission}/report", summary: "A sample's report" })
    .input(bySubmission)
    .output(ReportSchema),
}

const byOrganisation = z.strictObject({ organisation: IdSchema })
const byInterview = z.strictObject({ interview: IdSchema })
const bySitting = z.strictObject({ sitting: IdSchema })

const organisations = {
  create: route(signedIn)
    .route({ method: "POST", path: "/organisations", summary: "A new organisation, of which one is the admin" })
    .input(z.strictObject({ name: forms.TitleOrNameSchema }))
    .output(z.strictObject({ id: IdSchema, name: z.string() })),
  get: route(member("organisation", "recruiter", "mentor", "admin"))
    .route({ method: "GET", path: "/organisations/{organisation}", summary: "Its members" })
    .input(byOrganisation)
    .output(
      z.strictObject({
        id: IdSchema,
        name: z.string(),
        members: z.array(
          z.strictObject({
            person: z.string(),
            name: z.string(),
            email: z.string(),
            role: forms.MemberRoleSchema,
            since: forms.WhenSchema,
          }),
        ),
      }),
    ),
  invite: route(member("organisation", "admin"))
    .route({ method: "POST", path: "/organisations/{organisation}/invitations", summary: "Invites a colleague" })
    .input(z.strictObject({ organisation: IdSchema, email: forms.EmailSchema, role: forms.MemberRoleSchema }))
    .output(forms.InvitedSchema),
  invitations: route(member("organisation", "admin"))
    .route({ method: "GET", path: "/organisations/{organisation}/invitations", summary: "Invitations of colleagues" })
    .input(byOrganisation)
    .output(z.array(forms.InvitationSchema)),
  revoke: route(member("organisation", "recruiter", "admin"))
    .route({
      method: "DELETE",
      path: "/organisations/{organisation}/invitations/{invitation}",
      summary: "Takes an unused invitation back, of a colleague or of a candidate",
    })
    .input(z.strictObject({ organisation: IdSchema, invitation: IdSchema }))
    .output(nothing),
  setRole: route(member("organisation", "admin"))
    .route({
      method: "PUT",
      path: "/organisations/{organisation}/members/{person}",
      summary: "Gives a member another role",
    })
    .input(z.strictObject({ organisation: IdSchema, person: z.string().max(100), role: forms.MemberRoleSchema }))
    .output(nothing),
  removeMember: route(member("organisation", "admin"))
    .route({ method: "DELETE", path: "/organisations/{organisation}/members/{person}", summary: "Ends a membership" })
    .input(z.strictObject({ organisation: IdSchema, person: z.string().max(100) }))
    .output(nothing),
}

const invitations = {
  look: route(anyone)
    .route({ method: "POST", path: "/invitations/look", summary: "What an invitation is to; uses nothing up" })
    .input(z.strictObject({ token: z.string().max(200) }))
    .output(
      z.strictObject({
        organisation: z.string(),
        /** null: to the organisation itself. */
        interview: z.string().nullable(),
        email: z.string(),
        expiresAt: forms.WhenSchema,
      }),
    ),
  accept: route(signedIn)
    .route({ method: "POST", path: "/invitations/accept", summary: "Uses an invitation up" })
    .input(z.strictObject({ token: z.string().max(200) }))
    .output(z.strictObject({ organisation: IdSchema, sitting: IdSchema.nullable() })),
}

const interviews = {
  create: route(member("organisation", "recruiter", "mentor", "admin"))
    .route({ method: "POST", path: "/organisations/{organisation}/interviews", summary: "A new interview" })
    .input(z.strictObject({ organisation: IdSchema, ...forms.NewInterviewSchema.shape }))
    .output(forms.InterviewSchema),
  list: route(member("organisation", "recruiter", "mentor", "admin"))
    .route({ method: "GET", path: "/organisations/{organisation}/interviews", summary: "Its interviews" })
    .input(byOrganisation)
    .output(z.array(forms.InterviewSchema)),
  get: route(member("interview", "recruiter", "mentor", "admin"))
    .route({ method: "GET", path: "/interviews/{interview}", summary: "One interview" })
    .input(byInterview)
    .output(forms.InterviewSchema),
  close: route(member("interview", "recruiter", "admin"))
    .route({ method: "POST", path: "/interviews/{interview}/close", summary: "Nobody can begin any more" })
    .input(byInterview)
    .output(forms.InterviewSchema),
  reveal: route(member("interview", "recruiter", "admin"))
    .route({
      method: "POST",
      path: "/interviews/{interview}/reveal",
      summary: "Shows readers who the candidates are; is written down",
    })
    .input(byInterview)
    .output(forms.InterviewSchema),
  invite: route(member("interview", "recruiter", "admin"))
    .route({ method: "POST", path: "/interviews/{interview}/invitations", summary: "Invites a candidate" })
    .input(z.strictObject({ interview: IdSchema, email: forms.EmailSchema }))
    .output(forms.InvitedSchema),
  invitations: route(member("interview", "recruiter", "admin"))
    .route({ method: "GET", path: "/interviews/{interview}/invitations", summary: "Who was invited" })
    .input(byInterview)
    .output(z.array(forms.InvitationSchema)),
  sittings: route(member("interview", "recruiter", "mentor", "admin"))
    .route({ method: "GET", path: "/interviews/{interview}/sittings", summary: "Who sat, and what came of it" })
    .input(byInterview)
    .output(z.array(forms.SittingRowSchema)),
}

const sittings = {
  list: route(signedIn)
    .route({ method: "GET", path: "/sittings", summary: "Interviews that one was invited to" })
    .output(z.array(forms.SittingSchema)),
  get: route(owner("sitting"))
    .route({ method: "GET", path: "/sittings/{sitting}", summary: "One's own sitting, with its clock" })
    .input(bySitting)
    .output(forms.SittingSchema),
  start: route(owner("sitting"))
    .route({ method: "POST", path: "/sittings/{sitting}/start", summary: "Starts the clock" })
    .input(bySitting)
    .output(forms.SittingSchema),
  finish: route(owner("sitting"))
    .route({ method: "POST", path: "/sittings/{sitting}/finish", summary: "Ends it before its time" })
    .input(bySitting)
    .output(forms.SittingSchema),
  report: route(member("sitting", "recruiter", "mentor", "admin"))
    .route({
      method: "GET",
      path: "/sittings/{sitting}/report",
      summary:
        "Its best counted attempt's report for the organisation, without a name where the interview is anonymised",
    })
    .input(bySitting)
    .output(
      z.strictObject({
        candidate: z.string(),
        attempt: z.number().int(),
        of: z.number().int(),
        /** What the candidate had been shown of this question before they began. */
        seen: z.array(z.strictObject({ what: z.enum(["statements", "model answer"]), at: forms.WhenSchema })),
        report: ReportSchema,
      }),
    ),
}

const RubricRowSchema = z.strictObject({
  hash: z.string(),
  version: z.number().int(),
  createdAt: forms.WhenSchema,
  published: z.boolean(),
  fromFolder: z.boolean(),
})

const rubrics = {
  list: route(platform("mentor", "admin"))
    .route({
      method: "GET",
      path: "/questions/{question}/rubrics",
      summary: "All versions of its rubric, newest first",
    })
    .input(z.strictObject({ question: NameSchema }))
    .output(z.array(RubricRowSchema)),
  get: route(platform("mentor", "admin"))
    .route({ method: "GET", path: "/questions/{question}/rubrics/{hash}", summary: "One version, as YAML" })
    .input(z.strictObject({ question: NameSchema, hash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(z.strictObject({ ...RubricRowSchema.shape, yaml: z.string() })),
  add: route(platform("mentor", "admin"))
    .route({ method: "POST", path: "/questions/{question}/rubrics", summary: "A new version, not yet published" })
    .input(z.strictObject({ question: NameSchema, yaml: z.string().max(200_000) }))
    .output(RubricRowSchema),
  publish: route(platform("mentor", "admin"))
    .route({
      method: "POST",
      path: "/questions/{question}/rubrics/{hash}/publish",
      summary: "From now on submissions are graded by it",
    })
    .input(z.strictObject({ question: NameSchema, hash: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(nothing),
}

const admin = {
  people: route(platform("admin"))
    .route({ method: "GET", path: "/admin/people", summary: "People, by e-mail address" })
    .input(z.object({ after: z.string().max(254).optional(), ...page }))
    .output(
      z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          email: z.string(),
          role: forms.PlatformRoleSchema,
          createdAt: forms.WhenSchema,
        }),
      ),
    ),
  setRole: route(platform("admin"))
    .route({ method: "PUT", path: "/admin/people/{person}/role", summary: "Gives a person another role" })
    .input(z.strictObject({ person: z.string().max(100), role: forms.PlatformRoleSchema }))
    .output(nothing),
  passwordLink: route(platform("admin"))
    .route({
      method: "POST",
      path: "/admin/people/{person}/password-link",
      summary: "A link by which a person sets a new password, to be passed on where no mail is sent",
    })
    .input(z.strictObject({ person: z.string().max(100) }))
    .output(z.strictObject({ link: z.string() })),
  queue: route(platform("admin"))
    .route({ method: "GET", path: "/admin/queue", summary: "What waits and what runs" })
    .output(
      z.strictObject({
        waiting: z.number().int(),
        interviewsWaiting: z.number().int(),
        running: z.number().int(),
        grading: z.number().int(),
        oldestSeconds: z.number(),
      }),
    ),
  audit: route(platform("admin"))
    .route({ method: "GET", path: "/admin/audit", summary: "Who did what to what, newest first" })
    .input(z.object({ before: z.coerce.number().int().optional(), ...page }))
    .output(z.array(forms.AuditLineSchema)),
}

export const contract = {
  account,
  questions,
  drafts,
  submissions,
  samples,
  organisations,
  invitations,
  interviews,
  sittings,
  rubrics,
  admin,
}
export type Contract = typeof contract
