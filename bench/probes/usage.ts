/** Loaded into a measured process before its program: tells on request what it has used so far. */

export interface Usage {
  /** CPU time of all threads, user and system, in microseconds. */
  readonly cpu: number
  /** Resident memory in bytes. */
  readonly rss: number
}

process.on('message', (message: { kind?: string }) => {
  if (message.kind !== 'usage') return
  const { user, system } = process.cpuUsage()
  const value: Usage = { cpu: user + system, rss: process.memoryUsage.rss() }
  process.send?.({ kind: 'usage', value })
})
