/** Standard output for the log: the lines of one turn of the event loop leave in one write. */
import { destination } from 'pino'

export interface LogStream {
  write(line: string): void
}

/** What waits at most, in characters. */
const fullAt = 64 * 1024

/**
 * A write for each line was a third of the time of an anonymous request. Nothing waits longer than the turn
 * it was written in, nor does it when the process ends: only a process that is killed may take the lines of
 * its last turn with it, whose answers nobody may have got either.
 */
export function standardOutput(): LogStream {
  const inTurns = linesOfTurns(destination({ dest: 1, sync: true }))
  process.on('exit', inTurns.flush)
  return inTurns
}

export function linesOfTurns(out: LogStream): LogStream & { flush(): void } {
  let lines = ''
  function flush(): void {
    const leaving = lines
    lines = ''
    if (leaving !== '') out.write(leaving)
  }
  return {
    write(line) {
      if (lines === '') setImmediate(flush)
      lines += line
      if (lines.length > fullAt) flush()
    },
    flush
  }
}
