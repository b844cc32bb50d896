/**
 * Keeps the heap small while the service starts, from when it is imported. Nearly everything that a start
 * allocates survives, and V8 takes that for the way of life of the process: it doubles the space for young
 * objects until it has 32 MB, of which an idle process uses one.
 */
import { setFlagsFromString } from 'node:v8'

/** V8 multiplies by this whenever enough has survived, and looks it up each time; 2 is its default. */
const growBy = (factor: 1 | 2) => setFlagsFromString(`--semi-space-growth-factor=${factor}`)

growBy(1)

/** From here on the heap grows with the load, as ever. */
export function startIsOver(): void {
  growBy(2)
}
