/**
 * `npm run bench [-- section ...] [-- --rounds=5] [--seconds=3] [--quick]`: measures the service beside its
 * peers, against a real Redis and the local Cognito. Without sections: all of them. See docs/performance.md.
 */
import { measure } from './lib/measure.mjs'

await measure('main.js')
