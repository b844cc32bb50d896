/** `npm run bench`: runs the sections that are asked for, and writes what they gave. */
import { profileSessionPath } from './profile.ts'
import { measureSessionPath } from './session-path.ts'
import { startLocalCognito } from './service.ts'
const redisUrl = process.env.REDIS_URL ?? ''
const cognito = await startLocalCognito()
const world = { redisUrl, cognito }
if (process.argv[2]?.startsWith('profile')) console.log((p => p.folder + '\n' + p.packages.map(s => s.percent + ' ' + s.where).join('\n') + '\n\n' + p.functions.map(s => s.percent + ' ' + s.where).join('\n'))(await profileSessionPath(world, process.argv[2] === 'profile-anonymous')))
else console.log(JSON.stringify(await measureSessionPath(world, { rounds: Number(process.env.R??1), seconds: 2, connections: 100 }), null, 1))
await cognito.stop()
