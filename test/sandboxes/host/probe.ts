/** Makes a tiny x86-64 program that does the given system calls one after the other and writes their results: what no JavaScript can ask. */

export interface Probe {
  name: string
  number: number
  /** Numbers, or bytes whose address is passed. */
  args?: (number | bigint | string)[]
}

const BASE = 0x400000n
const HEADERS = 64 + 56
const ARGUMENT_REGISTERS = [
  [0x48, 0xbf],
  [0x48, 0xbe],
  [0x48, 0xba],
  [0x49, 0xba],
  [0x49, 0xb8],
  [0x49, 0xb9],
]

const quad = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt.asIntN(64, value))
  return bytes
}
const load = (register: number[], value: bigint): Buffer => Buffer.concat([Buffer.from(register), quad(value)])
const RAX = [0x48, 0xb8]
const SYSCALL = Buffer.from([0x0f, 0x05])

/** An ELF executable that leaves eight bytes of result for each call on descriptor `output`, and exits with 0. */
export function probeProgram(probes: Probe[], output: number): Buffer {
  const data: Buffer[] = []
  const assemble = (dataAt: bigint, resultsAt: bigint): Buffer => {
    data.length = 0
    let next = dataAt
    const place = (text: string) => {
      const bytes = Buffer.from(`${text}\0`)
      data.push(bytes)
      next += BigInt(bytes.length)
      return next - BigInt(bytes.length)
    }
    const call = (number: number, args: (number | bigint | string)[]) => [
      ...args.map((arg, i) => load(ARGUMENT_REGISTERS[i]!, typeof arg === "string" ? place(arg) : BigInt(arg))),
      load(RAX, BigInt(number)),
      SYSCALL,
    ]
    const code = probes.flatMap(({ number, args = [] }, i) => [
      ...call(number, [...args, 0, 0, 0, 0, 0, 0].slice(0, 6)),
      // mov [address], rax
      Buffer.concat([Buffer.from([0x48, 0xa3]), quad(resultsAt + BigInt(8 * i))]),
    ])
    return Buffer.concat([...code, ...call(1, [output, resultsAt, 8 * probes.length]), ...call(60, [0])])
  }
  const codeBytes = assemble(0n, 0n).length
  const dataAt = BASE + BigInt(HEADERS + codeBytes)
  const dataBytes = Buffer.concat(data).length
  return elf(Buffer.concat([assemble(dataAt, dataAt + BigInt(dataBytes)), ...data]), 8 * probes.length)
}

/** A program that makes one call in the 32-bit way (getpid), then exits with 0: a filter that knows no such calls ends it. */
export function oldWayProgram(): Buffer {
  const getpid = Buffer.from([0xb8, 20, 0, 0, 0, 0xcd, 0x80])
  return elf(Buffer.concat([getpid, load(ARGUMENT_REGISTERS[0]!, 0n), load(RAX, 60n), SYSCALL]), 0)
}

/** Results of a probe as negative error numbers or values. */
export function readResults(probes: Probe[], bytes: Buffer): Record<string, number> {
  return Object.fromEntries(probes.map(({ name }, i) => [name, Number(bytes.readBigInt64LE(8 * i))]))
}

function elf(content: Buffer, roomBytes: number): Buffer {
  const header = Buffer.alloc(HEADERS)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0)
  header.writeUInt16LE(2, 16)
  header.writeUInt16LE(0x3e, 18)
  header.writeUInt32LE(1, 20)
  header.writeBigUInt64LE(BASE + BigInt(HEADERS), 24)
  header.writeBigUInt64LE(64n, 32)
  header.writeUInt16LE(64, 52)
  header.writeUInt16LE(56, 54)
  header.writeUInt16LE(1, 56)
  const segment = 64
  header.writeUInt32LE(1, segment)
  header.writeUInt32LE(7, segment + 4)
  header.writeBigUInt64LE(BASE, segment + 16)
  header.writeBigUInt64LE(BASE, segment + 24)
  header.writeBigUInt64LE(BigInt(HEADERS + content.length), segment + 32)
  header.writeBigUInt64LE(BigInt(HEADERS + content.length + roomBytes), segment + 40)
  header.writeBigUInt64LE(0x1000n, segment + 48)
  return Buffer.concat([header, content])
}
