/** A schedule that shows all variants of the bug: elections quicker than restarts, and leaders that keep dying. */
export const reference = `# The leader dies again and again; a moment later the other two do, for long enough to forget, while it is away.
format: quorate/scenario/v1
algorithm: raft
service: replicated-log
nodes: 3
seed: 1
parameters: { electionTimeoutMin: 6ms, electionTimeoutMax: 8ms, heartbeatInterval: 3ms }
workload: { rate: 200/s, reads: 20%, deadline: 250ms }
network: { latency: { model: uniform, min: 0us, max: 1ms } }
faults:
${[300, 340, 380, 420, 460, 500]
  .map(
    at => `  - { kind: crash, target: { leader: true }, at: ${at}ms, for: 30ms }
  - { kind: crash, target: { random: 2 }, at: ${at + 7}ms, for: 3ms }`,
  )
  .join("\n")}
warmup: 200ms
duration: 800ms
`
