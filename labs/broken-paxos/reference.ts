/** A schedule that shows all variants of the bug: leaders die in the middle of a slot, and acceptors before they tell. */
const crashes = [300, 380, 460, 540, 620, 700].map(
  at => `  - { kind: crash, target: { leader: true }, at: ${at}ms, for: 60ms }
  - { kind: crash, target: { random: 2 }, at: ${at + 25}ms, for: 3ms }
`,
)

export const reference = `# The leader dies again and again, with commands on their way; a moment later the other two restart.
format: quorate/scenario/v1
algorithm: multi-paxos
service: replicated-log
nodes: 3
seed: 1
parameters: { electionTimeoutMin: 30ms, electionTimeoutMax: 50ms, heartbeatInterval: 10ms }
workload: { rate: 500/s, reads: 20%, deadline: 300ms }
network: { latency: { model: uniform, min: 0us, max: 5ms } }
faults:
${crashes.join("")}warmup: 200ms
duration: 1200ms
`
