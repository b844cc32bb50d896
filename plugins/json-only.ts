/** Bodies are JSON and nothing else: forms and text are what a foreign page can send without asking. */
import plugin from 'fastify-plugin'

export default plugin(
  async app => {
    app.removeAllContentTypeParsers()
    const parse = app.getDefaultJsonParser('error', 'error')
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      // An empty body is no body: clients set the content type on every call.
      if (body === '') done(null, undefined)
      else parse(request, String(body), done)
    })
  },
  { name: 'json-only' }
)
