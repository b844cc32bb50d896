/** deploy/create-user-pool.sh says what AWS understands: its calls are recorded and type-checked against the SDK. */
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { root } from '../repo/sources.ts'

/** Stands in for the AWS CLI: notes its arguments and answers what the script asks for. */
const awsCommand = `#!/usr/bin/env node
const { appendFileSync } = require('node:fs')
const args = process.argv.slice(2)
if (args[1] === process.env.FAILING) process.exit(1)
appendFileSync(process.env.RECORD, JSON.stringify(args) + '\\n')
const answers = {
  'create-user-pool': 'eu-central-1_AbCdEfGhI',
  'create-user-pool-client': '1example23456789abcdefghij',
  'describe-user-pool-client': 'a-secret'
}
console.log(answers[args[1]] ?? 'done')
`

/** Parameters of the AWS CLI itself, which no operation knows. */
const ofTheCli = ['region', 'output', 'query']

/** Parameters that are lists, however many values are given. */
const lists = [
  'UsernameAttributes',
  'AutoVerifiedAttributes',
  'ExplicitAuthFlows',
  'ReadAttributes',
  'WriteAttributes',
  'SupportedIdentityProviders'
]

interface Call {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** The CLI derives its parameters from the members of the API: UserPoolTier is --user-pool-tier. */
const pascal = (text: string) => text.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())

function parseCall([, operation = '', ...args]: readonly string[]): Call {
  const input: Record<string, unknown> = {}
  for (const group of args
    .join('\0')
    .split(/\0?--(?=[a-z])/)
    .slice(1)) {
    const [name = '', ...values] = group.split('\0')
    if (!ofTheCli.includes(name)) input[pascal(name)] = parseValues(pascal(name), values)
  }
  return { operation: pascal(operation), input }
}

function parseValues(name: string, values: readonly string[]): unknown {
  if (lists.includes(name)) return values
  const [value] = values
  if (value === undefined) return true
  return /^[[{\d]+$|^[[{]/.test(value) ? JSON.parse(value) : value
}

function runScript(folder: string, failing = '') {
  const record = join(folder, 'record')
  writeFileSync(join(folder, 'aws'), awsCommand)
  chmodSync(join(folder, 'aws'), 0o755)
  const { stdout, stderr, status } = spawnSync('sh', [join(root, 'deploy/create-user-pool.sh')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      RECORD: record,
      FAILING: failing,
      AWS_REGION: 'eu-central-1'
    }
  })
  const calls: string[][] = readFileSync(record, 'utf8').trim().split('\n').map(parseLine)
  return { stdout, stderr, status, calls: calls.map(parseCall) }
}

const parseLine = (line: string): string[] => JSON.parse(line)

/** What the compiler says of these inputs, as the SDK types them; excess members are errors. */
function typeErrors(folder: string, calls: readonly Call[]): string {
  const sdk = '@aws-sdk/client-cognito-identity-provider'
  const lines = calls.map(({ operation, input }, i) => {
    return `export const call${i}: Sdk.${operation}CommandInput = ${JSON.stringify(input)}`
  })
  const file = join(folder, 'calls.ts')
  writeFileSync(file, [`import type * as Sdk from '${sdk}'`, ...lines].join('\n'))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--types', 'node']
  const modules = ['--module', 'nodenext', '--target', 'es2023']
  // The loaders that tap puts into NODE_OPTIONS are not for the compiler.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, compiler, ...options, ...modules, file]
  const { status, stdout, stderr } = spawnSync('env', command, { encoding: 'utf8' })
  return status === 0 ? '' : `${stdout}${stderr}`
}

test('the AWS script makes calls that the API knows, and prints settings', async t => {
  // Below the repository, so that the compiler finds the SDK.
  const folder = t.testdir()
  const { stdout, stderr, status, calls } = runScript(folder)
  t.equal(status, 0, stderr)
  t.same(
    calls.map(({ operation }) => operation),
    ['CreateUserPool', 'SetUserPoolMfaConfig', 'CreateUserPoolClient', 'DescribeUserPoolClient']
  )
  t.equal(typeErrors(folder, calls), '')
  const bad = calls.map(call => ({ ...call, input: { ...call.input, NoSuchSetting: 1 } }))
  t.match(typeErrors(folder, bad), /NoSuchSetting/, 'the check sees an unknown setting')
  t.same(stdout.trim().split('\n'), [
    'COGNITO_REGION=eu-central-1',
    'COGNITO_USER_POOL_ID=eu-central-1_AbCdEfGhI',
    'COGNITO_CLIENT_ID=1example23456789abcdefghij',
    'COGNITO_CLIENT_SECRET=a-secret',
    'COGNITO_MFA_METHODS=SOFTWARE_TOKEN_MFA'
  ])
})

test('the AWS script prints what it has made even where it fails later', async t => {
  const { stdout, stderr, status } = runScript(t.testdir(), 'create-user-pool-client')
  t.not(status, 0)
  t.equal(stdout, '', 'no half of a configuration')
  t.match(stderr, 'user pool: eu-central-1_AbCdEfGhI')
})

test('the pool it makes keeps the promises the service relies on', async t => {
  const { calls } = runScript(t.testdir())
  const [pool, mfa, client] = calls.map(({ input }) => input)
  t.match(pool, {
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] }
  })
  t.match(mfa, {
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    // What the settings it prints offer to users is all there is.
    SmsMfaConfiguration: undefined,
    EmailMfaConfiguration: undefined
  })
  t.match(client, {
    GenerateSecret: true,
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    RefreshTokenRotation: { Feature: 'ENABLED' }
  })
  // Rotation and this flow exclude each other; the password itself need not travel.
  t.same(client?.ExplicitAuthFlows, ['ALLOW_USER_SRP_AUTH'])
})
