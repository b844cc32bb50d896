/** Instants in the reader's own zone, and in the language of the page. */

/** The reader's own English, for the order of day and month; half a sentence in another language helps nobody. */
const english = () =>
  globalThis.navigator?.languages?.find(language => language.startsWith('en')) ?? 'en-GB'

/** "22 Nov, 15:07": day and minute, the year only if it is another. */
export function moment(instant: string): string {
  const date = new Date(instant)
  const isThisYear = date.getFullYear() === new Date().getFullYear()
  return date.toLocaleString(english(), {
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit'
  })
}

/** "30 s", "60 min": how long to wait, rounded up. */
export function span(seconds: number): string {
  return seconds <= 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60]
]

/** "5 minutes ago". */
export function ago(instant: string, now = Date.now()): string {
  const seconds = (now - Date.parse(instant)) / 1000
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const [unit, length] of steps) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit)
  }
  return 'just now'
}
