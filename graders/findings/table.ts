/** All rules about designs, in the order in which they claim lost points: what was done to the measurement first, then the design. */
import { allowFiltering } from "./allow-filtering.ts"
import { besideCalls } from "./beside-calls.ts"
import { blobValue } from "./blob-value.ts"
import { earlyExpiry } from "./early-expiry.ts"
import { fanOutOnWrite, gatherOnRead } from "./growing-call.ts"
import { hotPartition } from "./hot-partition.ts"
import { inPartitionKey } from "./in-partition-key.ts"
import { keyScan } from "./key-scan.ts"
import { lateWork } from "./late-work.ts"
import { lightweightTransaction } from "./lightweight-transaction.ts"
import { longPartition } from "./long-partition.ts"
import { lowSelectivityIndex } from "./low-selectivity-index.ts"
import { multiPartitionBatch } from "./multi-partition-batch.ts"
import { nPlusOne } from "./n-plus-one.ts"
import { noTtl } from "./no-ttl.ts"
import { noTwcs } from "./no-twcs.ts"
import { offTurnWork } from "./off-turn-work.ts"
import { readBeforeWrite } from "./read-before-write.ts"
import type { Rule } from "./rule.ts"
import { scriptScan } from "./script-scan.ts"
import { secondaryIndexScan } from "./secondary-index-scan.ts"
import { tombstones } from "./tombstones.ts"
import { unboundedPartition } from "./unbounded-partition.ts"
import { uncountedWork } from "./uncounted-work.ts"
import { unreadAnswer } from "./unread-answer.ts"
import { wholeCollection } from "./whole-collection.ts"
import { wideRead } from "./wide-read.ts"

export const RULES: readonly Rule[] = [
  unreadAnswer,
  besideCalls,
  offTurnWork,
  lateWork,
  allowFiltering,
  keyScan,
  scriptScan,
  wholeCollection,
  secondaryIndexScan,
  lowSelectivityIndex,
  fanOutOnWrite,
  gatherOnRead,
  inPartitionKey,
  nPlusOne,
  readBeforeWrite,
  lightweightTransaction,
  multiPartitionBatch,
  blobValue,
  tombstones,
  unboundedPartition,
  longPartition,
  hotPartition,
  uncountedWork,
  wideRead,
  noTtl,
  noTwcs,
  earlyExpiry,
]
