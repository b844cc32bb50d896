/** A browser as far as a check needs one: keeps the session cookie, trusts a given authority. */
import http from 'node:http'
import https from 'node:https'

export class Visitor {
  #origin
  #protocol
  #agent
  /** The last Set-Cookie as it came. */
  setCookie = ''
  #cookie = ''

  /** @param {string} [ca] certificate of the authority to trust, PEM */
  constructor(origin, ca) {
    this.#origin = origin
    this.#protocol = origin.startsWith('https:') ? https : http
    this.#agent = new this.#protocol.Agent({ keepAlive: true, ca })
  }

  /** Logs in as the user of the local Cognito. */
  login() {
    return this.call('POST', '/auth/login', {
      email: 'demo@example.com',
      password: 'Correct-Horse-9'
    })
  }

  get = path => this.call('GET', path)

  /** A Buffer is sent as a PNG, anything else as JSON. Rejects where no answer comes; answers `{ status, body }`. */
  call(method, path, body) {
    const isImage = Buffer.isBuffer(body)
    const payload = isImage ? body : body && JSON.stringify(body)
    const headers = {
      'x-csrf': '1',
      ...(this.#cookie && { cookie: this.#cookie }),
      ...(payload && { 'content-type': isImage ? 'image/png' : 'application/json' })
    }
    const options = { method, headers, agent: this.#agent, timeout: 10_000 }
    return new Promise((resolve, reject) => {
      const outgoing = this.#protocol.request(new URL(path, this.#origin), options, incoming => {
        const chunks = []
        incoming.on('data', chunk => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          this.#keep(incoming.headers['set-cookie'])
          resolve({ status: incoming.statusCode, body: parse(Buffer.concat(chunks).toString()) })
        })
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  /** Closes the connections that are kept open. */
  leave() {
    this.#agent.destroy()
  }

  #keep(cookies) {
    if (!cookies) return
    this.setCookie = cookies[0]
    this.#cookie = this.setCookie.split(';')[0]
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
