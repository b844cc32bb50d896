/** The second step at login: which factors are on, and which is the default. */
import { useState } from 'preact/hooks'
import type { Factor, MfaSettings } from '../../../packages/client/src/client.ts'
import type { TotpSetup } from '../challenge/setup-keeper.ts'
import { client } from '../client.ts'
import { Card } from '../parts/card.tsx'
import { Loading } from '../parts/loading.tsx'
import { useLoad } from '../parts/use-load.ts'
import { FactorRow } from './factor-row.tsx'
import { without } from './preferences.ts'
import { TotpSetupPart } from './totp-setup-part.tsx'

export function MfaCard() {
  const { data: mfa, problem, set, reload } = useLoad(client.getMfa)
  return (
    <Card title="Two-step verification" hint="A code in addition to your password at login.">
      {mfa ? <Factors mfa={mfa} onChange={set} /> : <Loading problem={problem} onRetry={reload} />}
    </Card>
  )
}

function Factors({ mfa, onChange }: { mfa: MfaSettings; onChange(mfa: MfaSettings): void }) {
  const [setup, setSetup] = useState<TotpSetup>()
  const { enabled, preferred, available } = mfa
  const put = async (body: Parameters<typeof client.setMfa>[0]) =>
    onChange(await client.setMfa(body))

  async function turnOn(factor: Factor) {
    if (factor === 'SOFTWARE_TOKEN_MFA') setSetup(await client.beginTotp())
    else await put({ enabled: [...enabled, factor], preferred: preferred ?? factor })
  }
  // What is on can be turned off, even if the pool does not offer it any more.
  const factors = [...new Set([...available, ...enabled])]
  if (factors.length === 0) return <p>This service does not offer two-step verification.</p>
  return (
    <>
      <ul class="rows">
        {factors.map(factor => (
          <FactorRow
            key={factor}
            factor={factor}
            isOn={enabled.includes(factor)}
            isPreferred={preferred === factor}
            onTurnOn={() => turnOn(factor)}
            onTurnOff={() => put(without(mfa, factor))}
            onPrefer={() => put({ enabled, preferred: factor })}
          />
        ))}
      </ul>
      {setup && (
        <TotpSetupPart
          setup={setup}
          onDone={changed => {
            setSetup(undefined)
            onChange(changed)
          }}
          onCancel={() => setSetup(undefined)}
        />
      )}
    </>
  )
}
