/** Every planted mistake of every algorithm's corpus, in one form: a name, and the algorithm that has it. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { mutants as ofActive } from "../algorithms/active-replication/mutants.ts"
import { benches } from "../algorithms/assertion-mutants.ts"
import { mutants as ofBlocking } from "../algorithms/blocking-checkpoints/mutants.ts"
import { mutants as ofBully } from "../algorithms/bully/mutants.ts"
import { mutants as ofCausal } from "../algorithms/causal-logging/mutants.ts"
import { mutants as ofCentral } from "../algorithms/central-server/mutants.ts"
import { mutants as ofChain } from "../algorithms/chain-replication/mutants.ts"
import { mutants as ofChandy } from "../algorithms/chandy-lamport/mutants.ts"
import { mutants as ofInduced } from "../algorithms/communication-induced/mutants.ts"
import { mutants as ofFloodSet } from "../algorithms/floodset/mutants.ts"
import { mutants as ofLamport } from "../algorithms/lamport-mutex/mutants.ts"
import { MUTANTS as ofLeases } from "../algorithms/lease-leadership/mutants.ts"
import { mutants as ofMaekawa } from "../algorithms/maekawa/mutants.ts"
import { mutants as ofMultiPaxos } from "../algorithms/multi-paxos/mutants.ts"
import { mutants as ofOptimistic } from "../algorithms/optimistic-logging/mutants.ts"
import { mutants as ofOral } from "../algorithms/oral-messages/mutants.ts"
import { mutants as ofPaxos } from "../algorithms/paxos/mutants.ts"
import { mutants as ofPessimistic } from "../algorithms/pessimistic-logging/mutants.ts"
import { mutants as ofPrimary } from "../algorithms/primary-backup/mutants.ts"
import { mutants as ofRaft, rare } from "../algorithms/raft/mutants.ts"
import { mutants as ofRaymond } from "../algorithms/raymond/mutants.ts"
import { mutants as ofRicart } from "../algorithms/ricart-agrawala/mutants.ts"
import { ofPlainRing, ofRepairedRing } from "../algorithms/ring-election/mutants.ts"
import { mutants as ofSemiActive } from "../algorithms/semi-active-replication/mutants.ts"
import { mutants as ofSenderBased } from "../algorithms/sender-based-logging/mutants.ts"
import { mutants as ofSharded } from "../algorithms/sharded-groups/mutants.ts"
import { mutants as ofSigned } from "../algorithms/signed-messages/mutants.ts"
import { mutants as ofSuzuki } from "../algorithms/suzuki-kasami/mutants.ts"
import { mutants as ofToken } from "../algorithms/token-ring/mutants.ts"
import { mutants as ofUncoordinated } from "../algorithms/uncoordinated-checkpoints/mutants.ts"
import { courses } from "../algorithms/viewstamped-replication/courses.ts"
import { mutants as ofViewstamped } from "../algorithms/viewstamped-replication/mutants.ts"
import { compileWith, type Edit } from "./mutants.ts"

export interface Mistake {
  readonly mistake: string
  /** Changes of the sources; or the algorithm with some of its handlers replaced. */
  readonly made: readonly Edit[] | Algorithm
}

/** How corpora write their mistakes down. */
interface Written {
  readonly mistake?: string
  readonly name?: string
  readonly bug?: string
  readonly edit?: Edit
  readonly edits?: readonly Edit[]
  readonly mutant?: Algorithm
  readonly algorithm?: Algorithm
}

/** The same with fields that matter to other searches alone. */
function listed(corpus: readonly object[]): readonly Mistake[] {
  return corpus.map((written: Written) => {
    const { mistake, name, bug, edit, edits, mutant, algorithm } = written
    const made = edits ?? (edit === undefined ? (mutant ?? algorithm) : [edit])
    const words = mistake ?? name ?? bug
    if (made === undefined || words === undefined) throw new Error(`no mistake: ${JSON.stringify(written)}`)
    return { mistake: words, made }
  })
}

const asserted = Object.fromEntries(benches.map(({ exported, planted }) => [exported, listed(planted)] as const))

/** Only random runs are known not to find them: some of these wait for a course of their own. */
const ofCourses = courses.map(({ rule, mistake }) => ({
  mistake: `without the rule that ${rule}`,
  edit: { ...mistake, file: `algorithms/viewstamped-replication/${mistake.file}` },
}))

/** By algorithm. */
export const PLANTED: Readonly<Record<string, readonly Mistake[]>> = {
  "active-replication": listed(ofActive),
  "blocking-checkpoints": listed(ofBlocking),
  bully: [...listed(ofBully), ...asserted["bully"]!],
  "causal-logging": listed(ofCausal),
  "central-server": listed(ofCentral),
  "chain-replication": listed(ofChain),
  "chandy-lamport": listed(ofChandy),
  "communication-induced": listed(ofInduced),
  floodset: listed(ofFloodSet),
  "lamport-mutex": listed(ofLamport),
  "lease-leadership": listed(ofLeases),
  maekawa: listed(ofMaekawa),
  "multi-paxos": listed(ofMultiPaxos),
  "optimistic-logging": listed(ofOptimistic),
  "oral-messages": [...listed(ofOral), ...asserted["oralMessages"]!],
  paxos: listed(ofPaxos.map(({ name, ...edit }) => ({ name, edit }))),
  "pessimistic-logging": listed(ofPessimistic),
  "primary-backup": listed(ofPrimary),
  raft: listed([...ofRaft, ...rare.filter(mutant => !ofRaft.some(({ mistake }) => mistake === mutant.mistake))]),
  raymond: listed(ofRaymond),
  "ricart-agrawala": [...listed(ofRicart), ...asserted["ricartAgrawala"]!],
  "ring-election": [...listed(ofPlainRing), ...listed(ofRepairedRing), ...asserted["ringElection"]!],
  "semi-active-replication": listed(ofSemiActive),
  "sender-based-logging": listed(ofSenderBased),
  "sharded-groups": listed(ofSharded),
  "signed-messages": listed(ofSigned),
  "suzuki-kasami": listed(ofSuzuki),
  "token-ring": listed(ofToken),
  "uncoordinated-checkpoints": listed(ofUncoordinated),
  "viewstamped-replication": [...listed(ofViewstamped), ...listed(ofCourses)],
}

/** The algorithm with a mistake in it. */
export async function withMistake(algorithm: string, { made }: Mistake): Promise<Algorithm> {
  return "name" in made ? made : compiled(algorithm, made)
}

/** The algorithm compiled with other sources. */
export async function compiled(algorithm: string, edits: readonly Edit[]): Promise<Algorithm> {
  const [module, name] = entryOf(algorithm)
  const exports = await compileWith<Record<string, Algorithm>>(module, edits)
  const found = Object.values(exports).find(exported => exported.name === name)
  if (found === undefined) throw new Error(`${module} exports no algorithm ${name}`)
  return found
}

function entryOf(algorithm: string): readonly [module: string, name: string] {
  if (algorithm === "sharded-groups") return ["test/algorithms/sharded-groups/compiled.ts", algorithm]
  return [`algorithms/${algorithm}/${algorithm}.ts`, algorithm]
}
