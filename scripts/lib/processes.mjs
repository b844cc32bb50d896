/** The programs that `npm start` runs beside each other, and their common end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

/** A program that does not end by itself within this time is killed. */
const stopsWithin = 15_000
/** Ctrl-C reaches this process twice: from the terminal, and from npm that forwards it. */
const sameSignalWithin = 1_000

/** How often to look whether npm is still there. */
const looksEvery = 500

/** Starts programs, and ends them all when one ends or when asked to. */
export class Processes {
  #children = []
  #exitCode
  #askedAt

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => this.#asked())
    if (process.env.npm_lifecycle_event) this.#watchParent()
  }

  /**
   * Starts a Node program and answers the URL it listens on (its IPC message `{ kind: 'listening', url }`).
   * It is to end by itself when the channel closes, so that it never outlives this process.
   */
  async start(file, env) {
    if (this.#exitCode !== undefined) return new Promise(() => {})
    const child = spawn(process.execPath, [file], {
      // The notice of AWS that Node 20 is old is for us, not for whoever starts this: see engines.
      env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A process group of its own: Ctrl-C is for this process, which ends its children in order.
      detached: true
    })
    this.#children.push(child)
    child.once('exit', (code, signal) => this.stop(exitCode(code, signal)))
    return new Promise(resolve => {
      child.on('message', message => {
        if (message?.kind === 'listening') resolve(message.url)
      })
    })
  }

  /** Ends all programs, the last one started first, then this process with `code`. The first call counts. */
  async stop(code) {
    if (this.#exitCode !== undefined) return
    this.#exitCode = code
    for (const child of this.#children.toReversed()) await end(child)
    process.exit(this.#exitCode)
  }

  /** npm runs a script in a shell, and the shell dies of a signal to npm without passing it on. */
  #watchParent() {
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && void this.stop(0), looksEvery).unref()
  }

  #asked() {
    const now = Date.now()
    this.#askedAt ??= now
    if (now - this.#askedAt < sameSignalWithin) return void this.stop(0)
    this.#exitCode = exitCode(null, 'SIGKILL')
    for (const child of this.#children) child.kill('SIGKILL')
  }
}

async function end(child) {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const deadline = setTimeout(() => child.kill('SIGKILL'), stopsWithin)
  await ended
  clearTimeout(deadline)
}

const hasEnded = child => child.exitCode !== null || child.signalCode !== null

/** As a shell puts it: 128 and the number of the signal. */
const exitCode = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)
