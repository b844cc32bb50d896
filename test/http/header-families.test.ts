/** Headers that do not cross the proxy, by family: with names that no list of ours has. */
import { test } from 'tap'
import { mayReachApi, mayReachBrowser, opensNoDialog } from '../../src/http/proxy/headers.ts'

test('P-05 nothing reaches the API that names a user, a client, a certificate, a URL or a method', t => {
  const denied = [
    'remote-user x-remote-user x-user x-user-id x_user_name x.user.id x-forwarded-user from',
    'x-amzn-oidc-data x-amzn-oidc-identity x-ms-client-principal-name x-auth-request-email',
    'x-goog-authenticated-user-email x-goog-iap-jwt-assertion cf-access-jwt-assertion',
    'impersonate-user x-consumer-username x-webauth-user x-authenticated-userid x-authentik-email',
    'client-ip x-client-ip x-real-ip true-client-ip cf-connecting-ip fly-client-ip x-originating-ip',
    'x-cluster-client-ip x_forwarded_for x-original-forwarded-for remote-addr x-envoy-external-address',
    'wl-proxy-client-ip x-azure-socketip x-appengine-user-ip http_client_ip forwarded x-forwarded',
    'x-ssl-cert x-ssl-client-s-dn ssl-client-verify x-client-cert client-cert-chain x-arr-clientcert',
    'x-amzn-mtls-clientcert x-tls-client-subject x-client-dn x-client-verify',
    'x-original-url x-rewrite-url x-original-uri x-original-host x-http-method-override x-http-method',
    'x-method-override x-host x-forwarded-host x-url-scheme front-end-https x-accel-redirect',
    'x-middleware-subrequest proxy proxy-authorization authorization x-authorization cookie x-csrf',
    'host expect connection te transfer-encoding upgrade x-request-id http2-settings'
  ]
  for (const name of denied.join(' ').split(' ')) t.notOk(mayReachApi(name), name)
  const allowed = [
    'accept accept-language content-type content-length if-none-match range referer origin',
    'user-agent x-user-agent sec-fetch-site sec-fetch-user sec-ch-ua traceparent idempotency-key',
    'x-api-version x-requested-with prefer x-own priority x-tipping x-certainty dnt'
  ]
  for (const name of allowed.join(' ').split(' ')) t.ok(mayReachApi(name), name)
  t.end()
})

test('P-06 nothing reaches the browser that steers an edge, a cache, the origin or a dialog', t => {
  const denied = [
    'surrogate-control surrogate-key cdn-cache-control cloudflare-cdn-cache-control edge-control',
    'x-accel-redirect x-accel-buffering x-accel-expires x-sendfile x-lighttpd-send-file xkey',
    'cache-tag x-cache-tags cache-control pragma expires vary x-litespeed-purge akamai-cache-status',
    'edge-cache-tag x-varnish-ttl x-esi x-reproxy-url x-envoy-immediate-health-check-fail age',
    'ratelimit ratelimit-policy ratelimit-limit set-cookie clear-site-data refresh alt-svc nel',
    'content-security-policy-report-only permissions-policy document-policy integrity-policy',
    'access-control-allow-origin cross-origin-opener-policy service-worker-allowed origin-trial',
    'secure-session-registration accept-ch timing-allow-origin speculation-rules x-request-id',
    'proxy-authenticate authentication-info connection trailer'
  ]
  for (const name of denied.join(' ').split(' ')) t.notOk(mayReachBrowser(name), name)
  const allowed = [
    'content-type content-length content-disposition content-language etag last-modified',
    'location link retry-after x-own x-total-count x-ratelimit-remaining server-timing',
    'www-authenticate accept-ranges content-range deprecation policy-number refresh-hint'
  ]
  for (const name of allowed.join(' ').split(' ')) t.ok(mayReachBrowser(name), name)
  t.end()
})

test('P-06 a challenge that opens a password box does not come back', t => {
  const allowed = [
    'Bearer',
    'Bearer realm="Basic x, Digest", error="invalid_token"',
    'DPoP algs="ES256"'
  ]
  for (const value of allowed) t.ok(opensNoDialog(value), value)
  const boxes = [
    'Basic realm="x"',
    'basic',
    'Digest realm="x", nonce="y"',
    'NTLM',
    'Negotiate oYGz==',
    'Bearer realm="x", Basic realm="y"',
    'Bearer, Negotiate',
    'Unheard-Of a=b'
  ]
  for (const value of boxes) t.notOk(opensNoDialog(value), value)
  t.notOk(opensNoDialog(['Bearer', 'NTLM']))
  t.end()
})
