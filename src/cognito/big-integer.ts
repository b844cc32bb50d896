/**
 * Gives the big integers of amazon-cognito-identity-js a `modPow` by OpenSSL. The library's own React
 * Native build replaces the same method; in pure JavaScript one login blocks the event loop for 200 ms.
 */

import { AuthenticationHelper, type BigInteger } from 'amazon-cognito-identity-js'
import { type ModPow, openModPow } from './srp/mod-pow.ts'

/** Without the A that the constructor computes, before it could be computed fast. */
class Constants extends AuthenticationHelper {
  override getLargeAValue(): void {}
}

/** The library's N, g and k. */
export const constants: AuthenticationHelper = new Constants('')

// The package root does not export the class, and a deep import reaches another copy in a bundle.
const prime = constants.N
const Integer = prime.constructor
const libraryModPow = Integer.prototype.modPow

let installed = false

/**
 * Patches the library once per thread. Where no door to OpenSSL gives right answers the library keeps
 * its own arithmetic: slow, never wrong.
 *
 * @returns whether OpenSSL does the work.
 */
export function installModPow(open: typeof openModPow = openModPow): boolean {
  const modPow = installed ? undefined : open(toBytes(prime))
  if (modPow === undefined) return installed
  Integer.prototype.modPow = function (exponent, modulus, callback) {
    const fits = modulus.equals(prime) && exponent.compareTo(prime) < 0
    if (fits) callback(null, power(modPow, this, exponent))
    else libraryModPow.call(this, exponent, modulus, callback)
  }
  installed = true
  return true
}

/** An integer from the hexadecimal text that travels in SRP_B and SALT. */
export function integerFromHex(hex: string): BigInteger {
  return new Integer(hex, 16)
}

/** The protocol hands in negative and oversized bases (B - k * g^x): they are reduced first. */
function power(modPow: ModPow, base: BigInteger, exponent: BigInteger): BigInteger {
  const result = modPow(toBytes(base.mod(prime)), toBytes(exponent))
  return integerFromHex(result.toString('hex'))
}

function toBytes(integer: BigInteger): Buffer {
  const hex = integer.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
