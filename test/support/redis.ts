/** A Redis of its own for the tests of a file. */
import { type ChildProcess, spawnSync } from "node:child_process"
import { createServer } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { end, startProgram } from "./sweeps.ts"

export interface TestRedis {
  readonly port: number
  readonly url: string
  /** The name of the queue in it, once there is one. */
  queue(): Promise<string>
  /** The number of jobs in it that wait for a worker. */
  waiting(): Promise<number>
  /** Forgets everything. */
  flush(): void
  /** Kills the server and starts it again: it remembers nothing. */
  restart(): Promise<void>
}

/** Starts a server that keeps nothing on disk and ends with the tests of the file. */
export async function startRedis(folder: string): Promise<TestRedis> {
  const port = await freePort()
  let server = await launch(port, folder)
  const ask = (...words: readonly string[]): string =>
    spawnSync("redis-cli", ["-p", String(port), ...words], { encoding: "utf8" }).stdout
  const queue = async (): Promise<string> => {
    for (;;) {
      const name = /^bull:(.*):meta$/m.exec(ask("keys", "bull:*:meta"))?.[1]
      if (name !== undefined) return name
      await sleep(100)
    }
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    queue,
    async waiting() {
      return Number(ask("llen", `bull:${await queue()}:wait`))
    },
    flush() {
      if (spawnSync("redis-cli", ["-p", String(port), "flushall"]).status !== 0) throw new Error("flushall failed")
    },
    async restart() {
      server.kill("SIGKILL")
      await end(server)
      server = await launch(port, folder)
    },
  }
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
  const server = startProgram("redis-server", ["--port", String(port), "--dir", folder, ...settings])
  await new Promise((resolve, reject) => {
    server.on("error", () => reject(new Error("this test needs redis-server (Debian: apt-get install redis-server)")))
    server.on("spawn", resolve)
  })
  while (spawnSync("redis-cli", ["-p", String(port), "ping"]).status !== 0) await sleep(20)
  return server
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
}
