/** All kits, in the order in which a course would play them. */
import type { Kit, KitName } from "./kit.ts"
import { bully } from "./kits/bully.ts"
import { oralMessages } from "./kits/oral-messages.ts"
import { paxos } from "./kits/paxos.ts"
import { raft } from "./kits/raft.ts"
import { ricartAgrawala } from "./kits/ricart-agrawala.ts"
import { ringElection } from "./kits/ring-election.ts"
import { en } from "./texts/en.ts"
import { es } from "./texts/es.ts"
import { ru } from "./texts/ru.ts"
import { sl } from "./texts/sl.ts"
import type { Language, Texts } from "./texts/texts.ts"

export const KITS: Readonly<Record<KitName, Kit>> = {
  bully,
  "ring-election": ringElection,
  raft,
  paxos,
  "ricart-agrawala": ricartAgrawala,
  "oral-messages": oralMessages,
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en, es, ru, sl }
