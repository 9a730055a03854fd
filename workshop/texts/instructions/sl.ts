/** Instructions for players, in Slovenian. */
import type { Instructions } from "../texts.ts"

export const instructions: Instructions = {
  raft: [
    [
      "Vnosi na karticah",
      "2/1 put k = v2 je vnos z indeksom 2 iz mandata 1 in njegov ukaz. {0, 1, 2} je konfiguracija. Črtica pomeni, da vnosov ni.",
    ],
    [
      "Vsaka kartica",
      "Na vsako svojo kartico napiši svoj currentTerm. Če ima prejeta kartica višji mandat od tvojega, ga prevzemi, zbriši votedFor in postani sledilec; šele nato ravnaj po kartici. Če ima nižjega, na zahtevo odgovori false, odgovora pa ne upoštevaj.",
    ],
    [
      "Poteče volilni časovnik",
      "Povečaj currentTerm za 1, postani kandidat in glasuj zase (votedFor). Vsem drugim članom pošlji RequestVote z indeksom in mandatom svojega zadnjega vnosa (0 in 0, če je dnevnik prazen).",
    ],
    [
      "RequestVote",
      "Odgovori true in vpiši kandidata v votedFor, če v tem mandatu še nisi glasoval za drugega in tvoj zadnji vnos ni novejši od njegovega. Novejši je tisti z višjim mandatom, pri enakem mandatu pa tisti z višjim indeksom. Sicer odgovori false.",
    ],
    [
      "RequestVoteReply",
      "Kandidat, ki ima skupaj s svojim glasove večine, postane vodja. Za vsakega od drugih je nextIndex indeks za zadnjim vnosom vodje, matchIndex pa 0. Vsem pošlje prazen AppendEntries.",
    ],
    [
      "Zahteva odjemalca",
      "Vodja doda ukaz v svoj dnevnik s svojim mandatom in ga pošlje vsem, ki jim je že poslal vse vnose pred njim, ne da bi čakal na odgovore. nextIndex poveča takoj.",
    ],
    ["Poteče časovnik utripa", "Vodja pošlje vsakemu vnose od nextIndex naprej, če jih ni, pa prazen AppendEntries."],
    [
      "AppendEntries",
      "Kandidat istega mandata postane sledilec. Če tvoj dnevnik na mestu prevLogIndex nima vnosa iz mandata prevLogTerm (vnos 0 je vedno tam), odgovori false in index = prevLogIndex. Sicer zbriši vnose, ki nasprotujejo novim, in vse za njimi, dodaj nove, povečaj commitIndex do leaderCommit, vendar ne čez zadnji vnos s kartice, in odgovori true z indeksom tega vnosa (prevLogIndex, če vnosov ni).",
    ],
    [
      "AppendEntriesReply",
      "Če je true: matchIndex = index. Ko ima vnos iz mandata vodje večina, vključno z vodjo, se commitIndex premakne do njega in odjemalec dobi odgovor. Če je false: nextIndex = index in vse od tam naprej se pošlje znova.",
    ],
    ["Odpoved", "Zbriši vse razen currentTerm, votedFor in log. Znova začneš kot sledilec."],
    [
      "Le v igri s posnetkom stanja",
      "Vnos uveljavi, brž ko ga doseže commitIndex (lastApplied). Po vsakih dveh ju nadomesti s posnetkom: to so vrednosti ter indeks in mandat zadnjega od njiju. Če vodja potrebuje vnos, ki ga je že zavrgel, namesto njega pošlje InstallSnapshot. Prejemnik postavi posnetek na mesto svojega dnevnika do tega vnosa in odgovori; nato vodja pošlje, kar sledi.",
    ],
    [
      "Le v igri s predglasovanjem",
      "Ko poteče volilni časovnik, najprej pošlji PreVote s currentTerm + 1 in ničesar ne spreminjaj. Kdor je vodja, je nedavno slišal vodjo ali ima novejši zadnji vnos, odgovori false s svojim mandatom. Volitve se začnejo le, če večina odgovori true.",
    ],
    [
      "Le v igri z novimi člani",
      "Vodja novim vozliščem najprej pošlje, kar jim manjka. Ko to imajo (takoj, če je dnevnik prazen), doda C_old,new, ko je ta potrjena, pa C_new. Pri C_old,new morajo glasovi in kopije priti od večine starih in od večine novih članov.",
    ],
  ],
  paxos: [
    [
      "Številke glasovanj",
      "Tvoje številke so 3 × krog + številka vozlišča, krogi pa se štejejo od 1: vozlišče 0 začne s številko 3, vozlišče 1 s 4. Vzemi najnižjo svojo, ki je višja od vseh, ki jih poznaš.",
    ],
    [
      "Tudi sam si sprejemalec",
      "Kar predlagatelj zahteva od drugih, takoj stori tudi sam, brez kartice, in to šteje k večini.",
    ],
    ["Predlagaš", "Na list zapiši vrednost in številko glasovanja ter drugim pošlji Prepare."],
    [
      "Prepare",
      "Če je številka višja od promised, jo vpiši v promised in odgovori s kartico Promise: v katerem glasovanju si nazadnje sprejel katero vrednost (črtica, če nisi sprejel ničesar). Na nižjo številko ne odgovori. Če je višja od številke tvojega glasovanja, je tvoje končano: spusti znak predlagatelja.",
    ],
    [
      "Promise",
      "Ko ima predlagatelj obljube večine, pošlje drugim Accept: z vrednostjo iz glasovanja z najvišjo številko, o kateri so mu sporočili, s svojo pa le, če takšne ni. Poznejše obljube ničesar ne spremenijo.",
    ],
    [
      "Accept",
      "Če nisi obljubil višje številke, vpiši številko v promised, številko in vrednost v accepted in odgovori s kartico Accepted.",
    ],
    [
      "Accepted",
      "Ko večina sprejme v njegovem glasovanju, je vrednost izbrana: predlagatelj je odločil in drugim pošlje Success.",
    ],
    ["Success", "Vpiši vrednost v decided."],
  ],
  bully: [
    ["Poteče časovnik za odkrivanje odpovedi", "Koordinator je predolgo tiho: začni volitve."],
    [
      "Kako začneš volitve",
      "Če v njih že sodeluješ, ne stori ničesar. Sicer zbriši coordinator, vpiši asking v phase in pošlji Election vsem vozliščem z višjo številko.",
    ],
    ["Election", "Odgovori s kartico Answer in začni volitve tudi sam."],
    ["Answer", "Višje vozlišče deluje in prevzame volitve: vpiši answered v phase in čakaj na Coordinator."],
    [
      "Poteče čas čakanja na odgovore",
      "Nobeno višje vozlišče ni odgovorilo: koordinator si ti. Vpiši sebe v coordinator in normal v phase. Pošlji Coordinator vsem nižjim vozliščem in Heartbeat vsem višjim, če katero vendarle deluje.",
    ],
    ["Coordinator", "Pošiljatelja vpiši v coordinator, v phase pa normal: volitve so končane."],
    ["Heartbeat", "Če ni od tvojega koordinatorja, sta koordinatorja dva: začni volitve."],
    ["Odpoved", "Kartic ne dobivaš in ne pišeš več."],
  ],
  "ring-election": [
    [
      "Začneš volitve",
      "Če še ne sodeluješ: vpiši da v participant, zbriši leader in pošlji Election s svojo številko sosedu, vozlišču z naslednjo številko; sosed zadnjega je vozlišče 0.",
    ],
    [
      "Election",
      "Če je candidate višji od tvoje številke, ga pošlji naprej nespremenjenega in sodeluj (participant je da, leader zbrisan). Če je nižji, namesto njega pošlji svojo številko in sodeluj; če si že sodeloval, ne pošlji ničesar. Če je to tvoja številka, si vodja: vpiši sebe v leader in ne v participant ter pošlji Elected.",
    ],
    [
      "Elected",
      "Če je leader tvoja številka, je novica obkrožila obroč. Sicer si ga zapiši, vpiši ne v participant in pošlji kartico naprej.",
    ],
  ],
  "ricart-agrawala": [
    ["Hočeš vstopiti", "V requested vpiši svojo uro plus 1 in vsem drugim pošlji Request s tem žigom."],
    [
      "Request",
      "Če je žig višji od tvoje ure, jo premakni nanj. Pošiljatelja vpiši v deferred, če si znotraj ali če čakaš in je tvoja zahteva zgodnejša: z nižjim žigom, pri enakih žigih z nižjo številko vozlišča. Sicer pošlji Reply.",
    ],
    ["Reply", "Pošiljatelja vpiši v replies. Ko so odgovorili vsi drugi, vstopi."],
    ["Izstopiš", "Zbriši requested in replies, pošlji Reply vsem, ki so v deferred, in zbriši tudi tega."],
  ],
  "oral-messages": [
    ["Poveljuješ", "Vsem poročnikom pošlji Oral: v path svojo številko, v value svoj ukaz."],
    ["Oral od poveljnika", "Njegov value vpiši v order in še ničesar ne pošlji."],
    ["Oral od poročnika", "Njegov value vpiši v heard ob številko pošiljatelja."],
    [
      "Konča se prvi krog",
      "Vsem drugim poročnikom pošlji Oral: v path številko poveljnika in svojo, v value pa order (UMIK, če ukaza ni bilo).",
    ],
    [
      "Konča se drugi krog",
      "Odloči se po večini iz order in heard, če je ni, pa za UMIK, in dvigni znak NAPAD ali UMIK.",
    ],
    ["Tvoja skrivna kartica", "Izdajalec na svoje kartice piše, kar pravi skrivna kartica."],
  ],
}
