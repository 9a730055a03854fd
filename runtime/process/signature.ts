/**
 * Signatures as a model: nobody can make another's, everybody can check them, and they are as long as real ones.
 *
 * A signature is a code of signer, content and a secret that only the host has: handlers get at it through `sign`, which
 * signs for their own node only. That no two contents have the same one is as likely as the length makes it: this is no
 * cryptography, and a host of real processes signs with keys in its place.
 */
import type { NodeId, Signature } from "../contract/ids.ts"
import { GOLDEN, mix } from "../lib/random.ts"
import { encode } from "./value.ts"

/** Hexadecimal digits, 8 for each of 32 bits: 64 bytes, as many as an Ed25519 signature has. */
const WORDS = 8

/** @param content plain data: equal contents have equal signatures */
export function signatureOf(secret: number, signer: NodeId, content: unknown): Signature {
  const text = encode(content)
  let key = mix(secret ^ Math.imul(signer + 1, GOLDEN))
  for (let place = 0; place < text.length; place++) key = mix(key ^ text.charCodeAt(place))
  let signature = ""
  for (let word = 0; word < WORDS; word++) {
    key = mix(key + GOLDEN)
    signature += key.toString(16).padStart(8, "0")
  }
  return signature
}
