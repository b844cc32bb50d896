/** Quotas counted in Redis, for all instances. One script decides about all quotas of a request. */
import {
  integers,
  type RedisConnection,
  redisScript,
  type ScriptKeys
} from '../redis/connection.ts'
import { hashedName, type SharedCounterOptions } from './counters.ts'
import {
  knownNetworkTtl,
  maxKnownNetworks,
  type Quota,
  type QuotaCounters,
  type QuotaDecision
} from './quota-definitions.ts'

/**
 * KEYS list of the networks known for the subject; then for each quota the counter of this network and of all networks.
 * ARGV name of this network; then for each quota perNetwork, perKnownNetwork, total, window (ms), isSliding.
 * Returns the number of the quota that refuses, or 0; then for each quota what remains for this network, the rest
 * of its window, and when to retry where it refuses (both in ms; -1 where it does not).
 */
const reserve = redisScript(`
local known = string.find(redis.call('GET', KEYS[1]) or '', ARGV[1], 1, true) ~= nil
local quotas = (#KEYS - 1) / 2
local result = { 0 }
local function rest(key, window)
  local ms = redis.call('PTTL', key)
  if ms < 0 then ms = window end
  return ms
end
for i = 1, quotas do
  local one, all, at = KEYS[2 * i], KEYS[2 * i + 1], 5 * (i - 1) + 1
  local window = tonumber(ARGV[at + 4])
  local max = tonumber(known and ARGV[at + 2] or ARGV[at + 1])
  local remaining = max - tonumber(redis.call('GET', one) or '0')
  local retry = -1
  if remaining <= 0 then
    retry = rest(one, window)
  elseif not known and tonumber(redis.call('GET', all) or '0') >= tonumber(ARGV[at + 3]) then
    retry = rest(all, window)
  end
  if retry >= 0 and result[1] == 0 then result[1] = i end
  result[#result + 1] = remaining
  result[#result + 1] = rest(one, window)
  result[#result + 1] = retry
end
if result[1] ~= 0 then return result end
for i = 1, quotas do
  local at = 5 * (i - 1) + 1
  for k = 2 * i, 2 * i + 1 do
    redis.call('INCR', KEYS[k])
    if ARGV[at + 5] == '1' or redis.call('PTTL', KEYS[k]) < 0 then
      redis.call('PEXPIRE', KEYS[k], ARGV[at + 4])
    end
  end
end
return result`)

/** KEYS counters. ARGV for each counter how many to subtract, or -1 to delete it. */
const settle = redisScript(`
for i, key in ipairs(KEYS) do
  local refund = tonumber(ARGV[i])
  local counted = tonumber(redis.call('GET', key) or '0')
  if refund < 0 or (refund > 0 and counted <= refund) then redis.call('DEL', key)
  elseif refund > 0 then redis.call('DECRBY', key, refund) end
end
return 1`)

/** KEYS list of the networks known for the subject. ARGV name of this network, time to live and length of the list. */
const addKnownNetwork = redisScript(`
local list = redis.call('GET', KEYS[1]) or ''
local at = string.find(list, ARGV[1], 1, true)
if at then list = string.sub(list, 1, at - 1) .. string.sub(list, at + #ARGV[1]) end
redis.call('SET', KEYS[1], string.sub(ARGV[1] .. list, 1, tonumber(ARGV[3])), 'PX', ARGV[2])
return 1`)

/** Characters of a network's name in a list: 60 bits of its hash, and a space, which separates the names. */
const nameLength = 11

export function redisQuotas(
  options: SharedCounterOptions & { readonly redis: RedisConnection }
): QuotaCounters {
  const { redis, prefix, secret } = options

  /** Keys and names of hashes: they do not reveal which network calls about which subject. */
  async function namesOf(subject: string, network: string) {
    const subjectName = await hashedName(secret, subject)
    const networkHash = await hashedName(secret, `${subject} ${network}`)
    const networkName = networkHash.slice(0, nameLength - 1)
    const countersOf = ({ name }: Quota) => {
      const ofAll = `${prefix}r:{${subjectName}}:${name}`
      return [`${ofAll}:${networkName}`, ofAll] as const
    }
    return {
      knownNetworks: `${prefix}k:{${subjectName}}`,
      listedName: `${networkName} `,
      countersOf
    }
  }

  return {
    async reserve({ subject, network, quotas }) {
      const { knownNetworks, listedName, countersOf } = await namesOf(subject, network)
      const keys: ScriptKeys = [knownNetworks, ...quotas.flatMap(countersOf)]
      const args = [listedName, ...quotas.flatMap(argumentsOf)]
      const [refusing = 0, ...states] = integers(await redis.run(reserve, keys, args))
      return decisionOf(quotas, refusing, states)
    },
    async settle({ subject, network, quotas }, settlements) {
      const { countersOf } = await namesOf(subject, network)
      const [first, ...others] = quotas.flatMap(countersOf)
      if (first === undefined) return
      const refunds = { keep: '0', refund: '1', reset: '-1' }
      const args = settlements.flatMap(settlement => [refunds[settlement], refunds[settlement]])
      await redis.run(settle, [first, ...others], args)
    },
    async addKnownNetwork(subject, network) {
      const { knownNetworks, listedName } = await namesOf(subject, network)
      const args = [listedName, `${knownNetworkTtl}`, `${maxKnownNetworks * nameLength}`]
      await redis.run(addKnownNetwork, [knownNetworks], args)
    }
  }
}

const argumentsOf = ({ perNetwork, perKnownNetwork, total, window, isSliding }: Quota) => [
  `${perNetwork}`,
  `${perKnownNetwork}`,
  `${total}`,
  `${window}`,
  isSliding ? '1' : '0'
]

/** `states` holds three numbers for each quota, as the script returns them. */
function decisionOf(
  quotas: readonly Quota[],
  refusing: number,
  states: readonly number[]
): QuotaDecision {
  const reserved = refusing === 0 ? 1 : 0
  const stateOf = (i: number, field: number) => states[3 * i + field] ?? 0
  return {
    refusedBy: refusing === 0 ? undefined : quotas[refusing - 1],
    remaining: quotas.map((_, i) => Math.max(0, stateOf(i, 0) - reserved)),
    resets: quotas.map((_, i) => (stateOf(i, 2) >= 0 ? stateOf(i, 2) : stateOf(i, 1)))
  }
}
