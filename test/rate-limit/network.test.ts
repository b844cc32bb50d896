import { test } from 'tap'
import { clientNetwork } from '../../src/rate-limit/network.ts'

const cases: [ip: string, network: string, what: string][] = [
  ['192.0.2.1', '192.0.2.1', 'IPv4'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', 'the /64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64', 'in capitals'],
  ['2001:db8::1', '2001:db8:0:0::/64', 'with zeros left out'],
  ['::1', '0:0:0:0::/64', 'loopback'],
  ['::ffff:192.0.2.1', '192.0.2.1', 'mapped'],
  ['::ffff:c000:201', '192.0.2.1', 'mapped, in hex'],
  ['64:ff9b::192.0.2.1', '192.0.2.1', 'NAT64'],
  ['64:ff9b::c000:0201', '192.0.2.1', 'NAT64, in hex'],
  ['64:ff9b:1::192.0.2.1', '192.0.2.1', 'NAT64 for local use'],
  ['64:ff9b:2::192.0.2.1', '64:ff9b:2:0::/64', 'no NAT64'],
  ['2002:c000:201:7::1', '192.0.2.1', '6to4'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45', 'Teredo (RFC 4380 section 4)'],
  ['fe80::1%eth0', 'fe80::1%eth0', 'a zone'],
  ['unix:', 'unix:', 'no address']
]

for (const [ip, network, what] of cases) {
  test(`${ip} calls from ${network}: ${what}`, async t => t.equal(clientNetwork(ip), network))
}
