/**
 * The program of a host process: loads the candidate's bundle, connects it to its engines and runs operations as the driver asks. It times
 * and judges nothing; whatever it says is the candidate's word, since candidate code shares its memory.
 */
import { writeFileSync } from "node:fs"
import { openChannel } from "./channel.mjs"
import { faultOf } from "./faults.mjs"
import { keepOutput, takeOutput } from "./output.mjs"
import { jsonOf } from "./values.mjs"

const { stringify } = JSON
const { apply } = Reflect

const BUNDLE = "/tmp/access.mjs"

/** Engine name -> its address on loopback and its client's module, from the doors that PID 1 offers (NAME=ADDRESS:PORT=SOCKET). */
const doors = Object.create(null)
for (const door of process.argv.slice(2)) {
  const [name, address] = door.split("=")
  const [host, port] = address.split(":")
  doors[name] = { host, port: Number(port), client: import(`./engines/${name}/client.mjs`) }
  // Read when the engine is asked for; until then a failure is nobody's.
  doors[name].client.catch(() => {})
}

let access
const operations = Object.create(null)
/** Ids of calls that were not answered yet. */
const inFlight = Object.create(null)
/** Thrown when no call was in flight: the next call is answered with it. */
let late = null

keepOutput()
process.on("uncaughtException", (error) => escaped(error, "an exception that nothing caught"))
process.on("unhandledRejection", (error) => escaped(error, "a rejected promise that nothing awaited"))

const send = openChannel((frame) => {
  if (frame.type === "call") answer(frame.id, frame.operation, frame.args)
  else if (frame.type === "load") load(frame)
  else if (frame.type === "printed") send(`{"type":"printed","text":${stringify(takeOutput())}}`)
})

/** The process goes on after an escaped error: it costs the calls that it hits, each time, and not a restart that hides it. */
function escaped(error, what) {
  const fault = faultOf(error)
  fault.message = `${fault.message} (${what})`
  let hit = false
  for (const id in inFlight) {
    hit = true
    fail(id, fault)
  }
  if (!hit) late = fault
}

// Frames are put together as text: an Object.prototype.toJSON of the candidate's cannot change them.
const tail = ({ message, file, line }) =>
  `"message":${stringify(message)}${file === undefined ? "" : `,"file":${stringify(file)},"line":${line}`}}`

function fail(id, fault) {
  if (!inFlight[id]) return
  delete inFlight[id]
  send(`{"type":"error","id":${id},${tail(fault)}`)
}

async function answer(id, name, args) {
  inFlight[id] = true
  if (late !== null) {
    fail(id, { ...late, message: `${late.message}, after an earlier call had been answered` })
    late = null
    return
  }
  let json
  try {
    json = jsonOf(await apply(operations[name], access, args), name)
  } catch (error) {
    return fail(id, faultOf(error))
  }
  if (!inFlight[id]) return
  delete inFlight[id]
  send(json === undefined ? `{"type":"reply","id":${id}}` : `{"type":"reply","id":${id},"value":${json}}`)
}

async function load({ bundle, engines, operations: names }) {
  const failed = (stage, fault) => send(`{"type":"failed","stage":"${stage}",${tail(fault)}`)
  const clients = {}
  for (const name in engines) {
    try {
      const { host, port, client } = doors[name]
      const connected = await (await client).connect(engines[name], { host, port })
      clients[connected.name] = connected.client
    } catch (error) {
      const fault = faultOf(error)
      return failed("connect", { message: `the client of ${name} could not connect: ${fault.message}` })
    }
  }
  let connect
  try {
    writeFileSync(BUNDLE, bundle)
    const module = await import(BUNDLE)
    // A CommonJS module that was compiled from a default export keeps it one level deeper.
    connect = typeof module.default === "function" ? module.default : module.default?.default
  } catch (error) {
    return failed("connect", faultOf(error))
  }
  if (typeof connect !== "function")
    return failed("compile", {
      message: "the default export is not a function: export default async function connect(engines) { ... }",
    })
  try {
    access = await connect(clients)
  } catch (error) {
    return failed("connect", faultOf(error))
  }
  if (typeof access !== "object" || access === null)
    return failed("connect", { message: "connect returned no object: it must return the operations by name" })
  for (let i = 0; i < names.length; i++) {
    const name = names[i]
    operations[name] = access[name]
    if (typeof operations[name] !== "function")
      return failed("connect", {
        message: `the operation ${name} is missing: connect returned ${typeof operations[name] === "undefined" ? "nothing" : `a value of type ${typeof operations[name]}`} under that name`,
      })
  }
  send('{"type":"ready"}')
}
