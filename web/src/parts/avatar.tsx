/** The user's photo, or an initial in its place. */

/** The dev server stands between page and service; photos of a local run come through it, too. */
const elsewhere: string = import.meta.env.VITE_SERVICE ?? ''

interface AvatarProps {
  name: string
  picture?: string | null
  isLarge?: boolean
}

export function Avatar({ name, picture, isLarge = false }: AvatarProps) {
  const size = isLarge ? 96 : 40
  const className = isLarge ? 'avatar large' : 'avatar'
  if (picture) {
    return (
      <img
        class={className}
        src={picture.replace(elsewhere, '')}
        alt=""
        width={size}
        height={size}
      />
    )
  }
  return (
    <span class={className} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  )
}
