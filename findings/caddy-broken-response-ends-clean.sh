#!/usr/bin/env bash
# Surprise: where the server behind Caddy dies in the middle of a chunked response, Caddy's reverse_proxy ends the
#   response to the browser as if it were complete: the client sees 200 and a clean end, half of the document.
# Version: Caddy 2.6.2 (Debian 12)
# Expectation: RFC 9112, 8: a chunked response without its last chunk is incomplete, and a proxy must not turn it into a
#   complete one; Go's ReverseProxy aborts the connection for this reason (net/http/httputil, ErrAbortHandler).
# Who cares: those who stream JSON or downloads through Caddy: a crash of the API reads as a short, valid response. Send
#   a length or a last marker of your own.
set -euo pipefail
work=$(mktemp -d)
trap 'kill ${caddy:-} ${api:-} 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
program=$(command -v caddy || true)
if [ -z "$program" ]; then
  apt-get download -q caddy
  dpkg -x caddy_*.deb root
  program=$PWD/root/usr/bin/caddy
fi
port=$((20000 + RANDOM % 5000))
cat >api.mjs <<JS
import { createServer } from 'node:http'
createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.write('first half ')
  setTimeout(() => request.socket.destroy(), 200)
}).listen($((port + 1)), '127.0.0.1')
JS
node api.mjs &
api=$!
cat >Caddyfile <<CADDY
{
  admin off
}
http://127.0.0.1:$port {
  reverse_proxy 127.0.0.1:$((port + 1))
}
CADDY
XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work "$program" run --config Caddyfile --adapter caddyfile >caddy.log 2>&1 &
caddy=$!
until curl -s -o /dev/null "http://127.0.0.1:$port/"; do sleep 0.2; done
"$program" version
direct=0
curl -s "http://127.0.0.1:$((port + 1))/" >direct.txt || direct=$?
through=0
curl -s "http://127.0.0.1:$port/" >through.txt || through=$?
echo "asked directly: curl exits $direct (18: the transfer is incomplete); through Caddy: curl exits $through"
[ "$direct" = 18 ] && [ "$through" = 0 ] && [ "$(cat through.txt)" = 'first half ' ]
