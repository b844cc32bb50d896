/** Looks into Redis beside the measured programs. */
import { createClient } from 'redis'

export interface Inspector {
  send(...command: string[]): Promise<unknown>
  /** Commands processed since the last reset, by name; those of connections and of looking left out. */
  commands(): Promise<Readonly<Record<string, number>>>
  resetCounts(): Promise<void>
  keys(pattern: string): Promise<string[]>
  close(): void
}

const notWork = new Set(['info', 'ping', 'hello', 'client', 'config', 'select', 'auth', 'scan'])

export async function inspect(url: string): Promise<Inspector> {
  const client = await createClient({ url, RESP: 2 }).connect()
  const send = (...command: string[]): Promise<unknown> => client.sendCommand(command)
  return {
    send,
    async commands() {
      const lines = String(await send('INFO', 'commandstats')).matchAll(
        /cmdstat_([a-z|-]+):calls=(\d+)/g
      )
      const counts = [...lines].map(([, name = '', calls]) => [name, Number(calls)] as const)
      return Object.fromEntries(counts.filter(([name]) => !notWork.has(name.split('|')[0] ?? '')))
    },
    resetCounts: async () => void (await send('CONFIG', 'RESETSTAT')),
    async keys(pattern) {
      const found: string[] = []
      for await (const keys of client.scanIterator({ MATCH: pattern })) found.push(...keys)
      return found
    },
    close: () => client.destroy()
  }
}
