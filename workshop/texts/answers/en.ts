/** Answers to the questions to discuss, in English. */
import type { Answers } from "../texts.ts"

export const answers: Answers = {
  bully: {
    "coordinator-crashes": [
      "11 if node 0 begins: 6 Election, 3 Answer, 2 Coordinator. 3 if node 2 begins: 1 Election, 2 Coordinator. With n nodes: n²-n-1 and n-1. In both cases the Heartbeat to node 3 comes on top.",
      "It holds an election, nobody higher answers, and it coordinates again: it bullies node 2 out of office, hence the name. Until its Coordinator reaches node 2, there are two coordinators.",
    ],
    partition: [
      "That every message arrives within a known time. Only then does silence mean a crash. Here the others are alive, and still silent.",
      "If only a majority of all nodes may elect, at most one side can. Here the sides are two and two, so neither could, and node 3 would have to step down: the price is availability.",
    ],
  },
  "ring-election": {
    "one-initiator": [
      "In the worst case 3n-1, as here with 11: the one who begins is the neighbour of the highest, so n-1 messages pass until the highest takes part, then its id goes round with n, and the news with n. In the best case 2n: the highest begins.",
      "So that everybody learns who leads and is ready for the next election. When the card comes back, the leader knows that all have heard it.",
    ],
    "two-initiators": [
      "At node 1: it had sent its own id already, which is higher, so it sent nothing on.",
      "Most if the ids fall in the direction of travel: each travels until it meets a higher one, n(n+1)/2 Election messages in all, 10 with four nodes. Fewest if they rise, as here: all but the highest are dropped by their neighbour, 2n-1, or 7. The n messages with the news are the same in both.",
      "Nobody would miss card 1. If one of the cards 2 to 7 is lost, no id comes round, and all who take part wait for ever; if one of 8 to 10 is, those behind it never hear who leads. The algorithm assumes that no message is lost; in practice, nodes acknowledge messages, or begin anew after a timeout.",
    ],
  },
  raft: {
    replication: [
      "Once the entry is committed and applied: a majority has stored it, the leader included. Here that is so when card 3 arrives; the leader need not wait for card 4.",
      "From leaderCommit on the next AppendEntries, here on the heartbeats 5 and 6. Until then they have the entry and do not know that it is committed.",
      "4 for the entry, 2(n-1), and 4 more for the heartbeat, which the next entry would make unnecessary. The client's request and the answer are counted apart.",
    ],
    election: [
      "Any two majorities have a node in common. If that node voted twice, two candidates of one term could each have a majority, and both would lead. That is why votedFor must survive a crash.",
      "That of node 1, on card 6: with node 2's own vote and that of node 0 it makes three of five. Cards 7 and 8 come too late to matter.",
    ],
    "split-vote": [
      "So that usually one node stands well before the others and has its majority before the next timer runs out. After a split vote the nodes draw again, and are unlikely to collide again.",
      "All would stand at the same moment, each would vote for itself, and so again in every term: nothing unsafe happens, but nobody leads.",
    ],
    rollback: [
      "No: node 0 heard from no majority, and gave no answer. Nor may the client conclude that its command was not executed; had the entry reached a majority, it would have been.",
      "Node 1 names the entry before the new ones: index 1, term 2 (card 12). Node 0 has term 1 there and refuses (card 14), so node 1 goes back by one index (card 16). This repeats until the logs agree, at index 0 at the latest.",
    ],
    "figure-8": [
      "In (c), when card 41 reached node 2: nodes 0, 1 and 2 had 2/2. In (d), card 67 made node 0 overwrite it, and the majority was gone.",
      "The client of put k = v2: node 0 would have answered it when card 42 arrived. In (d) node 4 overwrites the entry, and an acknowledged write is lost.",
      "An entry of its own term, 4, on a majority. Then node 4, whose last entry is of term 3, gets no majority of votes, and the entry of term 2 is committed together with that of term 4: part (e) of the paper's figure.",
    ],
    snapshot: [
      "The index and term of the last entry in it, since the next AppendEntries is checked against them (card 13). Also the configuration up to there, and whatever it takes to recognize a repeated request of a client.",
      "Those that the snapshot covers go. If its log has the very entry with which the snapshot ends, by index and term, what follows that entry stays; otherwise the whole log goes.",
    ],
    "pre-vote": [
      "Node 2 would have asked for votes in term 2. Its log is too short to win, but the higher term makes node 0 step down: the group has no leader until an election in a later term.",
      "A higher term is what makes a leader step down. If the pre-vote raised the sender's term, its next card would do the damage; if it raised the receivers', the question itself would.",
    ],
    "joint-consensus": [
      "Under C_old,new it also takes a majority of the old members 0, 1 and 2, and of these only node 2 has the command.",
      "Node 2 would have committed put k = v0 with nodes 3 and 4, a majority of the five; nodes 0 and 1, a majority of the three, committed put k = v2. Neither group heard of the other: the logs part for good.",
      "Nodes 0 and 1 did not have it, and being a majority of the old members they could elect a leader without it, which overwrote it (card 24). The operator got no answer and had to repeat the request; nothing that was committed is lost.",
      "From the arrival of card 32: node 0 appends C_old,new, follows it at once, and needs three of the five; nor does it vote for node 1 any more, whose log is shorter. For good from the arrival of card 38, when C_old,new is committed.",
    ],
  },
  paxos: {
    "one-proposer": [
      "When card 5 reached node 1. Node 0 had accepted its own proposal when it wrote cards 5 and 6, so two of three had then accepted in ballot 3.",
      "Nobody. Node 1 knew only of itself, and node 0 had not heard of it yet. Node 0 learned it from card 7, the others from cards 9 and 10.",
    ],
    "two-proposers": [
      "From card 9: node 2 promises, and reports that it has accepted value 1 in ballot 3.",
      "No. Nodes 0 and 2 had accepted, a majority, and any two majorities have a node in common. With node 0 in place of node 2, card 15 would have said the same.",
    ],
  },
  "ricart-agrawala": {
    "one-entry": [
      "Its reply never comes: node 0 waits for ever, and so does everybody who asks after it, until the crashed node is known to have crashed and is left out.",
      "Only those who ask wait for permission. Whoever asked while node 0 was inside is in deferred, and gets the reply when node 0 leaves.",
    ],
    "a-tie": [
      "Node 0 deferred its reply to node 1 until it left (card 8): both timestamps are 1, and the lower id goes first. Node 1 replied to node 0 at once (card 5).",
      "No. Timestamp and id put all requests in one order, and everybody gives way to earlier ones only. So no circle can arise, and the earliest request gets all replies.",
    ],
    "while-inside": [
      "Node 1 is inside and defers its reply. Ids matter only between equal timestamps, and node 0, which had seen timestamp 1, asks with 2.",
      "If node 1 were still waiting for node 2, it would take node 0's request for the earlier one and reply at once. Node 0 has replied already, so both could get inside. That is why a request takes a timestamp above all that its sender has seen.",
    ],
  },
  "oral-messages": {
    "all-loyal": [
      "n-1 from the commander, and n-2 from each of the n-1 lieutenants: (n-1)² in all, 9 with four. More traitors take more rounds, each of which multiplies the messages by about n.",
      "A traitorous commander could order something else of each, and the loyal lieutenants would do different things. They find out only by comparing what each of them heard.",
    ],
    "traitorous-lieutenant": [
      "No. Node 1 has ATTACK twice, and RETREAT from node 3. Either node 3 lies, or the commander told it something else. They need not know: the majority is right in both cases.",
    ],
    "traitorous-commander": [
      "ATTACK, since each of them has it twice, and RETREAT once. It does not matter which: a commander's order binds only if the commander is loyal; of a traitor, it is enough that all loyal ones do the same.",
      "No, whoever the traitor is, as long as there is one among four. If it is a lieutenant, the two loyal ones have the commander's order twice. If it is the commander, all three lieutenants compare the same three values.",
    ],
    "three-generals": [
      "It would have seen the same: ATTACK from the commander, RETREAT from node 2. Under a loyal commander it has to attack. If it always attacked then, node 2, told RETREAT by a traitorous commander, would retreat by the same rule, and the loyal ones would disagree. So no rule helps.",
      "Nobody can alter a signed order. Node 2 could forward ATTACK or be silent, and node 1 would attack in either case; a commander who signs two different orders gives itself away. Then three are enough.",
    ],
  },
}
