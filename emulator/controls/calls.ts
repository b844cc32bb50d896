/** `GET /_local/calls`: how often each operation was called, and the last 100 outcomes. */

import type { Control } from './control.ts'

export const getCalls: Control = local => ({ status: 200, json: local.calls.report() })
