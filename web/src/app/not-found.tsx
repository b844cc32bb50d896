/** For an address that means nothing here. */
import { Heading } from '../parts/heading.tsx'
import { Link } from './link.tsx'

export function NotFound() {
  return (
    <>
      <Heading lead="There is no page at this URL.">Page not found</Heading>
      <p>
        <Link to="/">Go to the start page</Link>
      </p>
    </>
  )
}
