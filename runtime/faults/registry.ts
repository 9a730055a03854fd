/** Every kind of fault, by name. A new kind is one line here. */
import { type EffectOf, type FaultDescriptor } from "./kind.ts"
import { clientCrash } from "./kinds/clients/client-crash.ts"
import { membership } from "./kinds/group/membership.ts"
import { corruption } from "./kinds/links/corruption.ts"
import { cut } from "./kinds/links/cut.ts"
import { delay } from "./kinds/links/delay.ts"
import { duplication } from "./kinds/links/duplication.ts"
import { loss } from "./kinds/links/loss.ts"
import { partition } from "./kinds/links/partition.ts"
import { reordering } from "./kinds/links/reordering.ts"
import { amnesia } from "./kinds/nodes/amnesia.ts"
import { byzantine } from "./kinds/nodes/byzantine.ts"
import { clockDrift } from "./kinds/nodes/clock-drift.ts"
import { clockOffset } from "./kinds/nodes/clock-offset.ts"
import { crash } from "./kinds/nodes/crash.ts"
import { failingDisk } from "./kinds/nodes/failing-disk.ts"
import { isolate } from "./kinds/nodes/isolate.ts"
import { pause } from "./kinds/nodes/pause.ts"
import { rollingRestart } from "./kinds/nodes/rolling-restart.ts"
import { restart } from "./kinds/nodes/restart.ts"
import { slowDisk } from "./kinds/nodes/slow-disk.ts"
import { slow } from "./kinds/nodes/slow.ts"
import { brokenBroadcast } from "./kinds/nodes/broken-broadcast.ts"
import { tornWrite } from "./kinds/nodes/torn-write.ts"

const KINDS = [
  crash,
  restart,
  rollingRestart,
  pause,
  amnesia,
  tornWrite,
  brokenBroadcast,
  slow,
  isolate,
  partition,
  cut,
  loss,
  corruption,
  duplication,
  reordering,
  delay,
  clockOffset,
  clockDrift,
  slowDisk,
  failingDisk,
  clientCrash,
  membership,
  byzantine,
] as const

type EffectsOf<Descriptor> =
  Descriptor extends FaultDescriptor<infer Kind, infer T, infer S> ? EffectOf<Kind, T, S> : never

/** The effect of a fault while it lasts. */
export type Effect = EffectsOf<(typeof KINDS)[number]>

export type FaultKind = Effect["kind"]

export const FAULT_KINDS: readonly FaultDescriptor<FaultKind>[] = KINDS

const BY_NAME: ReadonlyMap<string, FaultDescriptor<FaultKind>> = new Map(
  FAULT_KINDS.map(descriptor => [descriptor.kind, descriptor]),
)

export function descriptorOf({ kind }: { readonly kind: FaultKind }): FaultDescriptor<FaultKind> {
  return BY_NAME.get(kind)!
}

/** @returns `undefined` if there is no such kind */
export function faultKindNamed(name: string): FaultDescriptor<FaultKind> | undefined {
  return BY_NAME.get(name)
}
