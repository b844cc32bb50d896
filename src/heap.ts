/**
 * Keeps V8 from taking a start, from when this is imported, for the way of life of the process: nearly
 * everything that a start allocates survives, and next to nothing of what requests do.
 */
import { setFlagsFromString } from 'node:v8'

/** V8 multiplies the space for young objects by this whenever enough of them survived; 2 is its default. */
const growBy = (factor: 1 | 2) => setFlagsFromString(`--semi-space-growth-factor=${factor}`)

// It would grow to 32 MB during a start, of which an idle process uses one.
growBy(1)

// V8 puts objects among the old at once where those made by the same code used to survive. Some processes
// learned that wrongly, for good: each request then left garbage there, at up to 20 us for collecting it.
setFlagsFromString('--no-allocation-site-pretenuring')

/** From here on the heap grows with the load, as ever. */
export function startIsOver(): void {
  growBy(2)
}
