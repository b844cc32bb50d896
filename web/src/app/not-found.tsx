/** For an address that means nothing here. */
import { Heading } from '../parts/heading.tsx'
import { Link } from './link.tsx'

export function NotFound() {
  return (
    <>
      <Heading lead="There is nothing at this address.">Page not found</Heading>
      <p>
        <Link to="/">Go to the start</Link>
      </p>
    </>
  )
}
