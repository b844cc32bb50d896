/** Plain replies: JSON and pages. */

import type { ServerResponse } from 'node:http'

export function sendJson(
  response: ServerResponse,
  status: number,
  json: unknown,
  headers: Readonly<Record<string, string>> = {}
): void {
  const body = json === undefined ? '' : `${JSON.stringify(json)}\n`
  response.writeHead(status, { 'Content-Type': 'application/json', ...noStore, ...headers })
  response.end(body)
}

export function sendHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    ...noStore
  })
  response.end(html)
}

const noStore = { 'Cache-Control': 'no-store' }
