/** Instructions for players, in English. */
import type { Instructions } from "../texts.ts"

export const instructions: Instructions = {
  raft: [
    [
      "Entries on cards",
      "2/1 put k = v2 is the entry at index 2, from term 1, with its command. {0, 1, 2} is a configuration. A dash stands for no entry.",
    ],
    [
      "Any card",
      "Write your currentTerm on every card. If a card has a higher term than yours: adopt that term, erase votedFor and become a follower; then act on the card. If it has a lower one: answer a request with false, and ignore a reply.",
    ],
    [
      "The election timer runs out",
      "Add 1 to currentTerm, become a candidate and vote for yourself (votedFor). Send RequestVote to all other members, with the index and term of your last entry (0 and 0 if your log is empty).",
    ],
    [
      "RequestVote",
      "Reply true, and note the candidate in votedFor, if you have voted for nobody else in this term and your last entry is not newer than the candidate's. The higher term is newer; of equal terms, the higher index. Otherwise reply false.",
    ],
    [
      "RequestVoteReply",
      "A candidate with the votes of a majority, its own included, becomes leader. For each of the others, nextIndex is the index after its own last entry, and matchIndex is 0. It sends an empty AppendEntries to all.",
    ],
    [
      "A client's request",
      "The leader appends the command to its log, with its term, and sends it to everyone who has been sent all entries before it, without waiting for replies. nextIndex moves on at once.",
    ],
    [
      "The heartbeat timer runs out",
      "The leader sends everyone the entries from nextIndex on, or an empty AppendEntries if there are none.",
    ],
    [
      "AppendEntries",
      "A candidate of the same term becomes a follower. If your log has no entry of prevLogTerm at prevLogIndex (0 is always there), reply false, with index = prevLogIndex. Otherwise delete the entries that conflict with the new ones and all that follow them, append what is new, set commitIndex to leaderCommit, but no further than the last entry of the card, and reply true, with the index of that entry (prevLogIndex if there is none).",
    ],
    [
      "AppendEntriesReply",
      "If true: matchIndex = index. Once a majority, the leader included, has an entry of the leader's own term, commitIndex moves up to it, and the client gets an answer. If false: nextIndex = index, and everything from there on is sent again.",
    ],
    ["A crash", "Erase all but currentTerm, votedFor and log. You start again as a follower."],
    [
      "Only in the game with a snapshot",
      "Apply an entry as soon as commitIndex reaches it (lastApplied). After every two, replace them with a snapshot: the values, and the index and term of the last of them. If the leader needs an entry that it has dropped, it sends InstallSnapshot instead. The receiver puts the snapshot in the place of its log up to there and replies; then the leader sends what follows.",
    ],
    [
      "Only in the game with the pre-vote",
      "When the election timer runs out, first send PreVote with currentTerm + 1, and change nothing. Whoever leads, has heard from a leader lately, or has a newer last entry replies false, with its own term. Only a majority of true starts an election.",
    ],
    [
      "Only in the game with new members",
      "The leader first sends new nodes what they lack. When they have it (at once, if its log is empty), it appends C_old,new; once that is committed, C_new. Under C_old,new, votes and copies must come from a majority of the old members and from a majority of the new ones.",
    ],
  ],
  paxos: [
    [
      "Ballots",
      "Yours are 3 × round + id, with rounds from 1 on: node 0 begins with ballot 3, node 1 with 4. Take your lowest one above all that you have seen.",
    ],
    [
      "Your own acceptor",
      "A proposer is an acceptor, too: what it asks of the others it does itself at once, without a card, and it counts towards the majority.",
    ],
    ["You propose", "Write the value and your ballot on your sheet, and send Prepare to the others."],
    [
      "Prepare",
      "If its ballot is higher than promised: write it into promised, and reply with Promise, which says in which ballot you accepted which value last (a dash if you have accepted nothing). Ignore a lower ballot. If it is higher than a ballot of your own, yours is over: put down the sign of a proposer.",
    ],
    [
      "Promise",
      "With promises of a majority, the proposer sends Accept to the others: with the value of the highest ballot that was reported as accepted, and with its own value only if none was. Later promises change nothing.",
    ],
    [
      "Accept",
      "Unless you have promised a higher ballot: write the ballot into promised, ballot and value into accepted, and reply with Accepted.",
    ],
    [
      "Accepted",
      "Once a majority has accepted in its ballot, the value is chosen: the proposer has decided, and sends Success to the others.",
    ],
    ["Success", "Write the value into decided."],
  ],
  bully: [
    ["The failure detector times out", "The coordinator has been silent for too long: hold an election."],
    [
      "Holding an election",
      "If you are in one already, do nothing. Otherwise erase coordinator, write asking into phase, and send Election to every node with a higher id.",
    ],
    ["Election", "Reply with Answer, and hold an election yourself."],
    ["Answer", "A higher node is alive and takes over: write answered into phase, and wait for Coordinator."],
    [
      "The wait for answers ends",
      "No higher node has answered: you are the coordinator. Write yourself into coordinator and normal into phase. Send Coordinator to every lower node, and Heartbeat to every higher one, in case it is alive after all.",
    ],
    ["Coordinator", "Write the sender into coordinator and normal into phase: the election is over."],
    ["Heartbeat", "If it comes from another node than your coordinator, there are two of them: hold an election."],
    ["A crash", "You get no cards and write none any more."],
  ],
  "ring-election": [
    [
      "You begin an election",
      "Unless you take part already: write yes into participant, erase leader, and send Election with your own id to your neighbour, the node with the next id; that of the last node is node 0.",
    ],
    [
      "Election",
      "If candidate is higher than your id: forward it unchanged, and take part (participant yes, leader erased). If it is lower: send your own id instead, and take part; if you took part already, send nothing. If it is your own id: you lead. Write yourself into leader and no into participant, and send Elected.",
    ],
    [
      "Elected",
      "If leader is your own id, the news has gone round. Otherwise write it down, write no into participant, and forward the card.",
    ],
  ],
  "ricart-agrawala": [
    [
      "You want to enter",
      "Write your clock plus 1 into requested, and send Request with that timestamp to all others.",
    ],
    [
      "Request",
      "Raise your clock to its timestamp if that is higher. Put the sender into deferred if you are inside, or if you wait and your own request is the earlier one: the lower timestamp, of equal ones the lower id. Otherwise send Reply.",
    ],
    ["Reply", "Write the sender into replies. When all others have replied, enter."],
    ["You leave", "Erase requested and replies, send Reply to everyone in deferred, and erase that, too."],
  ],
  "oral-messages": [
    ["You command", "Send Oral to every lieutenant: your id as path, and your order as value."],
    ["Oral from the commander", "Write its value into order, and send nothing yet."],
    ["Oral from a lieutenant", "Write its value into heard, beside the sender's id."],
    [
      "The first round ends",
      "Send Oral to every other lieutenant: the commander's id and yours as path, and order as value (RETREAT if none came).",
    ],
    [
      "The second round ends",
      "Decide for the majority of order and heard, or for RETREAT if there is none, and hold up ATTACK or RETREAT.",
    ],
    ["Your secret card", "A traitor writes on its cards what the secret card says."],
  ],
}
