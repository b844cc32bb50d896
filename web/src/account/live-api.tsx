/** What a page can do with an API besides `fetch`: an image, a download, a stream and a socket. */
import { useEffect, useState } from 'preact/hooks'
import type { LiveSocket } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'

/** Paths of the echo API of the local Cognito; an API of your own has others. */
const paths = {
  image: '/api/image',
  download: '/api/download',
  stream: '/api/stream',
  socket: '/api/socket'
}

export function LiveApi() {
  const [streamed, setStreamed] = useState('')
  const [answer, setAnswer] = useState('')
  const [socket, setSocket] = useState<LiveSocket>()
  const [closeStream, setCloseStream] = useState<() => void>()
  useEffect(() => () => closeStream?.(), [closeStream])
  useEffect(() => () => socket?.close(), [socket])

  const listen = () => {
    const close = client.events(paths.stream, {
      onEvent: (_type, data) => setStreamed(data),
      onEnd: () => setStreamed('The stream has ended.')
    })
    setCloseStream(() => close)
  }
  const connect = () =>
    setSocket(
      client.socket(paths.socket, {
        onOpen: () => setAnswer('Connected.'),
        onMessage: data => setAnswer(`The API answers: ${String(data)}`),
        onEnd: () => setAnswer('The socket has ended.')
      })
    )
  return (
    <Card
      title="More than fetch"
      hint="The browser sends only its cookie with these. All of them end with the session."
    >
      <p>
        <img src={paths.image} alt="A green sign: from the API" width={160} height={60} />
      </p>
      <div class="actions">
        <a class="button plain" href={paths.download} download>
          Download a file
        </a>
        <Button isOff={closeStream !== undefined} onClick={listen}>
          Open the stream
        </Button>
        <Button isOff={socket !== undefined} onClick={connect}>
          Open the socket
        </Button>
        <Button isOff={socket === undefined} onClick={() => socket?.send('hello')}>
          Send “hello”
        </Button>
      </div>
      <p role="status">{streamed}</p>
      <p role="status">{answer}</p>
    </Card>
  )
}
