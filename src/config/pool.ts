/** Slips of the pen in what names a user pool: found at the start, not at the first login. */
import type { Complain, Environment } from './environment.ts'

/**
 * Regions are an area, perhaps a kind of partition, a direction and a number: new ones are made of the same words.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const regionForm =
  /^(af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(-(gov|iso[a-z]?|[a-z]{2}))?-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/

/** As AWS draws them: 9 letters and digits after the region, 26 small ones for a client. */
const poolForm = /^[a-z-]+-\d{1,2}_[A-Za-z0-9]{9}$/
const clientForm = /^[a-z0-9]{26}$/

/** What another implementation of the protocol may use. */
const freePool = /^[\w-]+_[A-Za-z0-9]+$/
const freeClient = /^[\w+]+$/

export function poolProblems(env: Environment, complain: Complain): void {
  const { COGNITO_REGION: region, COGNITO_USER_POOL_ID: pool, COGNITO_CLIENT_ID: client } = env
  const isAws = !env.COGNITO_ENDPOINT || /\.amazonaws\.|\.api\.aws/.test(env.COGNITO_ENDPOINT)
  if (region && isAws && !regionForm.test(region)) {
    complain('COGNITO_REGION', 'must be the name of an AWS region, like eu-central-1')
  }
  if (pool && !(isAws ? poolForm : freePool).test(pool)) {
    complain('COGNITO_USER_POOL_ID', 'must be like eu-central-1_AbCdEfGhI: 9 letters and digits')
  }
  if (client && !(isAws ? clientForm : freeClient).test(client)) {
    complain('COGNITO_CLIENT_ID', 'must be the 26 small letters and digits of the client ID')
  }
  if (isAws && /\/\s*(,|$)/.test(env.COGNITO_ISSUER ?? '')) {
    complain(
      'COGNITO_ISSUER',
      'must not end with a slash, which the iss of ID tokens does not have'
    )
  }
}
