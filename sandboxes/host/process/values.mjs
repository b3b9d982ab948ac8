/** Turns what an operation returned into JSON text, or says in plain words why it has none and where in the value. */
const { stringify } = JSON
const { keys } = Object

/** JSON text; undefined where the operation returned nothing. Throws a TypeError that names the place in the value. */
export function jsonOf(value, operation) {
  if (value === undefined) return undefined
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`${operation} returned a ${typeof value}; replies are JSON values`)
  try {
    return stringify(value)
  } catch (error) {
    const where = find(value, operation, [])
    if (where !== null) throw new TypeError(where)
    throw error
  }
}

const DEEPEST = 64

function find(value, path, parents) {
  if (typeof value === "bigint") return `${path} is a BigInt, which JSON does not have: return Number(...) or a string`
  if (typeof value !== "object" || value === null || typeof value.toJSON === "function") return null
  for (let i = 0; i < parents.length; i++)
    if (parents[i] === value) return `${path} contains itself; replies are JSON values, without cycles`
  if (parents.length > DEEPEST) return `${path} is nested more than ${DEEPEST} deep`
  const names = keys(value)
  for (let i = 0; i < names.length; i++) {
    const found = find(value[names[i]], `${path}.${names[i]}`, [...parents, value])
    if (found !== null) return found
  }
  return null
}
