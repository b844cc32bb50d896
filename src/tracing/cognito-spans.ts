/** Spans of calls to Cognito, from the channels of Node's own HTTP client, which the AWS SDK uses. */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Span } from '@opentelemetry/api'
import { listenOn } from './channels.ts'
import { type BeginCall, failed, typeOf } from './child-spans.ts'

interface Message {
  readonly request: ClientRequest
  readonly response?: IncomingMessage
  readonly error?: unknown
}

/** `AWSCognitoIdentityProviderService.InitiateAuth`; other calls have no such header, the exporter's neither. */
const target = /^AWS(\w+?)(?:Service)?\.(\w+)$/

/** Answers how to stop. */
export function traceCognito(begin: BeginCall): () => void {
  const spans = new WeakMap<ClientRequest, Span>()
  return listenOn<Message>({
    'http.client.request.start'({ request }) {
      const [, service, method] = target.exec(String(request.getHeader('x-amz-target'))) ?? []
      if (service === undefined || method === undefined) return
      const span = begin(`${service}/${method}`, {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': method,
        'server.address': request.host
      })
      if (span === undefined) return
      spans.set(request, span)
      request.once('close', () => span.end())
    },
    'http.client.response.finish'({ request, response }) {
      const status = response?.statusCode ?? 0
      const span = spans.get(request)?.setAttribute('http.response.status_code', status)
      if (span && status >= 400) failed(span, String(status))
    },
    'http.client.request.error'({ request, error }) {
      const span = spans.get(request)
      if (span) failed(span, typeOf(error))
    }
  })
}
