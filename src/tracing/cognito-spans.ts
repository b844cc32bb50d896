/** Spans of calls to Cognito. Another thread makes them: what is known of them comes when they are over. */
import { listenOn } from './channels.ts'
import { type BeginCall, failed } from './client-spans.ts'

/** Where src/cognito publishes its calls, and what it says of each. */
const channel = 'cognito-bff:cognito.call'

interface Call {
  readonly service: string
  readonly method: string
  readonly host: string
  /** Instants in ms since the epoch. */
  readonly begun: number
  readonly ended: number
  /** HTTP's, where there was an answer. */
  readonly status: number | undefined
  /** System code or name of what went wrong below HTTP. */
  readonly error: string | undefined
}

/** Answers how to stop. */
export function traceCognito(begin: BeginCall): () => void {
  return listenOn<Call>({
    [channel]({ service, method, host, begun, ended, status, error }) {
      const attributes = {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': method,
        'server.address': host,
        ...(status !== undefined && { 'http.response.status_code': status })
      }
      const span = begin(`${service}/${method}`, attributes, begun)
      if (span === undefined) return
      if (error !== undefined) failed(span, error)
      else if (status === undefined || status >= 400) failed(span, String(status ?? 0))
      span.end(ended)
    }
  })
}
