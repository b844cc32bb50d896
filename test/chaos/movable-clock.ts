/** Loaded before the service (`--import`): lets a test move the wall clock of that process, by IPC. */

let offset = Number(process.env.CLOCK_OFFSET_MS ?? 0)
const realNow = Date.now

Date.now = () => realNow() + offset

process.on('message', (message: { advanceMs?: number }) => {
  if (message.advanceMs === undefined) return
  offset += message.advanceMs
  process.send?.({ kind: 'moved' })
})

// Listening must not keep a process alive that has been drained.
process.channel?.unref()
