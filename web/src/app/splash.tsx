/** What is seen before it is known who is logged in. */
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { Spinner } from '../parts/spinner.tsx'

interface SplashProps {
  problem: string | undefined
  onRetry(): void
}

export function Splash({ problem, onRetry }: SplashProps) {
  return (
    <main class="splash">
      {problem === undefined ? (
        <p role="status">
          <Spinner /> Loading …
        </p>
      ) : (
        <>
          <Notice tone="bad">{problem}</Notice>
          <Button onClick={onRetry}>Try again</Button>
        </>
      )}
    </main>
  )
}
