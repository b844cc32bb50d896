/** id of the heading around a form, which names it. */
import { createContext } from 'preact'

export const TitleId = createContext('view-title')
