/** Where a local run keeps the codes it would have sent; the service says so, and only then. */
let address: string | undefined

/** `fetch`, which also listens for the outbox. The page asks for the session before it shows anything. */
export const listeningFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  address = response.headers.get('x-local-outbox') ?? address
  return response
}

/** The outbox, of one address where that is given; undefined where codes are really sent. */
export function outboxOf(to: string | undefined): string | undefined {
  return address && (to ? `${address}?to=${encodeURIComponent(to)}` : address)
}
