/** The page's one client of the service. */
import { createClient } from '../../packages/client/src/client.ts'
import { listeningFetch } from './outbox.ts'

export const client = createClient({ fetch: listeningFetch })
