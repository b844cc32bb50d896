/** Bodies are JSON and nothing else: forms and text are what a foreign page can send without asking. */
import plugin from 'fastify-plugin'
import { objectionTo } from '../src/http/bodies.ts'

export default plugin(
  async app => {
    app.removeAllContentTypeParsers()
    // The parser would report a prototype as broken JSON: it is refused by name below.
    const parse = app.getDefaultJsonParser('ignore', 'ignore')
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      // An empty body is no body: clients set the content type on every call.
      if (body === '') done(null, undefined)
      else
        parse(request, String(body), (error, parsed) => done(error ?? objectionTo(parsed), parsed))
    })
  },
  { name: 'json-only' }
)
