/** Completes what @fastify/swagger has collected from the routes: errors, security, headers, components. */
import { type ErrorCode, errorCodes } from '../../errors.ts'
import { Problem } from '../schemas.ts'
import { type JsonObject, shareTitled } from './components.ts'
import { codesOf, isLimitedPerUser } from './failures.ts'
import { completeOperation, type Operation } from './operation.ts'
import { problemAnswers, problemExample } from './problem-answers.ts'
import { headers, parameters } from './shared.ts'

type PathItem = Readonly<Record<string, Operation>>

export interface Document {
  readonly openapi: string
  readonly info: JsonObject
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Readonly<Record<string, JsonObject>>
}

/**
 * @param draft plain JSON, as @fastify/swagger has made it
 * @throws Error for an operation that failures.ts does not know
 */
export function completeDocument(draft: Document): JsonObject {
  const responses: Record<string, unknown> = {}
  const schemas = new Map<string, unknown>()
  const answered = new Set<ErrorCode>()
  shareTitled(plain(Problem), schemas)

  const complete =
    (path: string, item: PathItem) =>
    ([method, operation]: [string, Operation]) => {
      const { operationId } = operation
      const isLimited =
        operation['x-rate-limit-group'] !== undefined || isLimitedPerUser(operationId)
      const isOpen = operation['x-session'] !== undefined
      const call = { operationId, method, path, isLimited, isOpen }
      const codes = codesOf(call)
      for (const code of codes) answered.add(code)
      const problems = problemAnswers(codes, call)
      Object.assign(responses, problems.components)
      const named = isOneOfSeveral(item, operationId)
        ? operationId + capitalised(method)
        : operationId
      const completed = completeOperation(operation, call, problems.responses)
      return [method, { ...completed, operationId: named }]
    }
  const paths = Object.entries(draft.paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).map(complete(path, item)))
  ])

  const shared = shareTitled(Object.fromEntries(paths), schemas)
  // Some are answered to what is no call: a path with another method.
  const shown = errorCodes.filter(code => answered.has(code))
  const examples = shown.map(code => [code, problemExample(code)])
  return {
    ...draft,
    paths: shared,
    components: {
      ...draft.components,
      schemas: inOrder(schemas),
      responses: inOrder(new Map(Object.entries(responses))),
      headers,
      parameters,
      examples: Object.fromEntries(examples)
    }
  }
}

/** What a TypeBox schema is without its symbols. */
const plain = (schema: object): unknown => JSON.parse(JSON.stringify(schema))

/** A proxy has one route for all methods, and operations are named apart. */
const isOneOfSeveral = (item: PathItem, operationId: string) =>
  Object.values(item).filter(operation => operation.operationId === operationId).length > 1

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

const inOrder = (entries: ReadonlyMap<string, unknown>) =>
  Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)))
