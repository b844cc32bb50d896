/** The page's one client of the service. */
import { createClient } from '../../packages/client/src/client.ts'

export const client = createClient()
