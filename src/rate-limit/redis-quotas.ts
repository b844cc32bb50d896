/** Quotas counted in Redis, for all instances. One command decides about all quotas of a claim. */
import {
  integers,
  type RedisConnection,
  redisScript,
  type ScriptKeys
} from '../redis/connection.ts'
import { type CountingOptions, hiddenName } from './counters.ts'
import { type Claim, knownFor, mostKnown, type Quota, type QuotaCounters } from './quotas.ts'

/**
 * KEYS networks known for the subject; then for each quota its counter of this network and that of all.
 * ARGV name of this network; then for each quota share, own, total, window (ms), slides.
 * Returns the number of the quota that refuses, or 0; then for each quota what is left for this network, the rest
 * of its window, and how long to wait where it refuses (both in ms; -1 where it does not).
 */
const take = redisScript(`
local known = string.find(redis.call('GET', KEYS[1]) or '', ARGV[1], 1, true) ~= nil
local quotas = (#KEYS - 1) / 2
local answer = { 0 }
local function left(key, window)
  local ms = redis.call('PTTL', key)
  if ms < 0 then ms = window end
  return ms
end
for i = 1, quotas do
  local one, all, at = KEYS[2 * i], KEYS[2 * i + 1], 5 * (i - 1) + 1
  local window = tonumber(ARGV[at + 4])
  local max = tonumber(known and ARGV[at + 2] or ARGV[at + 1])
  local rest = max - tonumber(redis.call('GET', one) or '0')
  local wait = -1
  if rest <= 0 then
    wait = left(one, window)
  elseif not known and tonumber(redis.call('GET', all) or '0') >= tonumber(ARGV[at + 3]) then
    wait = left(all, window)
  end
  if wait >= 0 and answer[1] == 0 then answer[1] = i end
  answer[#answer + 1] = rest
  answer[#answer + 1] = left(one, window)
  answer[#answer + 1] = wait
end
if answer[1] ~= 0 then return answer end
for i = 1, quotas do
  local at = 5 * (i - 1) + 1
  for k = 2 * i, 2 * i + 1 do
    redis.call('INCR', KEYS[k])
    if ARGV[at + 5] == '1' or redis.call('PTTL', KEYS[k]) < 0 then
      redis.call('PEXPIRE', KEYS[k], ARGV[at + 4])
    end
  end
end
return answer`)

/** KEYS counters. ARGV for each how many to give back, or -1 to forget it. */
const settle = redisScript(`
for i, key in ipairs(KEYS) do
  local back = tonumber(ARGV[i])
  local counted = tonumber(redis.call('GET', key) or '0')
  if back < 0 or (back > 0 and counted <= back) then redis.call('DEL', key)
  elseif back > 0 then redis.call('DECRBY', key, back) end
end
return 1`)

/** KEYS networks known for the subject. ARGV name of this one, how long they are known (ms), length of the list. */
const remember = redisScript(`
local list = redis.call('GET', KEYS[1]) or ''
local at = string.find(list, ARGV[1], 1, true)
if at then list = string.sub(list, 1, at - 1) .. string.sub(list, at + #ARGV[1]) end
redis.call('SET', KEYS[1], string.sub(ARGV[1] .. list, 1, tonumber(ARGV[3])), 'PX', ARGV[2])
return 1`)

/** Characters of a network's name: 60 bits and a space that no name holds, so that none begins inside of another. */
const nameLength = 11

export function redisQuotas(
  options: CountingOptions & { readonly redis: RedisConnection }
): QuotaCounters {
  const { redis, prefix, secret } = options

  /** Without the network in plain: neither tells who calls from where. */
  async function namesOf(subject: string, network: string) {
    const hidden = await hiddenName(secret, subject)
    const place = await hiddenName(secret, `${subject} ${network}`)
    const counters = ({ name }: Quota) => {
      const all = `${prefix}r:{${hidden}}:${name}`
      return [`${all}:${place.slice(0, nameLength - 1)}`, all] as const
    }
    return {
      known: `${prefix}k:{${hidden}}`,
      place: `${place.slice(0, nameLength - 1)} `,
      counters
    }
  }

  return {
    async take({ subject, network, quotas }) {
      const { known, place, counters } = await namesOf(subject, network)
      const keys: ScriptKeys = [known, ...quotas.flatMap(counters)]
      const args = [place, ...quotas.flatMap(argumentsOf)]
      const [refused = 0, ...looks] = integers(await redis.run(take, keys, args))
      return decisionOf(quotas, refused, looks)
    },
    async settle({ subject, network, quotas }, settlements) {
      const { counters } = await namesOf(subject, network)
      const [first, ...others] = quotas.flatMap(counters)
      if (first === undefined) return
      const back = { keep: '0', return: '1', forget: '-1' }
      const args = settlements.flatMap(is => [back[is], back[is]])
      await redis.run(settle, [first, ...others], args)
    },
    async remember(subject, network) {
      const { known, place } = await namesOf(subject, network)
      await redis.run(remember, [known], [place, `${knownFor}`, `${mostKnown * nameLength}`])
    }
  }
}

const argumentsOf = ({ share, own, total, window, slides }: Quota) => [
  `${share}`,
  `${own}`,
  `${total}`,
  `${window}`,
  slides ? '1' : '0'
]

function decisionOf(quotas: Claim['quotas'], refused: number, looks: readonly number[]) {
  const taken = refused === 0 ? 1 : 0
  const of = (i: number, field: number) => looks[3 * i + field] ?? 0
  return {
    refusedBy: refused === 0 ? undefined : quotas[refused - 1],
    remaining: quotas.map((_, i) => Math.max(0, of(i, 0) - taken)),
    resets: quotas.map((_, i) => (of(i, 2) >= 0 ? of(i, 2) : of(i, 1)))
  }
}
