/** Answers to the questions to discuss, in Slovenian. */
import type { Answers } from "../texts.ts"

export const answers: Answers = {
  bully: {
    "coordinator-crashes": [
      "11, če začne vozlišče 0: 6 Election, 3 Answer, 2 Coordinator. 3, če začne vozlišče 2: 1 Election, 2 Coordinator. Pri n vozliščih: n²-n-1 in n-1. V obeh primerih pride zraven še Heartbeat vozlišču 3.",
      "Začne volitve, nihče višji mu ne odgovori in spet je koordinator: vozlišče 2 izrine s položaja, od tod ime nasilnež. Dokler njegov Coordinator ne doseže vozlišča 2, sta koordinatorja dva.",
    ],
    partition: [
      "Da vsako sporočilo prispe v znanem času. Le tedaj molk pomeni odpoved. Tu drugi delujejo, pa se jih vseeno ne sliši.",
      "Če sme voliti le večina vseh vozlišč, lahko voli največ ena stran. Tu sta strani dve in dve, zato ne bi mogla nobena, vozlišče 3 pa bi moralo odstopiti: cena je razpoložljivost.",
    ],
  },
  "ring-election": {
    "one-initiator": [
      "V najslabšem primeru 3n-1, kot tu, torej 11: začne sosed najvišjega, zato gre n-1 sporočil, preden sodeluje najvišji, nato njegova številka obide krog z n in novica z n. V najboljšem primeru 2n: začne najvišji.",
      "Da vsi izvedo, kdo je vodja, in so pripravljeni na naslednje volitve. Ko se kartica vrne, vodja ve, da so zanj slišali vsi.",
    ],
    "two-initiators": [
      "Pri vozlišču 1: to je že poslalo svojo številko, ki je višja, zato ni poslalo ničesar več.",
      "Največ, če številke v smeri potovanja padajo: vsaka potuje, dokler ne naleti na višjo, skupaj n(n+1)/2 sporočil Election, pri štirih vozliščih 10. Najmanj, če naraščajo, kot tu: vse razen najvišje zavrže že sosed, skupaj 2n-1, torej 7. Sporočil z novico je v obeh primerih enako, n.",
      "Kartice 1 ne bi pogrešal nihče. Če se izgubi ena od kartic od 2 do 7, nobena številka ne obide kroga in vsi, ki sodelujejo, čakajo za vedno; če ena od 8 do 10, tisti za njo ne izvedo, kdo je vodja. Algoritem predpostavlja, da se nobeno sporočilo ne izgubi; v praksi vozlišča potrjujejo prejem ali pa po določenem času začnejo znova.",
    ],
  },
  raft: {
    replication: [
      "Ko je vnos potrjen in uveljavljen: shranila ga je večina, vključno z vodjo. Tu je tako ob prihodu kartice 3; na kartico 4 vodji ni treba čakati.",
      "Iz leaderCommit v naslednjem AppendEntries, tu v utripih 5 in 6. Do takrat imajo vnos, ne vedo pa, da je potrjen.",
      "4 za vnos, 2(n-1), in še 4 za utrip, ki ga naslednji vnos naredi nepotrebnega. Zahteva odjemalca in odgovor se štejeta posebej.",
    ],
    election: [
      "Poljubni dve večini imata skupno vozlišče. Če bi to glasovalo dvakrat, bi lahko imela v istem mandatu večino dva kandidata in oba bi bila vodji. Zato mora votedFor preživeti odpoved.",
      "Glas vozlišča 1 na kartici 6: skupaj z lastnim glasom vozlišča 2 in glasom vozlišča 0 so to trije od petih. Kartici 7 in 8 ne odločata več.",
    ],
    "split-vote": [
      "Da navadno eno vozlišče kandidira precej pred drugimi in ima večino, preden poteče naslednji časovnik. Po razdeljenih glasovih se časi določijo na novo in ponovno ujemanje je malo verjetno.",
      "Vsi bi kandidirali v istem trenutku, vsak bi glasoval zase in tako v vsakem mandatu: nič nevarnega se ne zgodi, vendar vodje ni.",
    ],
    rollback: [
      "Ne: vozlišču 0 ni odgovorila nobena večina in tudi ono ni odgovorilo odjemalcu. Odjemalec pa tudi ne sme sklepati, da njegov ukaz ni bil izveden: če bi vnos dosegel večino, bi bil.",
      "Vozlišče 1 navede vnos pred novimi: indeks 1, mandat 2 (kartica 12). Vozlišče 0 ima tam mandat 1 in zavrne (kartica 14), zato gre vozlišče 1 en indeks nazaj (kartica 16). To se ponavlja, dokler se dnevnika ne ujemata, najpozneje pri indeksu 0.",
    ],
    "figure-8": [
      "V (c), ko je kartica 41 dosegla vozlišče 2: vozlišča 0, 1 in 2 so imela 2/2. V (d) ga je zaradi kartice 67 prepisalo vozlišče 0 in večine ni bilo več.",
      "Odjemalcu z ukazom put k = v2: vozlišče 0 bi mu odgovorilo, ko je prispela kartica 42. V (d) vozlišče 4 prepiše vnos in potrjeno pisanje je izgubljeno.",
      "Vnos svojega mandata, 4, v večino dnevnikov. Tedaj vozlišče 4, katerega zadnji vnos je iz mandata 3, ne dobi večine glasov, vnos mandata 2 pa je potrjen skupaj z vnosom mandata 4: to je del (e) slike v članku.",
    ],
    snapshot: [
      "Indeks in mandat zadnjega vnosa v njem, ker se naslednji AppendEntries preverja po njiju (kartica 13). Poleg tega konfiguracijo do tja in vse, po čemer se prepozna ponovljena zahteva odjemalca.",
      "Tisti, ki jih zajema posnetek, se zbrišejo. Če je v dnevniku prav vnos, s katerim se posnetek konča, z istim indeksom in mandatom, ostane, kar mu sledi; sicer se zbriše ves dnevnik.",
    ],
    "pre-vote": [
      "Vozlišče 2 bi prosilo za glasove v mandatu 2. Za zmago je njegov dnevnik prekratek, toda višji mandat odstavi vozlišče 0: skupina je brez vodje do volitev v enem od poznejših mandatov.",
      "Vodjo odstavi prav višji mandat. Če bi predglasovanje povečalo mandat pošiljatelja, bi škodo naredila njegova naslednja kartica; če bi ga povečalo prejemnikom, pa že samo vprašanje.",
    ],
    "joint-consensus": [
      "Pri C_old,new je potrebna tudi večina starih članov 0, 1 in 2, med njimi pa ima ukaz samo vozlišče 2.",
      "Vozlišče 2 bi z vozliščema 3 in 4, večino petih, potrdilo put k = v0; vozlišči 0 in 1, večina treh, sta potrdili put k = v2. Nobena skupina ne bi vedela za drugo: dnevniki se razidejo za vedno.",
      "Vozlišči 0 in 1 je nista imeli, kot večina starih članov pa sta lahko brez nje izvolili vodjo, ki jo je prepisal (kartica 24). Upravljavec ni dobil odgovora in je moral prositi še enkrat; nič potrjenega ni izgubljeno.",
      "Od prihoda kartice 32: vozlišče 0 doda C_old,new, se takoj ravna po njej in potrebuje tri od petih; tudi za vozlišče 1, katerega dnevnik je krajši, ne glasuje več. Dokončno od prihoda kartice 38, ko je C_old,new potrjena.",
    ],
  },
  paxos: {
    "one-proposer": [
      "Ko je kartica 5 dosegla vozlišče 1. Vozlišče 0 je svoj predlog sprejelo, ko je napisalo kartici 5 in 6, zato sta tedaj v glasovanju 3 sprejela dva od treh.",
      "Nihče. Vozlišče 1 je vedelo le zase, vozlišče 0 pa tega še ni slišalo. Vozlišče 0 je izvedelo s kartice 7, drugi s kartic 9 in 10.",
    ],
    "two-proposers": [
      "S kartice 9: vozlišče 2 obljubi in sporoči, da je v glasovanju 3 sprejelo vrednost 1.",
      "Ne. Sprejeli sta vozlišči 0 in 2, torej večina, poljubni dve večini pa imata skupno vozlišče. Z vozliščem 0 namesto 2 bi isto povedala kartica 15.",
    ],
  },
  "ricart-agrawala": {
    "one-entry": [
      "Njegov odgovor ne pride nikoli: vozlišče 0 čaka za vedno in z njim vsak, ki vpraša za njim, dokler se ne izve, da je tisto vozlišče odpovedalo, in ga ne izpustijo.",
      "Na dovoljenje čaka le, kdor ga je prosil. Kdor je vprašal, ko je bilo vozlišče 0 znotraj, je v deferred in dobi odgovor, ko to izstopi.",
    ],
    "a-tie": [
      "Vozlišče 0 je odgovor vozlišču 1 odložilo do svojega izstopa (kartica 8): oba žiga sta 1 in prva gre nižja številka. Vozlišče 1 je vozlišču 0 odgovorilo takoj (kartica 5).",
      "Ne. Žig in številka razvrstita vse zahteve v eno samo vrsto in vsak se umakne le zgodnejšim. Zato ne more nastati krog, najzgodnejša zahteva pa dobi vse odgovore.",
    ],
    "while-inside": [
      "Vozlišče 1 je znotraj in odgovor odloži. Številke štejejo le pri enakih žigih, vozlišče 0, ki je videlo žig 1, pa pošlje zahtevo z žigom 2.",
      "Če bi vozlišče 1 še čakalo na vozlišče 2, bi imelo zahtevo vozlišča 0 za zgodnejšo in bi takoj odgovorilo. Vozlišče 0 je že odgovorilo, zato bi lahko vstopila oba. Zato ima zahteva višji žig od vseh, ki jih je pošiljatelj videl.",
    ],
  },
  "oral-messages": {
    "all-loyal": [
      "n-1 od poveljnika in po n-2 od vsakega od n-1 poročnikov: skupaj (n-1)², pri štirih 9. Pri več izdajalcih je potrebnih več krogov in vsak poveča število sporočil približno n-krat.",
      "Izdajalski poveljnik bi lahko vsakemu ukazal kaj drugega in zvesti poročniki ne bi storili istega. To odkrijejo le, če primerjajo, kaj jim je bilo rečeno.",
    ],
    "traitorous-lieutenant": [
      "Ne. Vozlišče 1 ima dvakrat NAPAD, od vozlišča 3 pa UMIK. Ali laže vozlišče 3 ali pa mu je poveljnik rekel kaj drugega. Tega jim ni treba vedeti: večina ima prav v obeh primerih.",
    ],
    "traitorous-commander": [
      "Ukazu NAPAD, ker ga ima vsak dvakrat, UMIK pa enkrat. Ni pomembno, kateremu: poveljnikov ukaz zavezuje le, če je poveljnik zvest; pri izdajalcu je dovolj, da vsi zvesti storijo isto.",
      "Ne, kdorkoli je izdajalec, dokler je med štirimi eden sam. Če je to poročnik, imata oba zvesta poveljnikov ukaz dvakrat. Če je to poveljnik, vsi trije poročniki primerjajo iste tri vrednosti.",
    ],
    "three-generals": [
      "Videlo bi isto: NAPAD od poveljnika, UMIK od vozlišča 2. Pri zvestem poveljniku mora napasti. Če bi tedaj vedno napadlo, bi se vozlišče 2, ki mu je izdajalski poveljnik ukazal UMIK, po istem pravilu umaknilo in zvesti se ne bi zedinili. Zato ne pomaga nobeno pravilo.",
      "Podpisanega ukaza ne more nihče spremeniti. Vozlišče 2 bi lahko posredovalo NAPAD ali molčalo in v obeh primerih bi vozlišče 1 napadlo; poveljnik, ki podpiše dva različna ukaza, se izda. Tedaj zadostujejo trije.",
    ],
  },
}
