/** Redis passes the suite of all engines. */
import container from "../../../sandboxes/engines/redis/container.ts"
import { conformance } from "./conformance.ts"
import under from "./redis/under-test.ts"

conformance({ under, module: "redis/under-test.ts", container })
