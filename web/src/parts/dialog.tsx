/** A question that cannot wait. The browser keeps the focus inside and gives it back afterwards. */
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { TitleId } from './title-id.ts'

interface DialogProps {
  title: string
  /** Escape was pressed; a second one closes the dialog whatever the page says. */
  onCancel(): void
  children: ComponentChildren
}

export function Dialog({ title, onCancel, children }: DialogProps) {
  const id = useId()
  const element = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const { current } = element
    const before = document.activeElement
    current?.showModal()
    return () => {
      current?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  const cancel = (event: Event) => {
    event.preventDefault()
    onCancel()
  }
  // Not when it is taken away: that closes it, too.
  const closed = () => element.current?.isConnected && onCancel()
  return (
    <dialog ref={element} aria-labelledby={id} onCancel={cancel} onClose={closed}>
      <h2 id={id}>{title}</h2>
      <TitleId.Provider value={id}>{children}</TitleId.Provider>
    </dialog>
  )
}
