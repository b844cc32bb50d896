/** The outbox as a page: what a person would have found in the mail. */

import type { Message } from '../codes/outbox.ts'

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 46rem; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% }
  th, td { border-bottom: 1px solid #ddd; padding: .5rem .75rem .5rem 0; text-align: left }
  code { font-size: 1.25rem }
  @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
`

/** Reloads itself, so that it can be left open beside the application. */
export function messagesPage(messages: readonly Message[]): string {
  const rows = messages.map(row).join('\n')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width">
<title>Outbox of the local Cognito</title>
<style>${style}</style>
<h1>Outbox</h1>
<p>What the local Cognito would have sent. Nothing leaves this machine.</p>
${rows === '' ? '<p>Nothing yet.</p>' : `<table>${heading}${rows}</table>`}
</html>
`
}

const heading = '<tr><th>Code<th>To<th>For<th>Sent</tr>\n'

function row({ code, to, purpose, sentAt }: Message): string {
  const cells = [
    `<code>${escapeHtml(code)}</code>`,
    escapeHtml(to),
    escapeHtml(purpose),
    escapeHtml(sentAt)
  ]
  return `<tr>${cells.map(cell => `<td>${cell}`).join('')}</tr>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
