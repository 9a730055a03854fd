/** Slovenian. */
import { instructions } from "./instructions/sl.ts"
import type { Texts } from "./texts.ts"

const timers: Texts["timers"] = {
  election: "poteče volilni časovnik",
  heartbeat: "poteče časovnik utripa",
  answer: "poteče čas čakanja na odgovore",
  detection: "poteče časovnik za odkrivanje odpovedi",
  round: "se konča krog",
}

const outside: Texts["outside"] = {
  client: { asks: "Zahteva odjemalca", answered: "odjemalca" },
  operator: { asks: "Zahteva upravljavca", answered: "upravljavca" },
}

export const sl: Texts = {
  headings: {
    script: "Scenarij za voditelja",
    algorithm: "Pravila algoritma",
    materials: "Kaj potrebujemo",
    rules: "Pravila vseh iger",
    timing: "Čas",
    goal: "Cilj",
    begin: "Na začetku",
    steps: "Potek",
    questions: "Za pogovor",
    solution: "Rešitev: pravilno izpolnjene kartice",
    sheet: "Stanje vozlišča",
    board: "Plošča",
    disk: "S svinčnikom. Po odpovedi ostane le, kar članek hrani na disku.",
  },
  rules: [
    "Vsak udeleženec je vozlišče: izžreba številko, vzame list stanja in ga položi tako, da ga vidijo tudi drugi.",
    "Sporočilo je kartica. Izpolni jo v celoti in jo oddaj pošti, torej voditelju. Nič drugega se ne govori.",
    "Ukrepaj le, ko te doseže kartica ali ko voditelj razglasi, da ti je potekel časovnik. Stori, kar velevajo pravila algoritma, popravi svoj list in napiši kartice, ki sledijo.",
    "Pošta dostavlja kartice po vrstnem redu scenarija. Izgubljene kartice gredo v škatlo.",
    "Kadar se tvoja vloga spremeni, dvigni ustrezen znak.",
  ],
  card: { from: "od", to: "za", number: "št." },
  node: id => `vozlišče ${id}`,
  players: count => `${count} ${count < 5 ? "udeleženci" : "udeležencev"} in voditelj`,
  minutes: (introduce, play, discuss) => `${introduce} min za uvod, ${play} min za igro, ${discuss} min za pogovor`,
  materials: (sheets, cards) =>
    `Plošča, številke, listi stanja (${sheets}), znaki za vse, kartice s sporočili (približno ${cards}), svinčniki in radirke, škatla za izgubljene kartice.`,
  signs: {
    follower: "sledilec",
    candidate: "kandidat",
    leader: "vodja",
    proposer: "predlagatelj",
    acceptor: "sprejemnik",
    decided: "odločeno",
    coordinator: "koordinator",
    electing: "vodi volitve",
    crashed: "odpovedal",
    participant: "sodeluje",
    outside: "zunaj",
    waiting: "čaka",
    inside: "znotraj",
    commander: "poveljnik",
    lieutenant: "poročnik",
    attack: "NAPAD",
    retreat: "UMIK",
    loyal: "Si zvest.",
    traitor: "Si izdajalec. Vsakemu reci, kar hočeš.",
  },
  timers,
  outside,
  instructions,
  move({ kind, node, what, card }) {
    switch (kind) {
      case "timeout":
        return `Na vozlišču ${node} ${timers[what] ?? what}.`
      case "deliver":
      case "duplicate":
        return `Kartica ${card!.number} doseže vozlišče ${node}.`
      case "request":
        return `${outside[what]!.asks} doseže vozlišče ${node}.`
      case "answer":
        return `Odgovor vozlišča ${node} doseže ${outside[what]!.answered}.`
      case "lose":
        return card === null ? "Sporočilo odjemalca se izgubi." : `Kartica ${card.number} se izgubi.`
      case "crash":
        return what === "for good"
          ? `Vozlišče ${node} odpove in se ne vrne.`
          : `Vozlišče ${node} odpove in se takoj znova zažene.`
      case "begin":
        return `Začne vozlišče ${node}.`
      case "client":
        return clientMove(node, what)
      case "operator":
        return `Upravljavec naroči vozlišču ${node}, naj bodo člani vozlišča ${what}.`
    }
  },
  kits: {
    raft: {
      title: "Raft",
      idea: "Čas je razdeljen na mandate. V vsakem večina izvoli največ enega vodjo. Samo vodja ureja dnevnik in poskrbi, da so dnevniki drugih enaki njegovemu. Vnos iz njegovega mandata je potrjen, ko ga shrani večina, z njim pa tudi vsi pred njim.",
      games: {
        replication: {
          title: "Spoznavanje: replikacija enega vnosa",
          goal: "Ukaz odjemalca pride do vodje in v večino dnevnikov ter je potrjen.",
          begin: "Vozlišče 0 je vodja v mandatu 1, zanj so glasovali vsi. Vsi dnevniki so prazni, commitIndex je 0.",
          questions: [
            "Kdaj sme vodja odgovoriti odjemalcu?",
            "Kako drugi izvedo, da je vnos potrjen?",
            "Koliko sporočil je bilo treba?",
          ],
        },
        election: {
          title: "Volitve",
          goal: "Vozlišče, ki prvo izgubi potrpljenje, postane vodja z glasovi večine.",
          begin: "Vodje ni; vsi so sledilci v mandatu 0 in niso glasovali za nikogar. Vsi dnevniki so prazni.",
          questions: ["Zakaj v enem mandatu nihče ne glasuje dvakrat?", "Kateri glas je odločil?"],
        },
        "split-vote": {
          title: "Razdeljeni glasovi",
          goal: "Dve vozlišči kandidirata hkrati, nobeno ne dobi večine in odloči naslednji mandat.",
          begin:
            "Vodje ni; vsa štiri vozlišča so sledilci v mandatu 0 in niso glasovala za nikogar. Vsi dnevniki so prazni.",
          questions: ["Zakaj so časi volilnih časovnikov naključni?", "Kaj bi se zgodilo, če bi bili vsi enaki?"],
        },
        rollback: {
          title: "Vnosi odstavljenega vodje",
          goal: "Vnos, ki ga ima le stari vodja, prepiše vnos novega.",
          begin: "Vozlišče 0 je vodja v mandatu 1, zanj so glasovali vsi. Vsi dnevniki so prazni, commitIndex je 0.",
          questions: [
            "Je bilo odjemalcu vozlišča 0 kaj obljubljeno?",
            "Kako novi vodja najde mesto, kjer se njegov dnevnik in dnevnik vozlišča 0 razideta?",
          ],
        },
        "figure-8": {
          title: "Vnos prejšnjega mandata: slika 8 iz članka",
          goal: "Vnos je v večini dnevnikov in je vseeno prepisan: zato vodja šteje kopije le pri vnosih svojega mandata.",
          begin:
            "Vozlišče 0 so pravkar znova izvolili vsi in je vodja v mandatu 2. V vseh dnevnikih je vnos 1/1 put k = v0, commitIndex je povsod 0.",
          questions: [
            "Kdaj je bil vnos mandata 2 v večini?",
            "Komu bi rekli, da je potrjen, če bi vodje šteli kopije iz kateregakoli mandata?",
            "Kaj bi moralo vozlišče 0 replicirati, da bi bilo na varnem?",
          ],
        },
        snapshot: {
          title: "Posnetek stanja za tistega, ki zaostaja",
          goal: "Vodja je zavrgel začetek dnevnika in namesto njega pošlje stanje.",
          begin:
            "Vozlišče 0 je vodja v mandatu 1, zanj so glasovali vsi. Vsi dnevniki so prazni, commitIndex je 0. Vsako vozlišče naredi posnetek na vsaka dva vnosa. Vozlišče 2 nekaj časa ne bo slišalo ničesar.",
          questions: [
            "Kaj mora posnetek vsebovati poleg stanja?",
            "Kaj bi vozlišče 2 naredilo z vnosi, ki jih ima samo?",
          ],
        },
        "pre-vote": {
          title: "Najprej vprašaj: predglasovanje",
          goal: "Vozlišče, ki je bilo odrezano, ob vrnitvi ne odstavi vodje.",
          begin: "Vozlišče 0 je vodja v mandatu 1, zanj so glasovali vsi. Vsi dnevniki so prazni, commitIndex je 0.",
          questions: ["Kaj bi se zgodilo brez predglasovanja?", "Zakaj predglasovanje ne sme spremeniti mandata?"],
        },
        "joint-consensus": {
          title: "Novi člani: skupno soglasje",
          goal: "Večina starih in večina novih članov morda nimata nobenega skupnega vozlišča. Zato gre skupina skozi C_old,new, pri kateri je za odločitev potrebna večina enih in večina drugih.",
          begin:
            "Člani so vozlišča 0, 1 in 2, vozlišče 2 je vodja v mandatu 1 z glasovi vseh treh, vsi dnevniki so prazni. Vozlišči 3 in 4, za zdaj v mandatu 0, se bosta pridružili. Na karticah je {0, 1, 2} + {0, 1, 2, 3, 4} konfiguracija C_old,new, ena sama množica pa C_new. Vozlišče se ravna po zadnji konfiguraciji v svojem dnevniku, potrjeni ali ne.",
          questions: [
            "Ukaz prvega odjemalca imajo vozlišča 2, 3 in 4. Zakaj ga vozlišče 2 ne sme potrditi?",
            "Kaj in kdo bi odločil, če bi vozlišče 2 takoj dodalo C_new?",
            "Zakaj se je C_old,new izgubila in kaj je to stalo upravljavca?",
            "Od katerega koraka naprej vozlišči 0 in 1 ne moreta več ničesar odločiti sami?",
          ],
        },
      },
    },
    paxos: {
      title: "Paxos",
      idea: "Predlagatelji oštevilčijo svoje predloge: vsaka številka je glasovanje (ballot). Najprej prosijo večino za obljubo, da ne bo sprejela ničesar v glasovanju z nižjo številko, in izvedo, kaj je že sprejela. Če kaj je, predlagajo vrednost iz glasovanja z najvišjo številko, ne svoje. Nato prosijo sprejemnike, naj jo sprejmejo. Kar je večina sprejela v istem glasovanju, je izbrano za vedno.",
      games: {
        "one-proposer": {
          title: "En predlagatelj",
          goal: "V dveh fazah je vrednost izbrana.",
          begin: "Nihče ni še ničesar obljubil ali sprejel.",
          questions: ["Kdaj natanko je bila vrednost izbrana?", "Kdo je to v tistem trenutku vedel?"],
        },
        "two-proposers": {
          title: "Drugi predlagatelj prevzame izbrano",
          goal: "Vozlišče 0 je doseglo, da je vrednost izbrana, vendar tega nihče ne ve. Vozlišče 1 hoče drugo, predlagati pa mora isto.",
          begin: "Nihče ni še ničesar obljubil ali sprejel.",
          questions: [
            "S katere kartice je vozlišče 1 izvedelo za vrednost?",
            "Bi jo z drugo večino lahko spregledalo?",
          ],
        },
      },
    },
    bully: {
      title: "Volitve z algoritmom nasilneža (bully)",
      idea: "Koordinira delujoče vozlišče z najvišjo številko. Kdor pogreša koordinatorja, vpraša vsa višja vozlišča. Če katero odgovori, prevzame volitve. Kdor ne dobi odgovora, je koordinator in to razglasi.",
      games: {
        "coordinator-crashes": {
          title: "Koordinator odpove",
          goal: "Koordinator postane najvišje od preostalih vozlišč.",
          begin: "Koordinira vozlišče 3 in vsi to vedo: phase je normal.",
          questions: [
            "Koliko sporočil je potrebnih, če začne najnižje vozlišče, in koliko, če začne vozlišče 2?",
            "Kaj, če se vozlišče 3 vrne?",
          ],
        },
        partition: {
          title: "Razcep omrežja",
          goal: "Vozlišči 0 in 1 ne slišita ničesar od drugih: kmalu sta koordinatorja dva.",
          begin: "Koordinira vozlišče 3 in vsi to vedo: phase je normal.",
          questions: ["Katera predpostavka algoritma je kršena?", "Kako bi pomagala večina?"],
        },
      },
    },
    "ring-election": {
      title: "Volitve v obroču",
      idea: "Vozlišče poda sosedu sporočilo s svojo številko. Kdor dobi nižjo, jo zamenja s svojo, a le enkrat; višja gre naprej nespremenjena. Komur se vrne njegova številka, je vodja in to sporoči po obroču.",
      games: {
        "one-initiator": {
          title: "Začne eden",
          goal: "Najvišja številka obkroži obroč, za njo pa novica.",
          begin: "Nihče ne sodeluje.",
          questions: ["Koliko sporočil pri n vozliščih v najslabšem in koliko v najboljšem primeru?"],
        },
        "two-initiators": {
          title: "Začneta dva",
          goal: "Sporočila nižjega ugasnejo.",
          begin: "Nihče ne sodeluje.",
          questions: ["Kje se je končalo sporočilo vozlišča 0?", "Kaj, če se kartica izgubi?"],
        },
      },
    },
    "ricart-agrawala": {
      title: "Ricart in Agrawala: medsebojno izključevanje z dovoljenjem",
      idea: "Kdor hoče v odsek, vpraša vse druge s časovnim žigom in vstopi, ko so odgovorili vsi. Kdor ga tudi hoče in je vprašal prej, odgovori šele ob izhodu. Pri enakih žigih je bila prej nižja številka.",
      games: {
        "one-entry": {
          title: "Vstopi eden",
          goal: "2(n-1) sporočil na vstop.",
          begin: "Vsi so zunaj; vse ure so na 0.",
          questions: ["Kaj se zgodi, če je eden od drugih odpovedal?"],
        },
        "a-tie": {
          title: "Neodločeno",
          goal: "Dva vprašata z istim žigom: prva gre nižja številka, drugi čaka na en odgovor.",
          begin: "Vsi so zunaj; vse ure so na 0.",
          questions: ["Kdo je odložil kateri odgovor in zakaj?", "Ali lahko čakata drug na drugega?"],
        },
      },
    },
    "oral-messages": {
      title: "Bizantinski generali",
      idea: "Poveljnik pošlje ukaz, vsak poročnik preda naprej, kar je slišal, in vsak uboga večino slišanega. Pri enem izdajalcu so potrebni štirje generali. Kdo je izdajalec, odločijo kartice, ki se vlečejo na skrivaj.",
      games: {
        "all-loyal": {
          title: "Vsi so zvesti",
          goal: "Po dveh krogih vsi ubogajo.",
          begin: "Poveljuje vozlišče 0 in ukaže 1: NAPAD. 0 bi bil UMIK.",
          questions: ["Koliko sporočil pri n generalih?"],
        },
        "traitorous-lieutenant": {
          title: "Izdajalec je poročnik",
          goal: "Trdi, da je slišal UMIK, in je preglasovan.",
          begin: "Poveljuje vozlišče 0 in ukaže NAPAD. Izdajalec je vozlišče 3.",
          questions: ["Ali zvesti poročniki lahko vedo, kdo je lagal?"],
        },
        "traitorous-commander": {
          title: "Izdajalec je poveljnik",
          goal: "Pošlje različne ukaze, poročniki pa se vseeno zedinijo.",
          begin: "Poveljuje vozlišče 0, ki je izdajalec.",
          questions: ["Kateremu ukazu sledijo? Je to pomembno?"],
        },
        "three-generals": {
          title: "Trije generali",
          goal: "Zvesti poročnik ne more vedeti, kdo laže, in ne uboga.",
          begin: "Poveljuje vozlišče 0 in ukaže NAPAD. Izdajalec je vozlišče 2.",
          questions: [
            "Primerjaj, kar je videlo vozlišče 1, s tem, kar bi videlo pri izdajalskem poveljniku.",
            "Kaj bi spremenili podpisi?",
          ],
        },
      },
    },
  },
}

function clientMove(node: number, what: string): string {
  const [verb, argument] = what.split(" ")
  switch (verb) {
    case "ask":
      return `Odjemalec pošlje vozlišču ${argument} ukaz: put k = v${node}.`
    case "propose":
      return `Vozlišče ${node} predlaga ${argument}.`
    case "elect":
      return `Vozlišče ${node} začne volitve.`
    case "acquire":
      return `Vozlišče ${node} hoče v odsek.`
    case "release":
      return `Vozlišče ${node} zapusti odsek.`
    default:
      return what
  }
}
