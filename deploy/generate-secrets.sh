#!/bin/sh
# Draws the secrets of a local run, once. They live in Docker volumes, and only in the containers that
# mount them; `docker compose down -v` destroys them.
set -eu

cd /secrets/redis
if [ ! -s url ]; then
  password=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
  # One user, who reaches the service's keys and no administration; the default user may do nothing.
  printf 'user default reset\nuser bff on >%s ~bff:* +@all -@admin -@dangerous\n' "$password" > users.conf
  printf '%s' "$password" > password
  printf 'redis://bff:%s@redis:6379' "$password" > url
fi

cd /secrets/session
if [ ! -s keys ]; then
  head -c 32 /dev/urandom | base64 > keys
fi
