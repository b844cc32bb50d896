/** The user's photo, or an initial in its place. */
interface AvatarProps {
  name: string
  picture?: string | null
  isLarge?: boolean
}

export function Avatar({ name, picture, isLarge = false }: AvatarProps) {
  const size = isLarge ? 96 : 40
  const className = isLarge ? 'avatar large' : 'avatar'
  if (picture) {
    return <img class={className} src={picture} alt="" width={size} height={size} />
  }
  return (
    <span class={className} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  )
}
