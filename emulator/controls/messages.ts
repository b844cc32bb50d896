/** `GET /_local/messages`: what was "sent", newest first; a page for a browser. */

import type { Control } from './control.ts'
import { messagesPage } from './messages-page.ts'

export const getMessages: Control = (local, { query, headers }) => {
  const messages = local.pool.outbox.sentTo(query.get('to'))
  const wantsPage = headers.accept?.includes('text/html') === true
  return wantsPage ? { status: 200, html: messagesPage(messages) } : { status: 200, json: messages }
}
