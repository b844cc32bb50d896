/** The ways in which Redis fails here, and what a request may expect meanwhile. */
import type { TestRedis } from '../support/redis.ts'
import { freePort } from '../support/redis-process.ts'
import type { Wire } from './wire.ts'

export interface RedisFault {
  readonly name: string
  begin(redis: TestRedis, wire: Wire): Promise<void> | void
  end(redis: TestRedis, wire: Wire): Promise<void> | void
  /** Sessions can be read meanwhile, only not written. */
  readonly isReadable?: boolean
  /** Sessions that are there go on, refreshes and all; only logins fail. */
  readonly isFull?: boolean
  /** All is as ever, only later. */
  readonly isHarmless?: boolean
  /** Run by `npm test`, too; the others are like one of these, or tested below, in test/redis. */
  readonly isEssential?: boolean
}

export const redisFaults: readonly RedisFault[] = [
  {
    name: 'killed, and restarted from its append-only file',
    begin: redis => redis.stop(),
    end: redis => redis.start(),
    isEssential: true
  },
  {
    name: 'unreachable: connections closed at once',
    begin: (_redis, wire) => wire.cut(),
    end: (_redis, wire) => wire.mend()
  },
  {
    name: 'half open: packets are lost without an error',
    begin: (_redis, wire) => wire.hang(),
    end: (_redis, wire) => wire.mend(),
    isEssential: true
  },
  {
    name: 'suspended (SIGSTOP)',
    begin: redis => redis.freeze(),
    end: redis => redis.thaw()
  },
  {
    name: 'slow: 50 ms each way',
    begin: (_redis, wire) => wire.delay(50),
    end: (_redis, wire) => wire.delay(0),
    isHarmless: true
  },
  {
    name: 'too slow: 600 ms each way',
    begin: (_redis, wire) => wire.delay(600),
    end: (_redis, wire) => wire.delay(0)
  },
  {
    name: 'a read-only replica',
    begin: async redis => {
      await redis.cli('CONFIG', 'SET', 'replica-serve-stale-data', 'yes')
      await redis.cli('REPLICAOF', '127.0.0.1', `${await freePort()}`)
    },
    end: async redis => void (await redis.cli('REPLICAOF', 'NO', 'ONE')),
    isReadable: true,
    isEssential: true
  },
  {
    name: 'out of memory (noeviction)',
    begin: async redis => void (await redis.cli('CONFIG', 'SET', 'maxmemory', '1')),
    end: async redis => void (await redis.cli('CONFIG', 'SET', 'maxmemory', '0')),
    isFull: true,
    isEssential: true
  }
]
