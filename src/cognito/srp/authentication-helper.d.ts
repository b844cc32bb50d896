/**
 * The part of amazon-cognito-identity-js that this service uses and the library leaves untyped:
 * the SRP protocol steps and the big integers below them.
 */
declare module 'amazon-cognito-identity-js' {
  type Callback<Value> = (error: Error | null, value: Value) => void

  /** Arbitrary-precision integer (jsbn). */
  interface BigInteger {
    // `constructor` is how the class is reached: the package root does not export it.
    constructor: BigIntegerConstructor
    compareTo(other: BigInteger): number
    equals(other: BigInteger): boolean
    mod(modulus: BigInteger): BigInteger
    modPow(exponent: BigInteger, modulus: BigInteger, callback: Callback<BigInteger>): void
    toString(radix: 16): string
  }

  interface BigIntegerConstructor {
    new (text: string, radix: 16): BigInteger
    readonly prototype: BigInteger
  }

  /** The client side of one SRP-6a exchange with Cognito. srp.ts sets its fields. */
  class AuthenticationHelper {
    constructor(poolName: string)
    readonly N: BigInteger
    readonly k: BigInteger
    poolName: string
    smallAValue: BigInteger
    largeAValue: BigInteger | undefined
    calculateU(largeA: BigInteger, serverB: BigInteger): BigInteger
    getLargeAValue(callback: Callback<BigInteger>): void
    getPasswordAuthenticationKey(
      username: string,
      password: string,
      serverB: BigInteger,
      salt: BigInteger,
      callback: Callback<Uint8Array>
    ): void
  }
}
