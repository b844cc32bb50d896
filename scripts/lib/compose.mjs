/** One run of docker-compose.yml under a project name and ports of its own, so that it disturbs no other. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const project = 'cognito-bff-check'

/** Every profile: the profiles of a `down` must be those of the `up`. */
const everything = ['--profile', 'scale', '--profile', 'pool']

/** In place of `.env`, which is somebody's own. */
const noSettings = join(mkdtempSync(join(tmpdir(), 'compose-')), 'empty.env')
writeFileSync(noSettings, '')
process.once('exit', () => rmSync(join(noSettings, '..'), { recursive: true }))

export class Compose {
  #root
  #env

  /**
   * @param {string} root folder of docker-compose.yml
   * @param {Record<string, string>} env what the file interpolates; `.env` is not read
   */
  constructor(root, env) {
    this.#root = root
    this.#env = { ...process.env, ...env, COMPOSE_PROJECT_NAME: project }
  }

  /** Runs `docker compose` with these arguments. Throws, with its output, where it fails. */
  run(...args) {
    const { status, output } = this.try(...args)
    if (status !== 0) throw new Error(`docker compose ${args.join(' ')} failed:\n${output}`)
    return output
  }

  try(...args) {
    return this.#docker('compose', '--env-file', noSettings, ...everything, ...args)
  }

  /** Runs a command in the container of a service. */
  inside(service, ...command) {
    return this.#docker('exec', this.container(service), ...command)
  }

  container(service) {
    return this.run('ps', '-q', service).trim().split('\n').at(-1)
  }

  inspect(service, format) {
    return this.#docker('inspect', '--format', format, this.container(service)).output.trim()
  }

  /** Waits until all of these are healthy; throws with the log of the first that is not in time. */
  async healthy(services, deadline = 60_000) {
    const end = Date.now() + deadline
    for (const service of services) {
      while (this.inspect(service, '{{.State.Health.Status}}') !== 'healthy') {
        if (Date.now() > end) throw new Error(`${service}: ${this.try('logs', service).output}`)
        await sleep(200)
      }
    }
  }

  /** Ends everything. Answers what is left of it: containers, volumes and networks. */
  down() {
    this.run('down', '-v')
    const mine = `label=com.docker.compose.project=${project}`
    return [
      ['ps', '-aq'],
      ['volume', 'ls', '-q'],
      ['network', 'ls', '-q']
    ].flatMap(list =>
      this.#docker(...list, '--filter', mine)
        .output.split('\n')
        .filter(Boolean)
    )
  }

  /** Size of an image in bytes. */
  sizeOf(image) {
    return Number(this.#docker('image', 'inspect', '--format', '{{.Size}}', image).output)
  }

  #docker(...args) {
    const options = { cwd: this.#root, env: this.#env, encoding: 'utf8', maxBuffer: 2 ** 28 }
    const { status, stdout, stderr, error } = spawnSync('docker', args, options)
    if (error) throw error
    return { status, output: status === 0 ? stdout : `${stdout}${stderr}` }
  }
}
