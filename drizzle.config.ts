/** For drizzle-kit, which writes a migration from a change of the tables: `npx drizzle-kit generate --name WHAT`. */
import { defineConfig } from "drizzle-kit"

export default defineConfig({
  dialect: "postgresql",
  schema: "./server/store/tables.ts",
  out: "./server/store/migrations",
})
