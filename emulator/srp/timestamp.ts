/** The TIMESTAMP of a password proof: `EEE MMM d HH:mm:ss z yyyy`, English names, UTC. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
  ...['Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
]
const shape = /^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) UTC (\d{4})$/

/**
 * Reads a timestamp as leniently as the live service seems to (a zero before the day and a wrong
 * day of the week still read), in milliseconds; undefined where it cannot be read.
 */
export function parseTimestamp(text: string): number | undefined {
  const found = shape.exec(text)
  if (found === null) return undefined
  const [, weekday = '', monthName = '', ...numbers] = found
  const [day = 0, hours = 0, minutes = 0, seconds = 0, year = 0] = numbers.map(Number)
  const month = months.indexOf(monthName)
  if (!days.includes(weekday) || month < 0) return undefined
  const at = Date.UTC(year, month, day, hours, minutes, seconds)
  const date = new Date(at)
  const exists = date.getUTCDate() === day && date.getUTCHours() === hours
  return exists && date.getUTCMinutes() === minutes && seconds < 60 ? at : undefined
}

/**
 * The one rendering the server signs. A client that wrote the same instant differently signed
 * other bytes, so its proof fails like a wrong password.
 */
export function renderTimestamp(at: number): string {
  const date = new Date(at)
  const time = date.toISOString().slice(11, 19)
  const day = `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${date.getUTCDate()}`
  return `${day} ${time} UTC ${date.getUTCFullYear()}`
}
