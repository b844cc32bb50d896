/** In the place of what is still to come, or did not. */
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'
import { Spinner } from './spinner.tsx'

interface LoadingProps {
  problem: string | undefined
  onRetry(): void
}

export function Loading({ problem, onRetry }: LoadingProps) {
  if (problem === undefined) {
    return (
      <p class="loading" role="status">
        <Spinner /> Loading …
      </p>
    )
  }
  return (
    <>
      <Notice tone="bad">{problem}</Notice>
      <Button onClick={onRetry}>Try again</Button>
    </>
  )
}
