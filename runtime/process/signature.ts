/**
 * A model of signatures: nobody can forge another's, everybody can verify them, and they are as long as real ones.
 *
 * A signature is a hash of signer, content and a secret that only the host has: handlers use it through `sign`, which
 * signs only for their own node. Collisions are as unlikely as the length allows. This is not cryptography: a host of
 * real processes signs with keys instead.
 */
import type { NodeId, Signature } from "../contract/ids.ts"
import { GOLDEN, mix } from "../lib/random.ts"
import { encode } from "./value.ts"

/** The number of 32-bit words, 8 hexadecimal digits each: 64 bytes, the length of an Ed25519 signature. */
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
