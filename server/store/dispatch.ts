/**
 * Whose turn it is. Of each person at most one submission is with the queue or running; whoever was served longest ago goes first, interviews
 * before practice. All of it is decided here, from the tables: the queue only carries what was admitted.
 */
import { and, eq, inArray, isNotNull, lt, sql } from "drizzle-orm"
import type { Database } from "./database.ts"
import { outbox, PRIORITY, type Stage, submission } from "./tables.ts"

/** So many runs are with the queue and not yet begun, at most: what is there has left the order. */
const ADMITTED_AT_ONCE = 4
const GRADINGS_AT_ONCE = 50
/** One process admits at a time. */
const LOCK = 4_731_904

export interface Due {
  submission: string
  stage: Stage
  n: number
  priority: number
}

/** Since when somebody waits for their turn. Whose run broke on our side had it for nothing, and keeps it. */
const SINCE = sql`case when s.faults > 0 then s.created_at else greatest(s.created_at, coalesce(t.started_at, '-infinity')) end`

/** A person's waiting runs, in their turns: the first of each goes before the second of anybody. */
const WAITING = sql`
  select o.submission, o.n, o.due_at, s.priority, s.person, ${SINCE} as since,
    row_number() over (partition by s.person order by s.priority, s.created_at)
      + case when running.person is null then 0 else 1 end
      + case when sent.person is null then 0 else 1 end as round
  from outbox o join submission s on s.id = o.submission left join turn t on t.person = s.person
    left join (select distinct person from submission where state = 'running') running on running.person = s.person
    left join (
      select distinct b.person from outbox a join submission b on b.id = a.submission
      where a.stage = 'run' and a.sent_at is not null) sent on sent.person = s.person
  where o.stage = 'run' and o.sent_at is null`

/** Admits what may go to the queue now. Empty where another process is at it. */
export async function admit(db: Database): Promise<Due[]> {
  return db.transaction(async (tx) => {
    const { rows: got } = await tx.execute<{ got: boolean }>(sql`select pg_try_advisory_xact_lock(${LOCK}) as got`)
    if (!got[0]?.got) return []
    const sent = await tx
      .select({ stage: outbox.stage, n: sql<number>`count(*)::int` })
      .from(outbox)
      .where(isNotNull(outbox.sentAt))
      .groupBy(outbox.stage)
    const room = (stage: Stage, most: number) => Math.max(0, most - (sent.find((one) => one.stage === stage)?.n ?? 0))
    const runs = await tx.execute<{ submission: string }>(
      sql`with waiting as (${WAITING}) select submission from waiting where round = 1 and due_at <= now() order by priority, since, submission limit ${room("run", ADMITTED_AT_ONCE)}`,
    )
    const gradings = await tx
      .select({ submission: outbox.submission })
      .from(outbox)
      .where(and(eq(outbox.stage, "grade"), sql`${outbox.sentAt} is null`, sql`${outbox.dueAt} <= now()`))
      .orderBy(outbox.dueAt)
      .limit(room("grade", GRADINGS_AT_ONCE))
    const ids = [...runs.rows, ...gradings].map((one) => one.submission)
    if (ids.length === 0) return []
    const admitted = await tx
      .update(outbox)
      .set({ sentAt: sql`now()` })
      .from(submission)
      .where(and(inArray(outbox.submission, ids), eq(submission.id, outbox.submission)))
      .returning(DUE)
    return admitted.sort((a, b) => ids.indexOf(a.submission) - ids.indexOf(b.submission))
  })
}

const DUE = { submission: outbox.submission, stage: outbox.stage, n: outbox.n, priority: submission.priority }

/** Admitted a while ago and not begun: the queue may have lost them. Handing them over again does no harm. */
export async function overdue(db: Database, olderThanMs: number): Promise<Due[]> {
  return db
    .select(DUE)
    .from(outbox)
    .innerJoin(submission, eq(submission.id, outbox.submission))
    .where(lt(outbox.sentAt, sql`now() - ${olderThanMs} * interval '1 ms'`))
    .limit(200)
}

export interface Place {
  /** 1: the next to begin. */
  place: number
  /** Estimated from how long the last runs of this kind took; null: none yet to tell from. */
  secondsLeft: number | null
}

/** Of all submissions that wait for their run; others are not in the answer. */
export async function readPlaces(db: Database): Promise<Map<string, Place>> {
  const { rows } = await db.execute<{ submission: string; place: number; seconds: number | null; hands: number }>(sql`
    with waiting as (${WAITING}),
    admitted as (
      select o.submission, row_number() over (order by s.priority, o.sent_at, ${SINCE}, o.submission) as place
      from outbox o join submission s on s.id = o.submission left join turn t on t.person = s.person where o.stage = 'run' and o.sent_at is not null),
    ordered as (
      select submission, place from admitted
      union all
      select submission, (select count(*) from admitted) + row_number() over (order by priority, round, since, submission) from waiting)
    select submission, place::int,
      (select avg(extract(epoch from ended_at - started_at))::float8 from (
        select started_at, ended_at from attempt where stage = 'run' and state = 'done' order by token desc limit 20) last) as seconds,
      (select greatest(1, count(distinct worker))::int from attempt where stage = 'run' and state = 'leased') as hands
    from ordered`)
  return new Map(
    rows.map(({ submission: id, place, seconds, hands }) => [
      id,
      { place, secondsLeft: seconds === null ? null : Math.round((seconds * place) / hands) },
    ]),
  )
}

export interface QueueFacts {
  waiting: number
  interviewsWaiting: number
  running: number
  grading: number
  /** Seconds that the longest waiting has waited; 0 where nothing waits. */
  oldestSeconds: number
}

export async function queueFacts(db: Database): Promise<QueueFacts> {
  const { rows } = await db.execute<QueueFacts & Record<string, unknown>>(sql`
    select count(*) filter (where state = 'queued')::int as waiting,
      count(*) filter (where state = 'queued' and priority = ${PRIORITY.interview})::int as "interviewsWaiting",
      count(*) filter (where state = 'running')::int as running,
      count(*) filter (where state in ('measured', 'grading'))::int as grading,
      coalesce(extract(epoch from now() - min(created_at) filter (where state = 'queued')), 0)::float8 as "oldestSeconds"
    from submission where state in ('queued', 'running', 'measured', 'grading')`)
  return rows[0]!
}
