/** The life of a form: check, send, say what is wrong and where, keep what was typed. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { withReauthentication } from '../session/reauthentication.ts'
import { restoreDraft } from './drafts.ts'
import { type FormState, idle } from './form-state.ts'
import { placeProblem } from './place-problem.ts'
import type { Rules, Values } from './rules.ts'

interface FormLife {
  readonly element: RefObject<HTMLFormElement | null>
  readonly state: FormState
  onSubmit(event: Event): void
  /** A field that is being mended is not complained about. */
  onInput(event: Event): void
}

export function useForm(send: (values: Values) => Promise<unknown>, rules: Rules): FormLife {
  const element = useRef<HTMLFormElement>(null)
  const isRunning = useRef(false)
  const [state, setState] = useState(idle)
  const [failures, setFailures] = useState(0)

  // Not before the fields have heard what is wrong with them: a context reaches them a moment later.
  useEffect(() => {
    if (failures === 0) return
    const wrong = element.current?.querySelector<HTMLElement>('[aria-invalid=true], [role=alert]')
    wrong?.focus()
    // As when one comes by the Tab key: to type it again, or to go on with what is there.
    if (wrong instanceof HTMLInputElement) wrong.select()
  }, [failures])

  // Before it is seen, and before anything is typed.
  useLayoutEffect(() => {
    if (element.current) restoreDraft(element.current)
  }, [])

  const fail = (wrong: Omit<FormState, 'isBusy'>) => {
    setState({ ...wrong, isBusy: false })
    setFailures(failures + 1)
  }
  const submit = async (form: HTMLFormElement) => {
    const values = valuesOf(form)
    const errors = check(values, rules)
    if (Object.keys(errors).length > 0) return fail({ errors, isDone: false })
    setState({ ...idle, isBusy: true })
    try {
      await withReauthentication(() => send(values))
      setState({ ...idle, isDone: true })
    } catch (error) {
      fail(placeProblem(error, form))
    }
  }
  return {
    element,
    state,
    onSubmit: event => {
      event.preventDefault()
      if (isRunning.current || !element.current) return
      isRunning.current = true
      void submit(element.current).finally(() => {
        isRunning.current = false
      })
    },
    onInput: ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return
      if (!state.errors[target.name] && !state.isDone) return
      const { [target.name]: _, ...errors } = state.errors
      setState({ ...state, errors, isDone: false })
    }
  }
}

/** What was typed; without the spaces around it, but for passwords, which are taken as they are. */
function valuesOf(form: HTMLFormElement): Values {
  const entries = [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[name, /password/i.test(name) ? value : value.trim()] as const]
      : []
  )
  return Object.fromEntries(entries)
}

function check(values: Values, rules: Rules): Record<string, string> {
  const found = Object.entries(rules).flatMap(([name, rule]) => {
    const sentence = rule(values[name] ?? '', values)
    return sentence === undefined ? [] : [[name, sentence] as const]
  })
  return Object.fromEntries(found)
}
