/** One second factor: on or off, preferred or not. */
import { useRef } from 'preact/hooks'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { factorWords } from '../words/factors.ts'

interface FactorRowProps {
  factor: string
  isOn: boolean
  isPreferred: boolean
  onTurnOn(): Promise<void>
  onTurnOff(): Promise<void>
  onPrefer(): Promise<void>
}

export function FactorRow(props: FactorRowProps) {
  const { factor, isOn, isPreferred } = props
  const { name, hint, caution, icon } = factorWords(factor)
  const switching = useAction(isOn ? props.onTurnOff : props.onTurnOn)
  const preferring = useAction(props.onPrefer)
  const actions = useRef<HTMLSpanElement>(null)
  const prefer = async () => {
    await preferring.run()
    // The button that had the focus may be gone.
    actions.current?.querySelector<HTMLElement>('button:last-child')?.focus()
  }
  const problem = switching.problem ?? preferring.problem
  const verb = isOn ? 'Turn off' : factor === 'SOFTWARE_TOKEN_MFA' ? 'Set up' : 'Turn on'
  return (
    <li class="row">
      <Icon name={icon} />
      <span class="row-text">
        <b>{name}</b>
        <span class="hint">{hint}</span>
        {caution && <span class="hint caution">{caution}</span>}
      </span>
      <Badge tone={isOn ? 'good' : 'plain'}>
        {isOn ? (isPreferred ? 'Default' : 'On') : 'Off'}
      </Badge>
      <span class="row-actions" ref={actions}>
        {isOn && !isPreferred && (
          <Button
            tone="quiet"
            label={`Make default: ${name}`}
            isBusy={preferring.isBusy}
            onClick={() => void prefer()}
          >
            Make default
          </Button>
        )}
        <Button
          label={`${verb}: ${name}`}
          isBusy={switching.isBusy}
          onClick={() => void switching.run()}
        >
          {verb}
        </Button>
      </span>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </li>
  )
}
