/** The page: log in, see who one is, call the API, log out. All state is the service's; a reload asks it. */
import { get, Problem, post } from './client.js'

const byId = id => document.getElementById(id)
const form = byId('log-in')
const fields = [form.elements.email, form.elements.password]

form.addEventListener('submit', event => {
  event.preventDefault()
  void busyWith(event.submitter ?? form.querySelector('button'), 'log-in-problem', logIn)
})

onClick('call-api', async () => showAnswer(await get('/api/hello')))
onClick('log-out', async () => showSignedOut(await post('/auth/logout')))
onClick('log-out-everywhere', async () => showSignedOut(await post('/auth/logout/all')))

// A page that comes back from the browser's memory may show somebody who has logged out since.
addEventListener('pageshow', event => event.persisted && location.reload())

try {
  const session = await get('/auth/session')
  if (session.authenticated) await showSignedIn(session)
  else showSignedOut()
} catch (problem) {
  say('trouble', problem)
} finally {
  byId('loading').remove()
}

async function logIn() {
  if (!isComplete()) return
  const [email, password] = fields.map(field => field.value)
  const answer = await post('/auth/login', { email, password })
  if (answer.status === 'authenticated') {
    form.reset()
    await showSignedIn(answer.session)
    byId('account-title').focus()
    return
  }
  const { name } = answer.challenge
  throw new Problem({
    detail: `This account needs one more step (${name}), which this page lacks.`
  })
}

/** Says what the browser itself finds wrong, so that nothing is sent in vain. */
function isComplete() {
  const wrong = fields.filter(field => !field.checkValidity())
  showFieldErrors(wrong.map(field => ({ field: field.name, message: field.validationMessage })))
  return wrong.length === 0
}

async function showSignedIn(session) {
  byId('signed-out').hidden = true
  byId('signed-in').hidden = false
  document.title = 'Your account'
  showFacts(session, null)
  try {
    showFacts(session, await get('/auth/profile'))
  } catch (problem) {
    settle('account-problem', problem)
  }
}

function showFacts({ user, authenticatedAt, expiresAt }, profile) {
  const known = profile ?? user
  const facts = {
    Name: known.givenName,
    Email: known.email && `${known.email} (${known.emailVerified ? 'verified' : 'not verified'})`,
    Phone: known.phoneNumber,
    Groups: user.groups?.join(', '),
    'Logged in': new Date(authenticatedAt).toLocaleString(),
    'Session ends': new Date(expiresAt).toLocaleString()
  }
  byId('facts').replaceChildren(
    ...Object.entries(facts)
      .filter(([, value]) => value)
      .flatMap(([name, value]) => [element('dt', name), element('dd', value)])
  )
}

/** Also forgets what was shown of the user. */
function showSignedOut() {
  byId('facts').replaceChildren()
  byId('api-answer').replaceChildren()
  byId('api-answer').hidden = true
  byId('signed-in').hidden = true
  byId('signed-out').hidden = false
  document.title = 'Log in'
  form.elements.email.focus()
}

function showAnswer(answer) {
  byId('api-answer').hidden = false
  byId('api-answer').textContent = JSON.stringify(answer, null, 2)
}

function onClick(id, work) {
  const button = byId(id)
  button.addEventListener('click', () => busyWith(button, 'account-problem', work))
}

/** Runs `work` once at a time; what goes wrong is said in the element `place`. */
async function busyWith(button, place, work) {
  if (button.getAttribute('aria-busy') === 'true') return
  button.setAttribute('aria-busy', 'true')
  say(place)
  showFieldErrors([])
  try {
    await work()
  } catch (problem) {
    settle(place, problem)
  } finally {
    button.removeAttribute('aria-busy')
  }
}

/** A session that has ended leads back to the form, with the reason beside it. */
function settle(place, problem) {
  const hasEnded = problem instanceof Problem && problem.isSignedOut
  if (hasEnded) showSignedOut()
  say(hasEnded ? 'log-in-problem' : place, problem)
  if (problem instanceof Problem) showFieldErrors(problem.errors)
}

function say(place, problem) {
  if (problem && !(problem instanceof Problem)) console.error(problem)
  const text = problem instanceof Problem ? problem.message : 'Something went wrong. Try again.'
  byId(place).textContent = problem ? text : ''
}

function showFieldErrors(errors) {
  for (const field of fields) {
    const message = errors.find(error => error.field === field.name)?.message ?? ''
    byId(`${field.name}-error`).textContent = message
    field.setAttribute('aria-invalid', String(message !== ''))
  }
  fields.find(field => field.getAttribute('aria-invalid') === 'true')?.focus()
}

function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
