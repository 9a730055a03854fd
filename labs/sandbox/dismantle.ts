/** The last wall: what is left of Node.js in a submission's thread, should code ever break out of its realm. */
import module from "node:module"

/** Takes away by which a thread could reach the network, other processes or modules. Nothing is loaded after it. */
export function dismantle(): void {
  module.registerHooks({
    resolve(specifier) {
      throw new Error(`${specifier} is not for submissions`)
    },
  })
  for (const name of ["fetch", "WebSocket", "EventSource", "Worker", "BroadcastChannel", "MessageChannel"]) {
    Reflect.deleteProperty(globalThis, name)
  }
  for (const name of ["binding", "dlopen", "getBuiltinModule", "kill", "_linkedBinding", "report", "mainModule"]) {
    Reflect.deleteProperty(process, name)
  }
}
