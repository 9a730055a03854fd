/** Closed forms of OM(m) (Lamport, Shostak and Pease 1982, §3). */
import type { Theory } from "../../runtime/contract/theory.ts"

/** Messages of OM(m); by default with as many traitors provided for as n allows. */
export function messagesOf(n: number, m = Math.floor((n - 1) / 3)): number {
  const rounds = m + 1
  let inRound = 1
  let total = 0
  for (let round = 1; round <= Math.min(rounds, n - 1); round++) {
    inRound *= n - round
    total += inRound
  }
  return total
}

export const theory: Theory = {
  messages: [
    {
      service: "agreement",
      parameters: { m: "largest" },
      formula: "(n-1) + (n-1)(n-2) + ... in m+1 rounds",
      messages: n => messagesOf(n),
    },
  ],
}
