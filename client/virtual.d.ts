declare module "virtual:contract" {
  import type { contract } from "../server/contract.ts"

  const minified: typeof contract
  export default minified
}
