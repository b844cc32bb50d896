/** Spans of Redis commands, from the channel that node-redis publishes them on. */
import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel'
import type { Span } from '@opentelemetry/api'
import { type BeginCall, failed, typeOf } from './client-spans.ts'

/** What node-redis says of a command. Its `args` hold keys and values: not touched here. */
interface Command {
  readonly command: string
  readonly serverAddress?: string
  readonly serverPort?: number
  error?: unknown
}

/** Answers how to stop. */
export function traceRedis(begin: BeginCall): () => void {
  const spans = new WeakMap<object, Span>()
  const subscribers: TracingChannelSubscribers<Command> = {
    start(message) {
      const { command, serverAddress, serverPort } = message as Command // as node-redis documents
      const span = begin(command, {
        'db.system.name': 'redis',
        'db.operation.name': command,
        ...(serverAddress !== undefined && { 'server.address': serverAddress }),
        ...(serverPort !== undefined && { 'server.port': serverPort })
      })
      if (span) spans.set(message, span)
    },
    error(message) {
      const span = spans.get(message)
      if (span) failed(span, typeOf(message.error))
    },
    asyncEnd: message => spans.get(message)?.end(),
    end: () => {},
    asyncStart: () => {}
  }
  const channel = tracingChannel<Command>('node-redis:command')
  channel.subscribe(subscribers)
  return () => void channel.unsubscribe(subscribers)
}
