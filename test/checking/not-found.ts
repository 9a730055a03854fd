/** Planted mistakes that checks do not find within their bounds, each with the reason. */

/** Common reasons. */
const FOR_GOOD =
  "needs a process that is down for long, and timeouts that outlast every round trip: without a clock timers run out at any moment"
const DOWN = "needs a process that is down for a while: in a check it is up again at once, or never"
const COST = "costs messages or rounds, and nothing else"
const FAIR = "some wait longer than they should, and all have their turn: that takes counts beyond the bounds"
const ENDLESS = "goes on for ever with numbers that grow: no state comes twice, so that no loop is met"
const ARMED =
  "the computation comes to a stop while a checkpoint timer is armed: a check says nothing of progress where a timer may still run out"

const ARMED_LOG =
  "nothing goes on, and a timer is armed: a check says nothing of progress where a timer may still run out"
const LEASE = "queries are answered under a lease, and a lease of no duration nobody holds"
const LOST = "needs a token that is lost and missed: in a check durations are 0, and a token is never missed then"
const DURABLE = "needs a crash while something is being written: in a check all is on the disk at once"
const OPERATOR = "needs an operator who changes the membership, whom the service's form without time does not have"
const FIVE = "needs five acceptors: of three, one beside the proposer's own is a majority already"
const QUEUED = "needs clients with several operations waiting: in a check, each asks once the last one is over"
const FAR = "not met in 60,000 states of each exploration, nor by the walks; nobody has looked further"
const COURSE = `${FAR}; a test has a course of events that shows it`
const RARE = `${FAR}; \`hunt\` finds it`

const IN_TIME = "somebody leaves early or enters late, and nothing else is wrong: that costs time"
const STALE =
  "shows in what a resource takes of a holder that is late, which `no-stale-writes` judges, and that takes a run"
const STORE = "needs a store that restarts: in a check only nodes crash"

/** By algorithm, and by the beginning of the mistake; `""` stands for all of an algorithm. */
export const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "semi-active-replication": {
    "every replica decides for itself": FOR_GOOD,
    "the leader decides and tells nobody": FOR_GOOD,
    "the leader tells another choice than it takes": FOR_GOOD,
    "the leader answers before it has told its decision": FOR_GOOD,
    "a follower does not wait for the decision": FOR_GOOD,
    "a decision does not let a follower continue that waits for it": FOR_GOOD,
    "a decision that comes before its order is lost": FOR_GOOD,
    "what is decided while a replica joins is lost on it": FOR_GOOD,
    "the state of the leader lacks what was left to chance": FOR_GOOD,
    "the sequencer answers before it has told the others": FOR_GOOD,
    "who takes over does not wait for answers": FOR_GOOD,
    "who takes over goes by what it has executed itself": FOR_GOOD,
    "survivors that are behind get nothing": FOR_GOOD,
    "what is ordered while a replica joins is lost on it": FOR_GOOD,
  },
  "primary-backup": {
    "the primary answers when one backup has the update": FOR_GOOD,
    "a lost update is not sent again": FOR_GOOD,
    "a change is shipped without the session it is the last of": FOR_GOOD,
    "a backup keeps what an earlier primary sent ahead": FOR_GOOD,
    "the view service believes a member in whatever life it is": FOR_GOOD,
    "the view service does not miss a primary that is silent": FOR_GOOD,
    "a replica that joins is not waited for until it is a member": FOR_GOOD,
    "a replica is let in before it has what was safe": FOR_GOOD,
    "what admits a replica to an earlier view admits it to a later one": FOR_GOOD,
    "a state is shipped that changes on the way": FOR_GOOD,
    "a state that has nothing to do with the view is adopted": FOR_GOOD,
    "by timeouts everybody takes over": FOR_GOOD,
    "by timeouts, replicas that take over choose the number after the one they know": FOR_GOOD,
    "by timeouts, a replica takes over after the latest view that it knows, not after its reign": FOR_GOOD,
    "by timeouts, of two views the one with the greater number is newer, whatever reigns they are of": FOR_GOOD,
    "by timeouts, a backup takes it that the members of the next view are those that it knows": FOR_GOOD,
    "without acknowledgements, the view service acts before what was answered has arrived": FOR_GOOD,
    "without acknowledgements, a backup takes an update for safe as it arrives": FOR_GOOD,
  },
  "active-replication": {
    "the sequencer answers before it has told the others": FOR_GOOD,
    "a replica that is no sequencer keeps no request": FOR_GOOD,
    "f answers alike are enough": FOR_GOOD,
    "answers are alike if the operation was done": FOR_GOOD,
    "the result is the first answer's, once f+1 have come": FOR_GOOD,
    "a replica counts as often as it answers": FOR_GOOD,
    "an answer to an earlier request is taken for one to this": FOR_GOOD,
    "a front end keeps the answers to a request for the next one": FOR_GOOD,
    "who takes over does not wait for answers": FOR_GOOD,
    "who takes over goes by what it has executed itself": FOR_GOOD,
    "a survivor that answers remains in its epoch": FOR_GOOD,
    "survivors that are behind get nothing": FOR_GOOD,
    "what has waited is not ordered": FOR_GOOD,
    "whoever takes over does so in the next epoch, whose ever it is": FOR_GOOD,
    "nobody misses a sequencer whom it has heard of once": FOR_GOOD,
    "a replica that has lost its state takes part": FOR_GOOD,
    "what is ordered while a replica joins is lost on it": FOR_GOOD,
    "a replica that joins begins at the end of the order without what came before": FOR_GOOD,
    "an answer to a question of an earlier life counts": FOR_GOOD,
    "what an earlier sequencer has ordered is executed in a later epoch": FOR_GOOD,
  },
  bully: {
    "asks only the next higher process": FAR,
    "takes no new number": DOWN,
    "keeps nothing on its disk": DOWN,
    "declares itself after a reboot": DOWN,
    "goes by the coordinator of an election": FAR,
  },
  "blocking-checkpoints": { "returns each to the line that it knows": FAR },
  "central-server": {
    "server: last come, first served": FAIR,
    "server: queues a request that was sent again": COST,
    "server: tells nobody that it is queued": COST,
  },
  "chain-replication": {
    "a new successor does not get what it lacks": FOR_GOOD,
    "queries are answered without a lease": LEASE,
    "a lease lasts from when": LEASE,
    "the master grants leases": LEASE,
    "the master suspects a server": "costs availability, and nothing else",
    "the master does not keep the configuration": FAR,
    "the master links a new tail": FOR_GOOD,
    "a dirty key is read": LEASE,
    "a key is taken for clean": LEASE,
    "updates that are lost": ARMED_LOG,
    "any server answers queries": LEASE,
  },
  "chandy-lamport": {
    "marker-sending": ARMED,
    "marker-receiving rule: records its state": ARMED,
    "marker-receiving rule: records nothing": ARMED,
    "does not receive": ARMED,
    "receives the messages of channels twice": ARMED,
  },
  floodset: { "goes on for a round more": COST },
  "lease-leadership": {
    "node: renews its lease once": IN_TIME,
    "node: counts from the answer":
      "needs a renewal that is lost, and a clock that errs: too many states to look at all of them",
    "store: notifies nobody that watches": IN_TIME,
    "store: grants at once after an expiry": STALE,
    "store: keeps nothing on its disk": STORE,
    "store: lets the lease that it finds": STORE,
    "resource: takes writes with any token": STALE,
    "node: that is to look at its clock": STALE,
    "node: does not repeat a write that is lost": STALE,
  },
  maekawa: { "does not tell a copy of a relinquished lock": FAR },
  "multi-paxos": {
    "an acceptor forgets in a crash": FAR,
    "a proposer takes the value of the lowest": FAR,
    "a proposer counts an acceptor's promise": FIVE,
    "a learner counts an acceptance": FIVE,
    "a learner adds up": FAR,
    "a learner takes any proposal": FAR,
  },
  "optimistic-logging": {
    "receives a message of an incarnation before": FAR,
    "says that it is logged": DURABLE,
    "never logs what others ask it to": ARMED,
  },
  "pessimistic-logging": {
    "acts on a message before it is on the disk": DURABLE,
    "commits output before it is on the disk": DURABLE,
    "does not resend what got lost while others were down": FOR_GOOD,
  },
  raft: {
    "leaves a tail that conflicts": `${FAR}: 17,000 walks do on average, and a test has a seed that does soon`,
    "commits entries of earlier terms by counting": RARE,
    "reads without asking": FAR,
    "reads before it has committed": RARE,
    "drops the log before the snapshot": DURABLE,
    "does not drop what its snapshot covers": DURABLE,
    "goes back to a snapshot": FAR,
    "leaves the sessions out": FAR,
    "changes the membership": OPERATOR,
    "commits by a majority of the new members": OPERATOR,
    "elects by a majority of the new members": OPERATOR,
    "appends C_new": OPERATOR,
    "goes on by a configuration": OPERATOR,
  },
  raymond: {
    "ASSIGN_PRIVILEGE: leaves in its queue whom it serves": ENDLESS,
    "ASSIGN_PRIVILEGE: serves the last to come first": FAIR,
    "MAKE_REQUEST: asks again though it has asked": ENDLESS,
    "MAKE_REQUEST: asks although nobody wants the privilege": COST,
    "does not tell a copy of a request": FAR,
  },
  "ring-election": {
    "skips nobody": FOR_GOOD,
    "has no participant flag: replaces every smaller candidate by itself": FOR_GOOD,
    "does not lower the flag when the election is over": FOR_GOOD,
    "does not pass on who was elected": FOR_GOOD,
    "does not acknowledge": FOR_GOOD,
    "does not try again": FOR_GOOD,
    "leads although it has let a larger one pass": FOR_GOOD,
    "goes by a leader smaller than a candidate it let pass": FOR_GOOD,
    "goes on with its heartbeats when it takes part in an election": FOR_GOOD,
    "skips two members at once": FOR_GOOD,
  },
  "sender-based-logging": {
    "does not return the place": ARMED,
    "does not confirm": ARMED,
    "does not tell a sender that has restarted": FAR,
    "checkpoints with messages that it withholds": ARMED,
  },
  "sharded-groups": { "": "its service has no form without time" },
  "suzuki-kasami": { "P1: newcomers go before those in Q": FAIR },
  "token-ring": {
    "keeps the token when nobody wants in": LOST,
    "passes the token to the next node but one": LOST,
    "a lost token is not missed": LOST,
    "makes a new token at once, without an election": LOST,
    "lets candidates pass while it has the token": LOST,
    "wins by an election although it has seen the token since": LOST,
    "wins by a candidacy of its that is not the last": LOST,
    "swallows larger candidates": LOST,
    "passes smaller candidates on": LOST,
    "the new token is of a generation that others have seen": LOST,
    "repair: does not acknowledge": LOST,
    "repair: does not skip a silent successor": LOST,
    "repair: what a silent successor was sent is forgotten": LOST,
    "repair: never looks whether those that it skips are back": LOST,
    "limited: a client that asks again at once": QUEUED,
    "gated: ": QUEUED,
    "exhaustive: ": QUEUED,
  },
  "uncoordinated-checkpoints": {
    "does not ask those that were down for their states once more": FOR_GOOD,
    "forgets, as it fails, how many recoveries": FAR,
  },
  "viewstamped-replication": {
    "a backup executes what it has prepared": FAR,
    "a replica asks for the log of a later view": FAR,
    "without the rule that a StartViewChange from": COURSE,
    "without the rule that DoViewChange waits": COURSE,
    "without the rule that the log of the latest view": COURSE,
    "without the rule that a recovery takes": COURSE,
    "without the rule that an answer to an earlier": COURSE,
    "without the rule that what is not committed": COURSE,
    "without the rule that only a replica in normal": COURSE,
    "without the rule that the primary counts": COURSE,
    "without the rule that a checkpoint holds": COURSE,
  },
}

export function reasonFor(algorithm: string, mistake: string): string | undefined {
  const entries = Object.entries(REASONS[algorithm] ?? {})
  return entries.find(([beginning]) => mistake.startsWith(beginning))?.[1]
}
