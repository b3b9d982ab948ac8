/** Fills the tables with what a busy installation has after a year: people, submissions with all that hangs on them, and interviews. */
import { sql } from "drizzle-orm"
import type { Database } from "../../server/store/database.ts"

/** Real SQL over made-up rows: 100,000 submissions take some ten seconds. The planner's statistics are fresh afterwards. */
export async function fillWithSubmissions(db: Database, submissions = 100_000): Promise<void> {
  const people = submissions / 50
  const statements = [
    sql`insert into person (id, name, email) select 'p' || n, 'Person ' || n, 'p' || n || '@filled.example' from generate_series(1, ${people}::int) n`,
    sql`insert into session (id, token, person, expires_at) select 's' || n, 't' || n, 'p' || n, now() + interval '1 day' from generate_series(1, ${people}::int) n`,
    sql`insert into account (id, account_id, provider_id, person) select 'a' || n, 'p' || n, 'credential', 'p' || n from generate_series(1, ${people}::int) n`,
    sql`insert into submission (person, question, engine, quick, content, content_hash, design_hash, rubric, priority, idempotency_key, state, created_at, changed_at, measured, waits)
      select 'p' || (1 + n % ${people}::int), case when n % 2 = 0 then 'clickstream' else 'fan-out-feed' end, 'redis', n % 3 = 0,
        ${JSON.stringify({ answer: "made up".repeat(20), files: {} })}::jsonb, md5(n::text), md5((n / 3)::text), 'r', 2, 'key-' || n,
        case when n % 500 = 0 then 'queued' when n % 501 = 0 then 'failed' else 'graded' end,
        now() - n * interval '5 min', now() - n * interval '5 min', n % 75, n % 1000 = 7
      from generate_series(1, ${submissions}::int) n`,
    sql`insert into outbox (submission, stage, n) select id, 'run', 1 from submission where state = 'queued'`,
    sql`insert into attempt (submission, stage, n, worker, lease_until, state, started_at, ended_at)
      select id, stage, 1, 'w', created_at, 'done', created_at, created_at + interval '30 s' from submission, (values ('run'), ('grade')) s (stage) where state = 'graded'`,
    sql`insert into progress (submission, revision, phases) select id, 9, '[]'::jsonb from submission where state = 'graded'`,
    sql`insert into blob (hash, packed, size) select md5('b' || n), decode(repeat('ab', 300), 'hex'), 900 from generate_series(1, ${submissions}::int) n`,
    sql`insert into evidence (submission, outcome, kind, images, token)
      select id, md5('b' || row_number() over ()), 'measured', 'i', 1 from submission where state = 'graded'`,
    sql`insert into report (submission, rubric, cause, content) select submission, 'r', 'grading', outcome from evidence`,
    sql`insert into score (report, criterion, kind, points, out_of, reason)
      select id, 'criterion-' || c, 'growth', 3, 5, 'made up' from report, generate_series(1, 4) c`,
    sql`insert into mark (submission, criterion, verdict, reason) select id, 'skew', 'met', 'made up' from submission where waits`,
    sql`insert into judge_call (key, call) select md5('c' || n), '{}'::jsonb from generate_series(1, ${submissions}::int) n`,
    sql`insert into judge_spending (day, key, usd, settled) select (current_date - (n % 365))::text, md5('c' || n), 0.001, true from generate_series(1, ${submissions}::int) n`,
    sql`insert into draft (person, question, engine, content, revision) select id, q, 'redis', '{}'::jsonb, 1 from person, (values ('clickstream'), ('fan-out-feed')) s (q) where id like 'p%'`,
    sql`insert into seen (person, question, what) select id, 'clickstream', 'statements' from person where id like 'p%'`,
    sql`insert into turn (person) select id from person where id like 'p%'`,
    sql`insert into organisation (name) select 'Organisation ' || n from generate_series(1, 200) n`,
    sql`insert into membership (organisation, person, role)
      select o.id, 'p' || (1 + (row_number() over ()) % ${people}::int), 'recruiter' from organisation o, generate_series(1, 5) n on conflict do nothing`,
    sql`insert into interview (organisation, title, question, engines, minutes, attempts, anonymised)
      select id, 'Interview ' || n, 'clickstream', '{redis}', 60, 3, true from organisation, generate_series(1, 20) n`,
    sql`insert into sitting (interview, person, started_at)
      select i.id, 'p' || (1 + (row_number() over ()) % ${people}::int), now() from interview i, generate_series(1, 5) n on conflict do nothing`,
    sql`insert into invitation (organisation, interview, email, token_hash, expires_at)
      select organisation, id, 'i' || n || '@filled.example', md5(id::text || n), now() from interview, generate_series(1, 5) n`,
    sql`insert into audit (actor, action, subject) select 'p1', 'made up', 'submission ' || n from generate_series(1, ${submissions}::int) n`,
    sql`analyze`,
  ]
  for (const statement of statements) await db.execute(statement)
}
