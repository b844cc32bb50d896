/** Who one is, and how long this session lasts. */
import { Link } from '../app/link.tsx'
import { Card } from '../parts/card.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { useActiveSession } from '../session/use-session.ts'
import { moment } from '../words/time.ts'

export function Overview() {
  const session = useActiveSession()
  if (!session) return null
  const { user } = session
  return (
    <>
      <Heading lead="You are logged in. Your tokens never leave the server.">
        Hello{user.givenName ? `, ${user.givenName}` : ''}
      </Heading>
      <Card title="You">
        <Facts
          facts={[
            ['Name', user.givenName],
            ['Email', `${user.email}${user.emailVerified ? '' : ' (not verified)'}`],
            ['Phone', user.phoneNumber],
            ['Groups', user.groups.join(', ')],
            ['User id', user.sub]
          ]}
        />
        <p>
          <Link to="/profile">Change your profile</Link>
        </p>
      </Card>
      <Card title="This session">
        <Facts
          facts={[
            ['Logged in', moment(session.authenticatedAt)],
            ['Ends without activity', moment(session.idleExpiresAt)],
            ['Ends at the latest', moment(session.expiresAt)]
          ]}
        />
        <p>
          <Link to="/sessions">See all your sessions</Link>
        </p>
      </Card>
    </>
  )
}
