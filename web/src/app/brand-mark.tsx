/** Mark and name; the way home. */
import { brand } from '../brand.ts'
import { Link } from './link.tsx'

export function Brand() {
  return (
    <Link to="/" class="brand">
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
        <rect width="32" height="32" rx="9" class="brand-tile" />
        <path class="brand-key" d="M16 7.5a5 5 0 0 1 2.2 9.5l1.3 7h-7l1.3-7A5 5 0 0 1 16 7.5z" />
      </svg>
      {brand.name}
    </Link>
  )
}
