/** The OpenAPI document as tests look into it. */
export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, { examples?: Readonly<Record<string, unknown>> }>>
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string }[]
  readonly security: readonly object[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, Response & { readonly $ref?: string }>>
}

export interface OpenApi {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, { properties?: Record<string, { enum?: string[] }> }>>
    readonly responses: Readonly<Record<string, Response>>
    readonly examples: Readonly<Record<string, { readonly value: { readonly code: string } }>>
    readonly securitySchemes: { readonly session: { readonly name: string } }
  }
}

export interface DocumentedCall {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export function callsOf({ paths }: OpenApi): DocumentedCall[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation }))
  )
}

/** What a response refers to, or itself. */
export function responseOf(document: OpenApi, { operation }: DocumentedCall, status: number) {
  const given = operation.responses[status] ?? operation.responses.default
  const name = given?.$ref?.split('/').at(-1)
  return name === undefined ? given : document.components.responses[name]
}

/** The codes that a call is said to answer with a status. */
export function codesAt(document: OpenApi, call: DocumentedCall, status: number): string[] {
  const problem = responseOf(document, call, status)?.content?.['application/problem+json']
  return Object.keys(problem?.examples ?? {})
}

export function documentedCodes(document: OpenApi, call: DocumentedCall): string[] {
  return Object.keys(call.operation.responses).flatMap(status =>
    codesAt(document, call, Number(status))
  )
}
