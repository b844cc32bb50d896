/** Finds a one-time code in what was pasted: "Your code is 998944", "G-123456", "998 944". */
export function codeIn(text: string): string {
  const joined = text.replace(/(\d)[ \u00a0-](?=\d{3}(?!\d))/g, '$1')
  const numbers = [...joined.matchAll(/\d+/g)].map(([digits]) => digits)
  // Cognito sends six digits, or eight; other numbers of a message are years, prices and telephone numbers.
  const found = [6, 8, 7, 5, 4].map(length => numbers.find(digits => digits.length === length))
  return found.find(digits => digits !== undefined) ?? text.trim()
}
