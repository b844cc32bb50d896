/** The name of the session cookie, which depends on where browsers find the service. */

/**
 * Over TLS the longest prefix that browsers know: `__Host-Http-` also refuses a cookie that a script sets.
 * A browser that does not know it applies the rules of `__Host-` (RFC 6265bis 4.1.3). Plain HTTP has neither.
 * Cookies ignore ports, so a port that is not the scheme's own becomes part of the name: two services on one
 * host would otherwise overwrite each other's cookie.
 *
 * @param publicOrigin as in PUBLIC_ORIGIN: `https://app.example.com`, `http://localhost:3000`
 */
export function sessionCookieName(publicOrigin: string): string {
  const { protocol, port } = new URL(publicOrigin)
  const name = protocol === 'https:' ? '__Host-Http-session' : 'bff-session'
  return port === '' ? name : `${name}-${port}`
}
