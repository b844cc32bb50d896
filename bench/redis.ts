/** Looks into Redis beside the measured programs. */
import { createClient } from 'redis'

export interface Inspector {
  send(...command: string[]): Promise<unknown>
  /** Commands processed since the last reset, by name; those of connections and of looking left out. */
  commands(): Promise<Readonly<Record<string, number>>>
  resetCounts(): Promise<void>
  keys(pattern: string): Promise<string[]>
  /** The first of them, wherever Redis begins; at least as many as asked for, where there are as many. */
  someKeys(pattern: string, count: number): Promise<string[]>
  close(): void
}

const notWork = new Set(['info', 'ping', 'hello', 'client', 'config', 'select', 'auth', 'scan'])

export async function inspect(url: string): Promise<Inspector> {
  const client = await createClient({ url, RESP: 2 }).connect()
  const send = (...command: string[]): Promise<unknown> => client.sendCommand(command)
  async function keys(pattern: string, count: number): Promise<string[]> {
    const found: string[] = []
    for await (const keys of client.scanIterator({ MATCH: pattern })) {
      found.push(...keys)
      if (found.length >= count) break
    }
    return found
  }
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
    keys: pattern => keys(pattern, Number.POSITIVE_INFINITY),
    someKeys: keys,
    close: () => client.destroy()
  }
}
