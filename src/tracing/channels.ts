/** Listens on Node's diagnostics channels by name, and stops listening on all of them at once. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Answers how to stop. */
export function listenOn<Message>(
  channels: Readonly<Record<string, (message: Message) => void>>
): () => void {
  const listeners = Object.entries(channels).map(([name, listener]) => {
    // What a channel carries is documented with it; the caller names the part that it reads.
    const onMessage = (message: unknown) => listener(message as Message)
    subscribe(name, onMessage)
    return () => unsubscribe(name, onMessage)
  })
  return () => {
    for (const stop of listeners) stop()
  }
}
