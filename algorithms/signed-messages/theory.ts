/** Closed forms of SM(m) (Lamport, Shostak and Pease 1982, §4). */
import type { Theory } from "../../runtime/contract/theory.ts"

export const theory: Theory = {
  messages: [
    { service: "agreement", parameters: { m: "0" }, formula: "n-1", messages: n => n - 1 },
    // For every m, each lieutenant forwards the one order once.
    { service: "agreement", formula: "(n-1)^2", messages: n => (n - 1) ** 2 },
  ],
}
