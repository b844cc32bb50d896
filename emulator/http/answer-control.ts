/** Answers the requests below `/_local`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Control,
  ControlError,
  type ControlReply,
  type ControlRequest
} from '../controls/control.ts'
import { findControl } from '../controls/table.ts'
import type { Local } from '../local.ts'
import { parseJson, readBody } from './body.ts'
import { sendHtml, sendJson } from './reply.ts'

export async function answerControl(
  local: Local,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL
): Promise<void> {
  const { status, headers = {}, json, html } = await reply(local, request, url)
  if (html !== undefined) sendHtml(response, status, html)
  else sendJson(response, status, json, headers)
}

async function reply(local: Local, request: IncomingMessage, url: URL): Promise<ControlReply> {
  const { method = 'GET', headers } = request
  const control = findControl(method, url.pathname)
  if (control === undefined) return problem(404, `There is no ${method} ${url.pathname}.`)
  // A page of some other site must not steer this, but may link to the outbox. Browsers say
  // where a request comes from (Fetch Metadata, Sec-Fetch-Site).
  const isForeign = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))
  if (isForeign && method !== 'GET') {
    return problem(403, 'The controls do not answer to other sites.')
  }
  const text = await readBody(request)
  const body = text === '' ? undefined : parseJson(text)
  const { pathname: path, searchParams: query } = url
  return run(control, local, { method, path, query, headers, body })
}

function run(control: Control, local: Local, request: ControlRequest): ControlReply {
  try {
    return control(local, request)
  } catch (error) {
    if (error instanceof ControlError) return problem(400, error.message)
    console.error('[local cognito]', error)
    return problem(500, 'Something went wrong; the terminal says what.')
  }
}

function problem(status: number, message: string): ControlReply {
  return { status, json: { message } }
}
