import { execFile } from "node:child_process"
import { chmod, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type LocalService, startPostgres } from "../../../server/local/postgres.ts"
import { openStore } from "../../../server/store/database.ts"
import { migrateDatabase } from "../../../server/store/migrate.ts"
import { createSubmission } from "../../../server/store/submissions.ts"
import { ROOT } from "../../support/grading.ts"
import { type Platform, startPlatform, WORK } from "../../support/platform.ts"
import { twoOrganisations } from "../../support/two-organisations.ts"

const run = promisify(execFile)
let platform: Platform
let folder: string
let other: LocalService
let file: string

beforeAll(async () => {
  platform = await startPlatform()
  await platform.addWorker()
  await twoOrganisations(platform)
  folder = await mkdtemp(join(tmpdir(), "proofrun-backup-"))
  await chmod(folder, 0o755)
  file = join(folder, "all.backup")
  other = await startPostgres(folder)
})
afterAll(async () => {
  await other?.stop()
  await platform?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** Resolves to what it printed; rejects with what it said and its exit code. */
async function proofrun(args: string[], databaseUrl: string, state = folder): Promise<string> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, PROOFRUN_STATE: state }
  const { stdout } = await run(join(ROOT, "proofrun"), args, { env })
  return stdout
}

/** A new database beside the one that backups are restored into. */
async function emptyDatabase(name: string): Promise<string> {
  const client = new pg.Client({ connectionString: other.url.replace("/proofrun?", "/postgres?") })
  await client.connect()
  await client.query(`drop database if exists ${name}`)
  await client.query(`create database ${name}`)
  await client.end()
  return other.url.replace("/proofrun?", `/${name}?`)
}

/** Every row of every table, but for sessions. */
async function everything(url: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  )
  const all: Record<string, unknown[]> = {}
  for (const { name } of rows.filter(({ name }) => !["session", "verification"].includes(name)))
    all[name] = (await client.query(`select t::text as row from "${name}" t order by 1`)).rows
  await client.end()
  return all
}

describe("a backup", () => {
  it("brings an installation back into an empty database, row by row", async () => {
    expect(await proofrun(["backup", file], platform.databaseUrl)).toMatch(
      /all\.backup: 10 people, 4 submissions, 4 reports/,
    )
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await proofrun(["restore", file], other.url)).toMatch(/^Restored what was there at 2.*: 10 people, 4 sub/)
    const [before, after] = [await everything(platform.databaseUrl), await everything(other.url)]
    expect(Object.keys(after).length).toBeGreaterThan(20)
    expect(after).toEqual(before)
  })

  it("counts on after what is there, and is told from a database in use", async () => {
    const store = openStore(other.url)
    const person = (await store.db.query.person.findFirst())!
    const { rubric, workloadHash } = (await store.db.query.question.findFirst())!
    const made = await createSubmission(store.db, {
      person: person.id,
      content: WORK,
      quick: true,
      sitting: null,
      idempotencyKey: "after the restore",
      rubric,
      workloadHash,
    })
    expect(made.ok).toBe(true)
    await store.db.execute("insert into audit (action, subject) values ('test', 'numbers go on')")
    await store.close()
    await expect(proofrun(["restore", file], other.url)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^The database has rows in "\w+" already/),
    })
  })

  it("does not go into a database that holds something, though nobody has signed up", async () => {
    const begun = await emptyDatabase("begun")
    await migrateDatabase(begun)
    const client = new pg.Client({ connectionString: begun })
    await client.connect()
    await client.query("insert into organisation (name) values ('Somebody')")
    await client.end()
    await expect(proofrun(["restore", file], begun)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^The database has rows in "organisation" already/),
    })
  })

  it("is not written over, and says what it is not", async () => {
    await expect(proofrun(["backup", file], platform.databaseUrl)).rejects.toMatchObject({
      stderr: expect.stringMatching(/already: give another name/),
    })
    await expect(proofrun(["restore", join(folder, "none")], other.url)).rejects.toMatchObject({ code: 2 })
  })

  it.each([
    ["cut off", /cut off|damaged/, async (path: string) => truncate(path, (await stat(path)).size - 200)],
    ["something else", /no backup/, (path: string) => writeFile(path, "select 1;\n")],
    [
      "changed in the middle",
      /damaged|no backup|cut off/,
      async (path: string) => {
        const bytes = await readFile(path)
        bytes[Math.floor(bytes.length / 2)]! ^= 0xff
        await writeFile(path, bytes)
      },
    ],
    [
      "whole, but has a value that is none",
      /damaged: \w+: invalid .*Nothing was restored/,
      async (path: string) => {
        const text = zstdDecompressSync(await readFile(path)).toString("latin1")
        const spoilt = text.replace(/\t20\d\d-/, "\tLLLL-")
        expect(spoilt).not.toBe(text)
        await writeFile(path, zstdCompressSync(Buffer.from(spoilt, "latin1")))
      },
    ],
    [
      "of an older version, and has a value that is none",
      /older version of Proofrun, is damaged or does not fit this one: \w+: invalid/,
      async (path: string) => {
        const [manifest, ...rest] = zstdDecompressSync(await readFile(path))
          .toString("latin1")
          .split("\n")
        const older = JSON.parse(manifest!)
        older.migrations.pop()
        const spoilt = [JSON.stringify(older), ...rest].join("\n").replace(/\t20\d\d-/, "\tLLLL-")
        await writeFile(path, zstdCompressSync(Buffer.from(spoilt, "latin1")))
      },
    ],
    [
      "whole, but followed by something",
      /damaged: something follows its end/,
      async (path: string) => {
        const text = zstdDecompressSync(await readFile(path))
        await writeFile(path, zstdCompressSync(Buffer.concat([text, Buffer.from("more\n")])))
      },
    ],
  ])("that is %s restores nothing", async (_what, sentence, spoil) => {
    const spoilt = join(folder, "spoilt")
    await writeFile(spoilt, await readFile(file))
    await spoil(spoilt)
    const empty = await emptyDatabase("empty")
    await expect(proofrun(["restore", spoilt], empty)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(sentence),
    })
    const left = await everything(empty)
    expect(left.person).toEqual([])
    expect(left.submission).toEqual([])
  })
})
