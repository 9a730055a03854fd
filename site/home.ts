/** The front page. */
export const HOME = `---
layout: home
hero:
  name: Quorate
  text: Consensus algorithms on one network
  tagline: Run them, break them, count their messages, and chart who serves when nodes fail.
  actions:
    - { theme: brand, text: Start in five minutes, link: /start }
    - { theme: alt, text: Play with it, link: /play.html, target: _blank }
    - { theme: alt, text: Which algorithm do I need?, link: /guides/which-algorithm }
features:
  - title: Experiments
    details: A spec asks a question; the answer comes in sentences, with 95 % intervals and charts, the same bytes on every machine.
    link: /experiments/
  - title: Algorithms
    details: Elections, locks, agreement, replication, recovery. Each reads beside its paper, and its counts are held to the paper's.
    link: /algorithms/
  - title: Every run can be looked at
    details: A space-time diagram to step through. A run that violates a check is shrunk to the smallest that still does.
    link: /guides/traces
  - title: Teaching
    details: Labs with hand-outs, skeletons and graders for untrusted code, and a workshop that plays algorithms on paper.
    link: /labs/
---
`
