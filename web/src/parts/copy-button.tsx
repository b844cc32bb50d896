/** Copies a text, and says that it did. */
import { useState } from 'preact/hooks'
import { Button } from './button.tsx'

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState('')
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Select the text and copy it')
    )
  }
  return (
    <>
      <Button onClick={copy}>{label}</Button>
      <span class="hint" role="status">
        {said}
      </span>
    </>
  )
}
