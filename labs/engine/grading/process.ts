/**
 * Processes that work for one submission, each with limits: on processor time and memory, for which the submission is
 * responsible, and on wall-clock time, which only a slow machine exceeds.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import type { Readable } from "node:stream"
import { PACKAGE_ROOT } from "../../../lib/assets.ts"
import { plainText } from "../plain-text.ts"

export interface ProcessLimits {
  /** Processor time since the last {@link Watched.begin}, in seconds. Only enforced on Linux. */
  readonly processorSeconds: number
  /** Bytes of memory. Only enforced on Linux. */
  readonly memoryBytes: number
  /** Wall-clock time since the last {@link Watched.begin}, in seconds: nothing takes longer on a usable machine. */
  readonly longestSeconds: number
  /** Aborts the process. */
  readonly signal?: AbortSignal | undefined
}

/** The end of a process. */
export interface End {
  /** A description of the reason; absent if it ended normally without being killed. */
  readonly reason?: string
  /** True if the machine rather than the submission is to blame. */
  readonly isMachines: boolean
  /** Processor time that it had used, if known. */
  readonly usedSeconds: number
}

type Why = Omit<End, "usedSeconds">

export interface Watched {
  /** The pipe behind the fourth file descriptor. */
  readonly results: Readable
  /** Starts a new limit of processor time. */
  begin(): void
  /** Ends it together with its children. */
  end(why: Why): void
  readonly ended: Promise<End>
}

const WATCH_MS = 100
const PAGE = 4_096
const TICKS_A_SECOND = 100

/** Starts a module of this project in a separate process, with almost no environment, and gives it its job. */
export function startWatched(flags: readonly string[], module: string, job: unknown, limits: ProcessLimits): Watched {
  const child = spawn(process.execPath, [...flags, module], {
    cwd: PACKAGE_ROOT,
    env: environment(),
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    // So that its children end with it.
    detached: true,
  })
  let begun = { at: performance.now(), used: 0 }
  let complaint = ""
  let usedSeconds = 0
  let reason: Why | undefined
  const end = (why: Why): void => {
    reason ??= why
    endGroup(child)
  }
  const watch = setInterval(() => {
    const [used, memory] = usageOf(child.pid)
    usedSeconds = Math.max(usedSeconds, used)
    if (limits.signal?.aborted === true) end({ reason: "interrupted", isMachines: true })
    else if (memory > limits.memoryBytes) {
      end({
        reason: `it needs more than ${Math.round(limits.memoryBytes / (1 << 20))} MB of memory`,
        isMachines: false,
      })
    } else if (used - begun.used > limits.processorSeconds) {
      const limit = `${limits.processorSeconds} s of processor time`
      end({ reason: `it did not end within ${limit}`, isMachines: false })
    } else if (performance.now() - begun.at > 1_000 * limits.longestSeconds) {
      end({ reason: `the machine is too slow: no end after ${limits.longestSeconds} s`, isMachines: true })
    }
  }, WATCH_MS)
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 4_000)
  })
  child.stdin!.on("error", () => {})
  child.stdin!.end(JSON.stringify(job))
  const ended = new Promise<Why>(settle => {
    child.once("error", error => settle({ reason: error.message, isMachines: true }))
    child.once("close", (code, signal) => settle(reason ?? endOf(code, signal, complaint)))
  })
    .finally(() => clearInterval(watch))
    .then(why => ({ ...why, usedSeconds }))
  return {
    results: asReadable(child.stdio[3]),
    begin: () => void (begun = { at: performance.now(), used: usageOf(child.pid)[0] }),
    end,
    ended,
  }
}

/** The folder of the compile cache, if this process has one: without it each process compiles everything that it loads. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE } = process.env
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }
}

/** The reason why a process ended that was not ended here. */
function endOf(code: number | null, signal: NodeJS.Signals | null, complaint: string): Why {
  if (code === 0) return { isMachines: false }
  // Only a user, or a system out of memory, kills; what a process does to itself has other signals.
  if (signal === "SIGKILL" || signal === "SIGTERM") return { reason: `its process was killed`, isMachines: true }
  const [said] = complaint.trim().split("\n")
  const how = signal === null ? `its process ended with exit code ${code}` : `its process died of ${signal}`
  return { reason: `${how}${said === undefined || said === "" ? "" : `: ${plainText(said)}`}`, isMachines: false }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended already.
  }
}

/** Seconds of processor time, and bytes of memory, of a process and its children; zeros if unknown. */
function usageOf(pid: number | undefined): readonly [seconds: number, bytes: number] {
  if (pid === undefined) return [0, 0]
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    let seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
    let bytes = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ")) {
        if (child === "") continue
        const [childSeconds, childBytes] = usageOf(Number(child))
        seconds += childSeconds
        bytes += childBytes
      }
    }
    return [seconds, bytes]
  } catch {
    return [0, 0]
  }
}

function asReadable(stream: unknown): Readable {
  if (typeof stream === "object" && stream !== null && "read" in stream) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- "pipe" in `stdio` makes it one
    return stream as Readable
  }
  throw new Error("a pipe was asked for")
}
