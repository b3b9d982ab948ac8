/** How the app is bundled: the contract goes in as plain data, without its schemas; everything is also written compressed. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { brotliCompressSync, constants } from "node:zlib"
import { minifyContractRouter } from "@orpc/contract"
import react from "@vitejs/plugin-react"
import { defineConfig, type Plugin } from "vite"
import { contract } from "../server/contract.ts"

const CONTRACT = "virtual:contract"
const COMPRESSED = /\.(js|css|svg|html)$/
/** The best is slow, and what is so large is loaded behind the page. */
const LARGE_BYTES = 2 ** 20

function contractAsData(): Plugin {
  return {
    name: "contract-as-data",
    resolveId: (id) => (id === CONTRACT ? `\0${CONTRACT}` : null),
    load: (id) => (id === `\0${CONTRACT}` ? `export default ${JSON.stringify(minifyContractRouter(contract))}` : null),
  }
}

function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }) {
      for (const name of readdirSync(dir!, { recursive: true }) as string[]) {
        const file = join(dir!, name)
        if (!COMPRESSED.test(name) || !statSync(file).isFile()) continue
        const content = readFileSync(file)
        const quality = content.length > LARGE_BYTES ? 5 : 10
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
        )
      }
    },
  }
}

/** The editor's checks ask for "typescript", of which the newest offers no API to programs yet; the one before does. */
function oldCompiler(): Plugin {
  return {
    name: "old-compiler",
    enforce: "pre",
    resolveId(id) {
      return id === "typescript" ? this.resolve("typescript6") : null
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), contractAsData(), compressed()],
  resolve: {
    alias: [
      // Pictures are drawn by the browser itself here.
      { find: /^\.\/document\.ts$/, replacement: resolve(import.meta.dirname, "report/document.ts") },
    ],
  },
  worker: { format: "es", plugins: () => [oldCompiler()] },
  build: { target: "es2023", manifest: true, reportCompressedSize: false, chunkSizeWarningLimit: 20_000 },
})
