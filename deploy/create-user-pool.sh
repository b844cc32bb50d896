#!/bin/sh
# Creates a user pool and an app client for this service, and prints the settings for .env.
# Needs the AWS CLI (2.26 or newer, for refresh token rotation) with the right to create both.
# docs/aws-setup.md has the reason for each setting, and the steps in the AWS console.
#
#   AWS_REGION=eu-central-1 sh deploy/create-user-pool.sh my-app >> .env
set -eu

name=${1:-cognito-bff}
region=${AWS_REGION:?say which region, like AWS_REGION=eu-central-1}
cognito() {
  operation=$1
  shift
  aws cognito-idp "$operation" --region "$region" --output text "$@"
}

# These cannot be changed later: the username attributes and their case, the schema, whether the client has a secret.
pool=$(cognito create-user-pool \
  --pool-name "$name" \
  --username-attributes email \
  --username-configuration '{"CaseSensitive": false}' \
  --schema '[{"Name": "email", "Required": true, "Mutable": true}]' \
  --auto-verified-attributes email \
  --user-attribute-update-settings '{"AttributesRequireVerificationBeforeUpdate": ["email"]}' \
  --account-recovery-setting '{"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}' \
  --policies '{"PasswordPolicy": {"MinimumLength": 12, "RequireUppercase": false,
    "RequireLowercase": false, "RequireNumbers": false, "RequireSymbols": false,
    "TemporaryPasswordValidityDays": 3}}' \
  --admin-create-user-config '{"AllowAdminCreateUserOnly": false}' \
  --user-pool-tier ESSENTIALS \
  --deletion-protection ACTIVE \
  --query UserPool.Id)
# Printed at once, so that you can find the pool if a later step fails.
echo "user pool: $pool" >&2

cognito set-user-pool-mfa-config \
  --user-pool-id "$pool" \
  --mfa-configuration OPTIONAL \
  --software-token-mfa-configuration '{"Enabled": true}' >&2

client=$(cognito create-user-pool-client \
  --user-pool-id "$pool" \
  --client-name "$name" \
  --generate-secret \
  --explicit-auth-flows ALLOW_USER_SRP_AUTH \
  --prevent-user-existence-errors ENABLED \
  --enable-token-revocation \
  --refresh-token-rotation '{"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}' \
  --access-token-validity 15 \
  --id-token-validity 15 \
  --refresh-token-validity 1 \
  --token-validity-units '{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}' \
  --read-attributes email email_verified given_name phone_number phone_number_verified gender address picture \
  --write-attributes email given_name phone_number gender address picture \
  --supported-identity-providers COGNITO \
  --query UserPoolClient.ClientId)
echo "app client: $client" >&2

secret=$(cognito describe-user-pool-client \
  --user-pool-id "$pool" \
  --client-id "$client" \
  --query UserPoolClient.ClientSecret)

cat <<SETTINGS
COGNITO_REGION=$region
COGNITO_USER_POOL_ID=$pool
COGNITO_CLIENT_ID=$client
COGNITO_CLIENT_SECRET=$secret
COGNITO_MFA_METHODS=SOFTWARE_TOKEN_MFA
SETTINGS
