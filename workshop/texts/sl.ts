/** Slovenian. */
import { answers } from "./answers/sl.ts"
import { instructions } from "./instructions/sl.ts"
import type { Texts } from "./texts.ts"
import { names } from "./names/sl.ts"

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
    answers: "Odgovori na vprašanja",
    solution: "Rešitev: pravilno izpolnjene kartice",
    sheet: "Stanje vozlišča",
    reading: "Kako brati potek",
    names: "Na karticah in listih",
    signs: "Znaki",
    pencil: "Piši s svinčnikom.",
    disk: "Po odpovedi ostane le, kar je označeno z ■.",
  },
  rules: (hasSecrets, board) => [
    hasSecrets
      ? "Vsak udeleženec je vozlišče: izžreba številko in vzame list stanja. Nihče drug ne sme videti ne njegovega lista ne kartic, ki jih dobi."
      : "Vsak udeleženec je vozlišče: izžreba številko, vzame list stanja in ga položi tako, da ga vidijo tudi drugi.",
    "Sporočilo je kartica. Izpolni jo v celoti, razen njene številke, in jo oddaj pošti, torej voditelju. Nič drugega se ne govori.",
    "Ukrepaj le, ko te doseže kartica ali ko te pokliče voditelj: poteče tvoj časovnik ali pa moraš kaj začeti. Stori, kar velevajo pravila algoritma, popravi svoj list in napiši kartice, ki sledijo.",
    "Pošta oštevilči kartice tako kot scenarij (kartice istega koraka po prejemnikih, od najnižje številke vozlišča naprej) in jih dostavlja po vrstnem redu scenarija. Izgubljene kartice gredo v škatlo.",
    "Kadar se tvoja vloga spremeni, dvigni ustrezen znak.",
    board === "log"
      ? "Kdor spremeni svoj dnevnik, spremeni tudi svojo vrstico na plošči. Pošta igra tudi odjemalce in upravljavca: njihove zahteve prebere na glas in posluša odgovore."
      : hasSecrets
        ? "Ko je igra končana, narišite njene kartice na ploščo: vsaka je puščica od črte pošiljatelja do črte prejemnika."
        : "Pošta vsako kartico, ki prispe, nariše na ploščo kot puščico od črte pošiljatelja do črte prejemnika.",
  ],
  reading:
    "→ 3–5: vozlišče zdaj napiše kartice od 3 do 5. Beseda v okvirju je znak, ki ga zdaj dvigne; prečrtana beseda je znak, ki ga spusti.",
  card: { from: "od", to: "za", number: "št." },
  node: id => `vozlišče ${id}`,
  players: count => `${count} ${count < 5 ? "udeleženci" : "udeležencev"} in voditelj`,
  minutes: (introduce, play, discuss) => `${introduce} min za uvod, ${play} min za igro, ${discuss} min za pogovor`,
  materials: (sheets, cards, hasSecrets) =>
    `Plošča, številke, listi stanja (${sheets}), prav toliko listov s pravili algoritma, znaki za vse, ${hasSecrets ? "skrivne kartice, " : ""}kartice s sporočili (približno ${cards}), svinčniki in radirke, škatla za izgubljene kartice.`,
  signs: {
    follower: "sledilec",
    candidate: "kandidat",
    leader: "vodja",
    proposer: "predlagatelj",
    acceptor: "sprejemalec",
    decided: "odločeno",
    coordinator: "koordinator",
    electing: "v volitvah",
    crashed: "ne deluje",
    participant: "sodeluje",
    outside: "zunaj",
    waiting: "čaka",
    inside: "znotraj",
    commander: "poveljnik",
    lieutenant: "poročnik",
    attack: "NAPAD",
    retreat: "UMIK",
    loyal: "Si zvest general.",
    lyingLieutenant: "Si izdajalec. Karkoli slišiš, vsem reci UMIK (0).",
    lyingCommander: "Si izdajalec. Vozliščema 1 in 3 ukaži NAPAD (1), vozlišču 2 pa UMIK (0).",
    traitor: "Si izdajalec. Vsakemu generalu reci, kar hočeš.",
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
  cards: (kind, cards, count, node) => {
    const named = `${count === 2 ? "Kartici" : "Kartice"} ${cards}`
    if (kind === "lose") return `${named} se ${count === 2 ? "izgubita" : "izgubijo"}.`
    return `${named} ${count === 2 ? "dosežeta" : "dosežejo"} vozlišče ${node}.`
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
      idea: "Predlagatelji oštevilčijo svoje predloge: vsaka številka je glasovanje (ballot). Najprej prosijo večino za obljubo, da ne bo sprejela ničesar v glasovanju z nižjo številko, in izvedo, kaj je že sprejela. Če kaj je, predlagajo vrednost iz glasovanja z najvišjo številko, ne svoje. Nato prosijo sprejemalce, naj jo sprejmejo. Kar je večina sprejela v istem glasovanju, je izbrano za vedno.",
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
      idea: "Vozlišča sedijo v krogu. Vozlišče začne volitve tako, da naslednjemu poda sporočilo s svojo številko. Kdor dobi številko, višjo od svoje, jo posreduje naprej. Kdor dobi nižjo, namesto nje pošlje svojo; če je v teh volitvah že kaj poslal, pa sporočilo zavrže. Komur se vrne njegova številka, je vodja in pošlje novico enkrat okrog obroča.",
      games: {
        "one-initiator": {
          title: "Začne eden",
          goal: "Najvišja številka obide obroč, za njo pa novica o vodji.",
          begin:
            "Sedite v krog: 0, 1, 2, 3 in spet 0. V volitvah nihče ne sodeluje. Na vseh listih je leader 3, s prejšnjih volitev.",
          questions: [
            "Koliko sporočil je potrebnih pri n vozliščih v najslabšem in koliko v najboljšem primeru?",
            "Zakaj gre novica o vodji okrog celega obroča?",
          ],
        },
        "two-initiators": {
          title: "Začneta dva",
          goal: "Sporočilo nižjega se konča tam, kjer je začel višji.",
          begin:
            "Sedite v krog: 0, 1, 2, 3 in spet 0. V volitvah nihče ne sodeluje. Na vseh listih je leader 3, s prejšnjih volitev.",
          questions: [
            "Kje se je končalo sporočilo vozlišča 0 in zakaj?",
            "Če začnejo vsi hkrati: pri katerem vrstnem redu številk v obroču je sporočil največ in pri katerem najmanj?",
            "Kaj, če se kartica izgubi?",
          ],
        },
      },
    },
    "ricart-agrawala": {
      title: "Ricart in Agrawala: medsebojno izključevanje z dovoljenjem",
      idea: "Kdor hoče v kritični odsek, pošlje vsem drugim zahtevo s časovnim žigom, ki je za ena višji od vseh, ki jih je videl, in vstopi, ko so odgovorili vsi. Kdor dobi zahtevo, odgovori takoj, razen če je v odseku ali pa sam čaka z zgodnejšo zahtevo: tedaj odgovor odloži, dokler ne izstopi. Zgodnejša je zahteva z nižjim žigom; pri enakih žigih tista, ki jo je poslalo vozlišče z nižjo številko.",
      games: {
        "one-entry": {
          title: "Vstopi eden",
          goal: "Vozlišče 0 vpraša vse druge in vstopi, ko so odgovorili vsi: 2(n-1) sporočil na vstop.",
          begin: "Vsi so zunaj; vse ure so na 0.",
          questions: [
            "Kaj se zgodi, če je eden od drugih odpovedal?",
            "Zakaj ni treba nikomur sporočiti, da je vozlišče 0 izstopilo?",
          ],
        },
        "a-tie": {
          title: "Enaka žiga",
          goal: "Dva vprašata z istim žigom: najprej gre nižja številka, drugi čaka še na en odgovor.",
          begin: "Vsi so zunaj; vse ure so na 0.",
          questions: ["Kdo je odložil kateri odgovor in zakaj?", "Ali lahko čakata drug na drugega?"],
        },
        "while-inside": {
          title: "Zahteva, ko je odsek zaseden",
          goal: "Vozlišče 0 pošlje zahtevo, ko je vozlišče 1 v odseku, in dobi zadnji odgovor, ko vozlišče 1 izstopi.",
          begin: "Vsi so zunaj; vse ure so na 0.",
          questions: [
            "Vozlišče 0 ima nižjo številko. Zakaj mora čakati?",
            "Vozlišče 0 je odgovorilo vozlišču 1. Kaj bi se lahko zgodilo, če bi nato poslalo zahtevo z nižjim žigom, kot ga ima vozlišče 1?",
          ],
        },
      },
    },
    "oral-messages": {
      title: "Bizantinski generali",
      idea: "Poveljnik pošlje ukaz poročnikom. Vsak poročnik ponovi vsem drugim, kar mu je bilo rečeno. Nato uboga večino tega, kar so mu rekli poveljnik in drugi; če večine ni, pa tudi namesto sporočila, ki ne pride, vzame UMIK. Izdajalec lahko vsakemu reče kaj drugega. Štirje generali vzdržijo enega izdajalca: vsi zvesti poročniki ubogajo isti ukaz, in če je poveljnik zvest, njegovega.",
      games: {
        "all-loyal": {
          title: "Vsi so zvesti",
          goal: "Po dveh krogih vsi ubogajo poveljnika.",
          begin:
            "Vsakemu razdeli skrivno kartico zvestega generala. Poveljuje vozlišče 0; prišepni mu ukaz 1: NAPAD. 0 bi pomenilo UMIK.",
          questions: ["Koliko sporočil je potrebnih pri n generalih?", "Zakaj ni dovolj, da poveljnika takoj ubogajo?"],
        },
        "traitorous-lieutenant": {
          title: "Izdajalec je poročnik",
          goal: "Vozlišče 3 trdi, da je slišalo UMIK, in je preglasovano.",
          begin:
            "Razdeli skrivne kartice: vozlišču 3 izdajalčevo, ki pravi UMIK, drugim kartice zvestih. Poveljuje vozlišče 0; prišepni mu ukaz NAPAD.",
          questions: ["Ali zvesti poročniki lahko vedo, kdo je lagal?"],
        },
        "traitorous-commander": {
          title: "Izdajalec je poveljnik",
          goal: "Poveljnik pošlje različne ukaze, poročniki pa se vseeno zedinijo.",
          begin:
            "Razdeli skrivne kartice: vozlišču 0, ki poveljuje, izdajalčevo z dvema ukazoma, drugim kartice zvestih.",
          questions: [
            "Kateremu ukazu sledijo? Je to pomembno?",
            "Kartice izžrebajte še enkrat, med njimi izdajalčevo »kar hočeš«, in igrajte brez scenarija: ali lahko izdajalec prepreči, da bi se zvesti zedinili?",
          ],
        },
        "three-generals": {
          title: "Trije generali",
          goal: "Zvesti poročnik ne more vedeti, kdo laže, in ne uboga.",
          begin:
            "Razdeli skrivne kartice: vozlišču 2 izdajalčevo, ki pravi UMIK, drugima kartici zvestih. Poveljuje vozlišče 0; prišepni mu ukaz NAPAD.",
          questions: [
            "Primerjaj, kar je videlo vozlišče 1, s tem, kar bi videlo, če bi bil izdajalec poveljnik.",
            "Kaj bi spremenili podpisi?",
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
      return `Odjemalec pošlje vozlišču ${argument} ukaz: put k = v${node}.`
    case "propose":
      return `Vozlišče ${node} predlaga ${argument}.`
    case "elect":
      return `Vozlišče ${node} začne volitve.`
    case "acquire":
      return `Vozlišče ${node} hoče v kritični odsek.`
    case "release":
      return `Vozlišče ${node} zapusti kritični odsek.`
    default:
      return what
  }
}
