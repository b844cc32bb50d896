/** `POST /_local/reset`: back to the start. */

import type { Control } from './control.ts'

export const postReset: Control = local => {
  local.reset()
  return { status: 204 }
}
