/** Calls the API behind the service, to see what arrives there: the token is added on the way. */
import { useState } from 'preact/hooks'
import { client } from '../client.ts'
import { Field } from '../form/field.tsx'
import { Form } from '../form/form.tsx'
import type { Values } from '../form/rules.ts'
import { SelectField } from '../form/select-field.tsx'
import { outboxOf } from '../outbox.ts'
import { Card } from '../parts/card.tsx'
import { Heading } from '../parts/heading.tsx'
import { LiveApi } from './live-api.tsx'

interface Result {
  readonly status: string
  readonly milliseconds: number
  readonly body: string
}

const path = (value: string) =>
  /^\/api\/[^\s]*$/.test(value) ? undefined : 'Enter a path that starts with /api/.'
const rules = { path }

export function ApiCall() {
  const [result, setResult] = useState<Result>()
  async function call({ method = 'GET', path = '' }: Values) {
    // An old answer below a new failure would be taken for the answer to it.
    setResult(undefined)
    const start = performance.now()
    const response = await client.fetch(path, { method })
    const body = await response.text()
    setResult({
      status: `${response.status} ${response.statusText}`,
      milliseconds: Math.round(performance.now() - start),
      body: indented(body)
    })
  }
  return (
    <>
      <Heading lead="The page sends its cookie, and the service replaces it with the access token.">
        Call the API
      </Heading>
      <Card title="Request">
        <Form submit="Send" rules={rules} onSubmit={call}>
          <div class="pair narrow-first">
            <SelectField
              name="method"
              label="Method"
              value="GET"
              options={['GET', 'POST', 'PUT', 'DELETE']}
              hideEmpty
            />
            <Field name="path" label="Path" spellcheck={false} defaultValue="/api/hello" />
          </div>
        </Form>
      </Card>
      {/* Not the whole answer, which a screen reader would read out from end to end. */}
      <p class="unseen" role="status">
        {result && `Status ${result.status}`}
      </p>
      {result && (
        <Card title="Response" hint={`${result.status} · ${result.milliseconds} ms`}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{result.body}</pre>
        </Card>
      )}
      {/* The echo API of a local run has them; an API of your own need not. */}
      {outboxOf(undefined) && <LiveApi />}
    </>
  )
}

/** JSON is made readable; anything else stays as it came. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
