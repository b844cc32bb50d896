/** A Redis as a program of its own, from wherever this machine can get one; ends with whoever started it. */
import { ensureRedis } from './redis.mjs'

delete process.env.REDIS_URL
const redis = await ensureRedis()
const stop = () => void redis.stop().then(() => process.exit())
process.once('SIGTERM', stop)
process.once('disconnect', stop)
process.send?.({ kind: 'listening', url: redis.url })
