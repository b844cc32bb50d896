/** A program: writes the OpenAPI document of a service with every route to the file it is given. */
import { writeFileSync } from 'node:fs'
import { buildApp } from './app.ts'
import { loadConfig } from './config/config.ts'

const [file = 'openapi.json'] = process.argv.slice(2)
// Fixed, whatever the environment: the document is the same everywhere. Nothing is listened on or called.
const config = loadConfig({ API_UPSTREAM: 'http://127.0.0.1:9', LOG_LEVEL: 'silent' })
const app = await buildApp(config)
await app.ready()
writeFileSync(file, `${JSON.stringify(await app.openApi(), null, 2)}\n`)
await app.close()
