/** What a form knows of itself, for the fields in it. */
import { createContext } from 'preact'

export interface FormState {
  readonly isBusy: boolean
  /** What is wrong, by the name of the field. */
  readonly errors: Readonly<Record<string, string>>
  /** What is wrong with no field in particular. */
  readonly problem?: string
  readonly isDone: boolean
}

export const idle: FormState = { isBusy: false, errors: {}, isDone: false }

export const FormContext = createContext<FormState>(idle)
