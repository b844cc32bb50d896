/** What the service knows of its user, and where to change it. */
import { client } from '../client.ts'
import { Heading } from '../parts/heading.tsx'
import { Loading } from '../parts/loading.tsx'
import { useLoad } from '../parts/use-load.ts'
import { AboutForm } from './about-form.tsx'
import { Contact } from './contact.tsx'
import { Photo } from './photo.tsx'

export function ProfileView() {
  const { data: profile, problem, set, reload } = useLoad(client.getProfile)
  return (
    <>
      <Heading lead="Stored in your user pool, and loaded from there on each visit.">
        Profile
      </Heading>
      {profile ? (
        <>
          <Photo profile={profile} onChange={picture => set({ ...profile, picture })} />
          <AboutForm profile={profile} onChange={set} />
          <Contact profile={profile} onChange={set} />
        </>
      ) : (
        <Loading problem={problem} onRetry={reload} />
      )}
    </>
  )
}
