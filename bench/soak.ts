/** `npm run soak`: the session path under full load for minutes, and what memory it takes meanwhile. */
import { load } from './load.ts'
import { median } from './rounds.ts'
import { logIn, startLocalCognito, startService } from './service.ts'

const option = (name: string, fallback: number) =>
  Number(process.argv.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)

const minutes = option('minutes', 10)
const connections = option('connections', 50)
/** How much more the last quarter may take than the second one: the first is warm-up. */
const mayGrow = 1.1

const cognito = await startLocalCognito()
const service = await startService({ redisUrl: process.env.REDIS_URL ?? '', cognito })
const headers = await logIn(service.url)
const sizes: number[] = []
const looking = setInterval(async () => {
  sizes.push((await service.usage()).rss / 1e6)
}, 1000)
const seconds = Math.max(8, Math.round(minutes * 60))
const { rate, requests, refused } = await load(
  { url: `${service.url}/auth/session`, headers },
  { seconds, connections }
)
clearInterval(looking)
await service.stop()
await cognito.stop()

const quarter = Math.floor(sizes.length / 4)
const quarters = [0, 1, 2, 3].map(i => median(sizes.slice(i * quarter, (i + 1) * quarter)))
const [, early = 0, , late = 0] = quarters
console.log(`${requests} answers in ${seconds} s, ${Math.round(rate)} a second; ${refused} refused`)
console.log(`memory by quarters, MB: ${quarters.map(Math.round).join(', ')}`)
console.log(late <= early * mayGrow ? 'flat' : 'NOT FLAT')
process.exitCode = late <= early * mayGrow ? 0 : 1
