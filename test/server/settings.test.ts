import { describe, expect, it } from "vitest"
import { childEnvironment, readSettings } from "../../server/settings.ts"

describe("the judge's settings", () => {
  it("are none on a fresh laptop", () => {
    expect(readSettings({}).judge).toBeNull()
    expect(readSettings({ JUDGE_MODEL: "a-model", OPENAI_API_KEY: " " }).judge).toBeNull()
  })

  it("are there with a key, or with the address of any server", () => {
    expect(readSettings({ OPENAI_API_KEY: "sk-1" }).judge).toMatchObject({ apiKey: "sk-1", baseUrl: undefined })
    expect(readSettings({ OPENAI_BASE_URL: "http://127.0.0.1:11434/v1/", JUDGE_MODEL: "small" }).judge).toEqual({
      apiKey: undefined,
      baseUrl: "http://127.0.0.1:11434/v1",
      model: "small",
      dailyLimitUsd: 5,
      timeoutMs: 90_000,
    })
  })

  it("take a limit and a timeout", () => {
    const { judge } = readSettings({ OPENAI_API_KEY: "k", JUDGE_DAILY_LIMIT_USD: "0.5", JUDGE_TIMEOUT_S: "12" })
    expect(judge).toMatchObject({ dailyLimitUsd: 0.5, timeoutMs: 12_000 })
  })

  it.each([
    [{ OPENAI_BASE_URL: "127.0.0.1:11434" }, /give an address such as[\s\S]*OPENAI_BASE_URL/],
    [{ OPENAI_BASE_URL: "ftp://here/v1" }, /OPENAI_BASE_URL/],
    [{ OPENAI_BASE_URL: "https://me:secret@here/v1" }, /leave out user, password/],
    [
      { JUDGE_DAILY_LIMIT_USD: "much" },
      /an amount of US dollars a day, above 0; "much" is none[\s\S]*JUDGE_DAILY_LIMIT_USD/,
    ],
    [{ JUDGE_TIMEOUT_S: "0" }, /JUDGE_TIMEOUT_S/],
  ])("say what is wrong with %o", (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(sentence)
  })

  it("never print a password that stood in an address", () => {
    try {
      readSettings({ OPENAI_BASE_URL: "https://me:secret@here/v1" })
      expect.unreachable()
    } catch (error) {
      expect((error as Error).message).not.toContain("secret")
    }
  })

  it("keep the key from the processes that we start", () => {
    process.env.OPENAI_API_KEY = "sk-1"
    try {
      expect(childEnvironment({ A: "b" })).not.toHaveProperty("OPENAI_API_KEY")
      expect(childEnvironment({ OPENAI_API_KEY: "given" }).OPENAI_API_KEY).toBe("given")
    } finally {
      delete process.env.OPENAI_API_KEY
    }
  })
})
