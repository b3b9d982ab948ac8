/** Cassandra passes the suite of all engines. */
import container from "../../../sandboxes/engines/cassandra/container.ts"
import under from "./cassandra/under-test.ts"
import { conformance } from "./conformance.ts"

conformance({ under, module: "cassandra/under-test.ts", container })
