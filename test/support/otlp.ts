/** A collector for one test: takes spans as OTLP/HTTP posts them, and keeps them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  /** 2: server, 3: client. */
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly isError: boolean
}

export interface Collector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT takes. */
  readonly endpoint: string
  readonly spans: ReceivedSpan[]
  /** Attributes of the resource of the last post. */
  readonly resource: Record<string, unknown>
  /** All that was posted, as text. */
  readonly bodies: string[]
  /** From now on answers with this status. */
  answer(status: number): void
}

export async function startCollector(t: Test): Promise<Collector> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const resource: Record<string, unknown> = {}
  let status = 200
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    if (request.url === '/v1/traces' && status === 200) {
      bodies.push(text)
      for (const group of JSON.parse(text).resourceSpans) {
        Object.assign(resource, plain(group.resource.attributes))
        spans.push(...group.scopeSpans.flatMap(({ spans }: OtlpScope) => spans.map(received)))
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo // a TCP server has one
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    resource,
    answer: given => {
      status = given
    }
  }
}

interface OtlpScope {
  readonly spans: readonly OtlpSpan[]
}

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: readonly OtlpAttribute[]
  readonly status?: { readonly code?: number }
}

interface OtlpAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

function received({ attributes, status, parentSpanId, ...span }: OtlpSpan): ReceivedSpan {
  return { ...span, parentSpanId, attributes: plain(attributes), isError: status?.code === 2 }
}

function plain(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
