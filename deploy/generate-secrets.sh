#!/bin/sh
# Generates the secrets of a local run, once. They are in Docker volumes, and only in the containers that mount
# these volumes; `docker compose down -v` deletes them.
set -eu

secrets=${SECRETS:-/secrets}
draw() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }
hash() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }

# The file with the users is written last: if it exists, all the others exist.
if [ ! -s "$secrets/redis-users/users.acl" ]; then
  service=$(draw)
  operator=$(draw)
  printf %s "$service" > "$secrets/redis/password"
  printf 'redis://bff:%s@redis:6379' "$service" > "$secrets/redis/url"
  printf %s "$operator" > "$secrets/redis-users/ops-password"
  # The service may use its own keys and no administrative commands; operators may do everything, the default user
  # nothing.
  printf '%s\n' \
    'user default reset' \
    "user bff on #$(hash "$service") ~bff:* &bff:* +@all -@admin -@dangerous" \
    "user ops on #$(hash "$operator") ~* &* +@all" > "$secrets/redis-users/users.acl"
fi

if [ ! -s "$secrets/session/keys" ]; then
  head -c 32 /dev/urandom | base64 > "$secrets/session/keys"
fi
