#!/usr/bin/env bash
# Surprise: `userPool.addClient('web')` of the CDK, with no options at all, makes an app client that allows OAuth's
#   *implicit* grant beside the code grant, with five scopes and the callback https://example.com. A client for nothing
#   but the user-pools API comes out with a hosted login, switched on.
# Version: aws-cdk-lib 2.276.0
# Expectation: AWS::Cognito::UserPoolClient allows no OAuth flow unless AllowedOAuthFlows says so
#   (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html),
#   and the implicit grant must not be used any more (RFC 9700, 2.1.2).
# Who cares: reviewers of pools made by the CDK. Say `disableOAuth: true`, or give `oAuth.flows`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-cdk-lib@2.276.0 constructs@10
cat >run.cjs <<'JS'
const { App, Stack } = require('aws-cdk-lib')
const { UserPool } = require('aws-cdk-lib/aws-cognito')

const app = new App()
const stack = new Stack(app, 'Example')
const pool = new UserPool(stack, 'Users')
pool.addClient('web')
pool.addClient('api', { disableOAuth: true })
const resources = Object.values(app.synth().getStackByName('Example').template.Resources)
const clients = resources.filter(one => one.Type === 'AWS::Cognito::UserPoolClient').map(one => one.Properties)
const [bare, disabled] = clients
console.log('no options:', {
  AllowedOAuthFlows: bare.AllowedOAuthFlows,
  AllowedOAuthScopes: bare.AllowedOAuthScopes,
  CallbackURLs: bare.CallbackURLs,
  AllowedOAuthFlowsUserPoolClient: bare.AllowedOAuthFlowsUserPoolClient
})
console.log('disableOAuth:', { AllowedOAuthFlows: disabled.AllowedOAuthFlows })
process.exitCode =
  bare.AllowedOAuthFlows?.includes('implicit') &&
  bare.CallbackURLs?.[0] === 'https://example.com' &&
  disabled.AllowedOAuthFlows === undefined
    ? 0
    : 1
JS
echo "Node $(node --version)"
node run.cjs
