/** English. */
import { answers } from "./answers/en.ts"
import { instructions } from "./instructions/en.ts"
import type { Texts } from "./texts.ts"
import { names } from "./names/en.ts"

const timers: Texts["timers"] = {
  election: "the election timer runs out",
  heartbeat: "the heartbeat timer runs out",
  answer: "the wait for answers ends",
  detection: "the failure detector times out",
  round: "the round ends",
}

const outside: Texts["outside"] = {
  client: { asks: "The client's request", answered: "the client" },
  operator: { asks: "The operator's request", answered: "the operator" },
}

export const en: Texts = {
  headings: {
    script: "Script for the facilitator",
    algorithm: "Rules of the algorithm",
    materials: "What is needed",
    rules: "Rules of all games",
    timing: "Time",
    goal: "Aim",
    begin: "At the start",
    steps: "Step by step",
    questions: "To discuss",
    answers: "Answers to the questions",
    solution: "Solution: the cards as they should be filled in",
    sheet: "State of node",
    reading: "How to read the steps",
    names: "On cards and sheets",
    signs: "Signs",
    pencil: "Write in pencil.",
    disk: "After a crash, only what is marked ■ remains.",
  },
  rules: (hasSecrets, board) => [
    hasSecrets
      ? "Each player is a node: draw an id and take a state sheet. Let nobody read your sheet, nor the cards that reach you."
      : "Each player is a node: draw an id, take a state sheet, and put it in front of you where the others can read it.",
    "A message is a card. Fill it in completely, but for its number, and hand it to the post, that is, the facilitator. Nothing else may be said.",
    "Act only when a card reaches you or the facilitator calls you: a timer of yours runs out, or you are to begin something. Do what the rules of the algorithm say, change your sheet, and write the cards that follow.",
    "The post numbers the cards as the script does, those of one step by their receivers, the lowest id first, and delivers them in the order of the script. A card that is lost goes into the box.",
    "Whenever your role changes, hold up the sign for it.",
    board === "log"
      ? "Whoever changes its log changes its row on the board, too. The post also plays the clients and the operator: it reads their requests aloud and hears the answers."
      : hasSecrets
        ? "When a game is over, draw its cards on the board, each as an arrow from the lane of its sender to that of its receiver."
        : "The post draws each card that arrives on the board, as an arrow from the lane of its sender to that of its receiver.",
  ],
  reading:
    "→ 3–5: the node now writes cards 3 to 5. A word in a frame is the sign that it now holds up; a word struck through, the sign that it puts down.",
  card: { from: "from", to: "to", number: "no." },
  node: id => `node ${id}`,
  players: count => `${count} players and the facilitator`,
  minutes: (introduce, play, discuss) =>
    `${introduce} min to introduce, ${play} min to play, ${discuss} min to discuss`,
  materials: (sheets, cards, hasSecrets) =>
    `A board, the ids, ${sheets} state sheets and as many copies of the rules of the algorithm, signs for all, ${hasSecrets ? "the secret cards, " : ""}about ${cards} message cards, pencils and erasers, a box for lost cards.`,
  signs: {
    follower: "follower",
    candidate: "candidate",
    leader: "leader",
    proposer: "proposer",
    acceptor: "acceptor",
    decided: "decided",
    coordinator: "coordinator",
    electing: "holds an election",
    crashed: "crashed",
    participant: "takes part",
    outside: "outside",
    waiting: "waiting",
    inside: "inside",
    commander: "commander",
    lieutenant: "lieutenant",
    attack: "ATTACK",
    retreat: "RETREAT",
    loyal: "You are loyal.",
    lyingLieutenant: "You are the traitor. Whatever you hear, tell everybody RETREAT (0).",
    lyingCommander: "You are the traitor. Order nodes 1 and 3 to ATTACK (1), and node 2 to RETREAT (0).",
    traitor: "You are the traitor. Tell each general whatever you like.",
  },
  timers,
  outside,
  instructions,
  move({ kind, node, what, card }) {
    switch (kind) {
      case "timeout":
        return `At node ${node}, ${timers[what] ?? what}.`
      case "deliver":
      case "duplicate":
        return `Card ${card!.number} reaches node ${node}.`
      case "request":
        return `${outside[what]!.asks} reaches node ${node}.`
      case "answer":
        return `The answer of node ${node} reaches ${outside[what]!.answered}.`
      case "lose":
        return card === null ? "The client's message is lost." : `Card ${card.number} is lost.`
      case "crash":
        return what === "for good" ? `Node ${node} crashes for good.` : `Node ${node} crashes and restarts at once.`
      case "begin":
        return `Node ${node} begins.`
      case "client":
        return clientMove(node, what)
      case "operator":
        return `The operator asks node ${node} to make ${what} the members.`
    }
  },
  cards: (kind, cards, _count, node) =>
    kind === "lose" ? `Cards ${cards} are lost.` : `Cards ${cards} reach node ${node}.`,
  kits: {
    raft: {
      title: "Raft",
      idea: "Time is divided into terms. In each, a majority elects at most one leader. The leader alone orders the log, and makes the others' logs like its own. An entry of its own term is committed once a majority has stored it, and with it all that come before.",
      games: {
        replication: {
          title: "Get to know each other: one entry is replicated",
          goal: "A client's command goes to the leader, into a majority of the logs, and is committed.",
          begin: "Node 0 leads in term 1, and everybody has voted for it. All logs are empty, and commitIndex is 0.",
          questions: [
            "When may the leader answer the client?",
            "How do the others learn that the entry is committed?",
            "How many messages did it take?",
          ],
        },
        election: {
          title: "An election",
          goal: "The first node to lose patience becomes leader, by the votes of a majority.",
          begin: "Nobody leads; all are followers in term 0 and have voted for nobody. All logs are empty.",
          questions: ["Why does nobody vote twice in a term?", "Which vote was the decisive one?"],
        },
        "split-vote": {
          title: "A split vote",
          goal: "Two nodes stand for election at once, neither gets a majority, and the next term decides.",
          begin: "Nobody leads; all four are followers in term 0 and have voted for nobody. All logs are empty.",
          questions: ["Why are election timeouts drawn at random?", "What would happen if all were equal?"],
        },
        rollback: {
          title: "The entries of a deposed leader",
          goal: "An entry that only the old leader has is overwritten by the new leader's.",
          begin: "Node 0 leads in term 1, and everybody has voted for it. All logs are empty, and commitIndex is 0.",
          questions: [
            "Was the client of node 0 promised anything?",
            "How does the new leader find where its log and that of node 0 part?",
          ],
        },
        "figure-8": {
          title: "An entry of an earlier term: Figure 8 of the paper",
          goal: "An entry is on a majority of the logs and is overwritten nevertheless: why a leader counts replicas only for entries of its own term.",
          begin:
            "Node 0 has just been elected again, by all, and leads in term 2. Every log has the entry 1/1 put k = v0, and commitIndex is 0 everywhere.",
          questions: [
            "When was the entry of term 2 on a majority?",
            "Who could have been told that it was committed, if leaders counted replicas of any term?",
            "What would node 0 have had to replicate to be safe?",
          ],
        },
        snapshot: {
          title: "A snapshot for a node that is far behind",
          goal: "The leader has dropped the beginning of its log and sends its state instead.",
          begin:
            "Node 0 leads in term 1, and everybody has voted for it. All logs are empty, and commitIndex is 0. Everybody takes a snapshot every two entries. Node 2 will hear nothing for a while.",
          questions: [
            "What must a snapshot contain besides the state?",
            "What would node 2 do with entries of its own?",
          ],
        },
        "pre-vote": {
          title: "Ask first: the pre-vote",
          goal: "A node that was cut off does not depose the leader when it returns.",
          begin: "Node 0 leads in term 1, and everybody has voted for it. All logs are empty, and commitIndex is 0.",
          questions: ["What would have happened without the pre-vote?", "Why must a pre-vote change no term?"],
        },
        "joint-consensus": {
          title: "New members: joint consensus",
          goal: "A majority of the old members and a majority of the new ones may have no node in common. So the group passes through C_old,new, under which a decision needs a majority of each.",
          begin:
            "Nodes 0, 1 and 2 are the members, node 2 leads in term 1 with the votes of all three, and all logs are empty. Nodes 3 and 4, in term 0, are to join. On the cards, {0, 1, 2} + {0, 1, 2, 3, 4} is C_old,new, and one set alone is C_new. A node uses the last configuration in its log, committed or not.",
          questions: [
            "When nodes 2, 3 and 4 have the command of the first client: why may node 2 not commit it?",
            "What would have been decided, and by whom, had node 2 appended C_new at once?",
            "Why was C_old,new lost, and what did it cost the operator?",
            "From which step on can nodes 0 and 1 no longer decide anything alone?",
          ],
        },
      },
    },
    paxos: {
      title: "Paxos",
      idea: "Proposers number their proposals: each number is a ballot. First they ask a majority to promise to accept nothing of a lower ballot, and learn what it has accepted. If there is anything, they propose the value of the highest ballot, not their own. Then they ask the acceptors to accept. What a majority has accepted in one ballot is chosen, for ever.",
      games: {
        "one-proposer": {
          title: "One proposer",
          goal: "In two phases, a value is chosen.",
          begin: "Nobody has promised or accepted anything.",
          questions: ["When exactly was the value chosen?", "Who knew that at that moment?"],
        },
        "two-proposers": {
          title: "The second proposer adopts what was chosen",
          goal: "Node 0 has had a value chosen, and nobody knows it. Node 1 wants another one, and has to propose the same.",
          begin: "Nobody has promised or accepted anything.",
          questions: [
            "From which card did node 1 learn of the value?",
            "Could it have missed it, with another majority?",
          ],
        },
      },
    },
    bully: {
      title: "The bully election",
      idea: "The live node with the highest id coordinates. A node that misses the coordinator asks all higher nodes. If one of them answers, it takes over. A node that gets no answer is the coordinator, and says so.",
      games: {
        "coordinator-crashes": {
          title: "The coordinator crashes",
          goal: "The highest of those that are left becomes coordinator.",
          begin: "Node 3 coordinates, and all know it: phase is normal.",
          questions: [
            "How many messages does it take if the lowest begins, and how many if node 2 does?",
            "What if node 3 comes back?",
          ],
        },
        partition: {
          title: "A partition",
          goal: "Nodes 0 and 1 hear nothing of the others: soon there are two coordinators.",
          begin: "Node 3 coordinates, and all know it: phase is normal.",
          questions: ["Which assumption of the algorithm is broken?", "How would a majority help?"],
        },
      },
    },
    "ring-election": {
      title: "The election on a ring",
      idea: "The nodes sit in a ring. To begin an election, a node hands the next one a message with its own id. A node that gets a higher id than its own forwards it. A node that gets a lower one sends its own id in its place, but drops the message if it has sent anything in this election before. The node whose own id comes back leads, and sends the news once round the ring.",
      games: {
        "one-initiator": {
          title: "One begins",
          goal: "The highest id goes round the ring, and then the news of the leader.",
          begin:
            "Sit in a circle: 0, 1, 2, 3, and 0 again. Nobody takes part in an election. On all sheets, leader is 3, from the last election.",
          questions: [
            "How many messages does it take with n nodes, in the worst case and in the best?",
            "Why does the leader's message go all the way round?",
          ],
        },
        "two-initiators": {
          title: "Two begin",
          goal: "The message of the lower one ends where the higher one has begun.",
          begin:
            "Sit in a circle: 0, 1, 2, 3, and 0 again. Nobody takes part in an election. On all sheets, leader is 3, from the last election.",
          questions: [
            "Where did the message of node 0 end, and why?",
            "If all begin at once: in which order of ids round the ring does it take most messages, and in which fewest?",
            "What if a card is lost?",
          ],
        },
      },
    },
    "ricart-agrawala": {
      title: "Ricart and Agrawala: mutual exclusion by permission",
      idea: "A node that wants to enter the critical section asks all the others, with a timestamp one higher than any it has seen, and enters when all have replied. A node that is asked replies at once, unless it is inside, or wants to enter and asked earlier: then it defers its reply until it leaves. The lower timestamp is earlier; of equal ones, that of the lower id.",
      games: {
        "one-entry": {
          title: "One enters",
          goal: "Node 0 asks all the others, and enters when all have replied: 2(n-1) messages an entry.",
          begin: "All are outside; all clocks are 0.",
          questions: [
            "What happens if one of the others has crashed?",
            "Why does nobody need to be told that node 0 has left?",
          ],
        },
        "a-tie": {
          title: "A tie",
          goal: "Two ask with the same timestamp: the lower id goes first, the other waits for one reply.",
          begin: "All are outside; all clocks are 0.",
          questions: ["Who deferred which reply, and why?", "Can both wait for each other?"],
        },
        "while-inside": {
          title: "Asked while inside",
          goal: "Node 0 asks while node 1 is inside, and gets its last reply when node 1 leaves.",
          begin: "All are outside; all clocks are 0.",
          questions: [
            "Node 0 has the lower id. Why does it have to wait?",
            "Node 0 has replied to node 1. What could happen if it then asked with a lower timestamp than node 1's?",
          ],
        },
      },
    },
    "oral-messages": {
      title: "The Byzantine generals",
      idea: "A commander sends an order to the lieutenants. Each lieutenant repeats to all the others what the commander said. Then it obeys the majority of what the commander and the others told it; where there is no majority, and for a message that does not come, it takes RETREAT. A traitor may tell everybody something else. Four generals withstand one traitor: all loyal lieutenants obey the same order, and if the commander is loyal, it is the commander's.",
      games: {
        "all-loyal": {
          title: "All are loyal",
          goal: "After two rounds, all obey the commander.",
          begin:
            "Deal everybody a secret card that says “You are loyal.” Node 0 commands; tell it in a whisper to order 1: ATTACK. 0 would be RETREAT.",
          questions: [
            "How many messages does it take with n generals?",
            "Why is it not enough to obey the commander at once?",
          ],
        },
        "traitorous-lieutenant": {
          title: "A lieutenant is a traitor",
          goal: "Node 3 claims to have heard RETREAT, and is outvoted.",
          begin:
            "Deal the secret cards: node 3 gets the traitor's that says RETREAT, the others get loyal ones. Node 0 commands; tell it in a whisper to order ATTACK.",
          questions: ["Can the loyal lieutenants tell who lied?"],
        },
        "traitorous-commander": {
          title: "The commander is the traitor",
          goal: "The commander sends different orders; the lieutenants agree nevertheless.",
          begin:
            "Deal the secret cards: node 0, which commands, gets the traitor's with two orders, the others get loyal ones.",
          questions: [
            "Which order do they follow? Does it matter?",
            "Draw cards once more, the traitor's that says “whatever you like” among them, and play without the script: can the traitor keep the loyal ones from agreeing?",
          ],
        },
        "three-generals": {
          title: "Three generals",
          goal: "The loyal lieutenant cannot tell who lies, and disobeys.",
          begin:
            "Deal the secret cards: node 2 gets the traitor's that says RETREAT, the others get loyal ones. Node 0 commands; tell it in a whisper to order ATTACK.",
          questions: [
            "Compare what node 1 saw with what it would have seen of a traitorous commander.",
            "What would signatures change?",
          ],
        },
      },
    },
  },
  answers,
  names,
}

function clientMove(node: number, what: string): string {
  const [verb, argument] = what.split(" ")
  switch (verb) {
    case "ask":
      return `A client sends a command to node ${argument}: put k = v${node}.`
    case "propose":
      return `Node ${node} proposes ${argument}.`
    case "elect":
      return `Node ${node} begins an election.`
    case "acquire":
      return `Node ${node} wants to enter the critical section.`
    case "release":
      return `Node ${node} leaves the critical section.`
    default:
      return what
  }
}
