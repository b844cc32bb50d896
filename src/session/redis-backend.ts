/** Keeps sessions in Redis, for any number of instances. */
import { endReasons } from '../auth/end-reason.ts'
import { integer, type RedisConnection, scriptForFullRedis } from '../redis/connection.ts'
import type { LeaseOutcome, Leases, RecordName, SessionBackend, SessionNews } from './backend.ts'
import { headerLength } from './record.ts'
import { redisEndJournal, redisLoginClock } from './redis-ends.ts'
import { redisIndex } from './redis-index.ts'
import { redisRecords } from './redis-records.ts'

export interface RedisBackendOptions {
  /** Prefix of every key, default `bff:`: several services may share one Redis. */
  readonly prefix?: string
}

/** The connection is closed with the backend. */
export function redisBackend(
  redis: RedisConnection,
  { prefix = 'bff:' }: RedisBackendOptions = {}
): SessionBackend {
  const keys = redisKeys(prefix)
  return {
    clock: redisLoginClock(redis, keys),
    journal: redisEndJournal(redis, keys),
    records: redisRecords(redis, keys),
    leases: redisLeases(redis, keys),
    index: redisIndex(redis, keys),
    news: {
      announceChange: name => void redis.publish(keys.ends, `${name} changed`).catch(() => {}),
      subscribe: onNews => redis.subscribe(keys.ends, message => readNews(message, onNews))
    },
    ping: () => redis.ping(),
    close: () => redis.close()
  }
}

/** A message is the name of a record and the news of it. A message of an earlier version is the name alone. */
function readNews(message: string, onNews: (name: RecordName, news: SessionNews) => void): void {
  const [name = '', word] = message.split(' ')
  const known: readonly SessionNews[] = [...endReasons, 'renewed', 'changed']
  onNews(name, known.find(news => news === word) ?? 'unknown')
}

// The names of Redis keys: what belongs to one session, or to one user, shares a hash tag.

export interface RedisKeys {
  record(name: RecordName): string
  lease(name: RecordName): string
  /** Which version of the tokens was sent to Cognito, as long as it is not known what came of it. */
  attempt(name: RecordName): string
  /** Of a record that was replaced: the name of the one in its place. */
  successor(name: RecordName): string
  index(user: string): string
  /** A channel, not a key: news of records. */
  readonly ends: string
  /** Beside the index: in a cluster both are on one node. */
  notBefore(user: string): string
  readonly clock: string
  readonly journal: string
}

export function redisKeys(prefix: string): RedisKeys {
  return {
    record: name => `${prefix}s:{${name}}`,
    lease: name => `${prefix}l:{${name}}`,
    attempt: name => `${prefix}u:{${name}}`,
    successor: name => `${prefix}x:{${name}}`,
    ends: `${prefix}ends`,
    index: user => `${prefix}i:{${user}}`,
    notBefore: user => `${prefix}n:{${user}}`,
    clock: `${prefix}t:{ends}`,
    journal: `${prefix}e:{ends}`
  }
}

// Refresh leases in Redis: a key beside the record, holding the owner's name, gone by itself.

/**
 * Takes the lease where it is free. Not without a record, or over a tombstone: there would be nothing to
 * refresh, and an ended session leaves no key behind. Marks the version of the tokens (see record.ts) in the same
 * round trip. KEYS record, lease, mark. ARGV owner, ttl, life of the mark.
 */
const take = scriptForFullRedis(`
local head = redis.call('GETRANGE', KEYS[1], 0, ${headerLength - 1})
if #head < ${headerLength} then return 0 end
if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
local version = head:sub(6, 9)
local marked = redis.call('GET', KEYS[3])
redis.call('SET', KEYS[3], version, 'PX', ARGV[3])
return marked == version and 2 or 1`)

/** What it returns, by number. */
const outcomes: readonly LeaseOutcome[] = ['busy', 'taken', 'retaken']

/** Prolongs a lease, for its owner only. KEYS lease. ARGV owner, ttl. */
const renew = scriptForFullRedis(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)

/**
 * Releases a lease, for its owner only: it may have expired and have another owner. KEYS lease, and the mark
 * where that is to go, too. ARGV owner.
 */
const release = scriptForFullRedis(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', unpack(KEYS)) end
return 1`)

export function redisLeases(redis: RedisConnection, keys: RedisKeys): Leases {
  return {
    async take(name, owner, ttl, marked) {
      const keysOfIt = [keys.record(name), keys.lease(name), keys.attempt(name)] as const
      const reply = await redis.run(take, keysOfIt, [owner, `${ttl}`, `${marked}`])
      return outcomes[integer(reply)] ?? 'busy'
    },
    async renew(name, owner, ttl) {
      return integer(await redis.run(renew, [keys.lease(name)], [owner, `${ttl}`])) === 1
    },
    async release(name, owner, unresolved) {
      const lease = keys.lease(name)
      await redis.run(release, unresolved ? [lease] : [lease, keys.attempt(name)], [owner])
    }
  }
}
