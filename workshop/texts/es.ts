/** Spanish. */
import { answers } from "./answers/es.ts"
import { instructions } from "./instructions/es.ts"
import type { Texts } from "./texts.ts"
import { names } from "./names/es.ts"

const timers: Texts["timers"] = {
  election: "vence el plazo de elección",
  heartbeat: "vence el plazo del latido",
  answer: "termina la espera de respuestas",
  detection: "vence el plazo del detector de fallos",
  round: "termina la ronda",
}

const outside: Texts["outside"] = {
  client: { asks: "La petición del cliente", answered: "al cliente" },
  operator: { asks: "La petición del operador", answered: "al operador" },
}

export const es: Texts = {
  headings: {
    script: "Guion para quien dirige",
    algorithm: "Reglas del algoritmo",
    materials: "Material",
    rules: "Reglas de todos los juegos",
    timing: "Tiempo",
    goal: "Objetivo",
    begin: "Al comenzar",
    steps: "Desarrollo",
    questions: "Para debatir",
    answers: "Respuestas a las preguntas",
    solution: "Solución: las tarjetas bien rellenadas",
    sheet: "Estado del nodo",
    reading: "Cómo leer el desarrollo",
    names: "En las tarjetas y las hojas",
    signs: "Carteles",
    pencil: "Escribe a lápiz.",
    disk: "Tras una caída solo queda lo marcado con ■.",
  },
  rules: (hasSecrets, board) => [
    hasSecrets
      ? "Cada persona es un nodo: saca un identificador y toma una hoja de estado. Nadie más puede leer su hoja ni las tarjetas que le llegan."
      : "Cada persona es un nodo: saca un identificador, toma una hoja de estado y la deja a la vista de las demás.",
    "Un mensaje es una tarjeta. Rellénala por completo, salvo el número, y entrégala al correo, que es quien dirige. No se dice nada más.",
    "Actúa solo cuando te llegue una tarjeta o cuando te llame quien dirige: vence un plazo tuyo o te toca empezar algo. Haz lo que mandan las reglas del algoritmo, cambia tu hoja y escribe las tarjetas que correspondan.",
    "El correo numera las tarjetas como el guion, las de un mismo paso por su destinatario, de menor a mayor identificador, y las entrega en el orden del guion. La que se pierde va a la caja.",
    "Cada vez que cambie tu papel, levanta el cartel correspondiente.",
    board === "log"
      ? "Quien cambia su registro cambia también su fila en el tablero. El correo hace además de cliente y de operador: lee sus peticiones en voz alta y escucha las respuestas."
      : hasSecrets
        ? "Al acabar una partida se dibujan sus tarjetas en el tablero: cada una es una flecha de la línea de quien la envía a la de quien la recibe."
        : "El correo dibuja en el tablero cada tarjeta que llega: una flecha de la línea de quien la envía a la de quien la recibe.",
  ],
  reading:
    "→ 3–5: el nodo escribe ahora las tarjetas 3 a 5. Una palabra en un recuadro es el cartel que levanta ahora; tachada, el cartel que baja.",
  card: { from: "de", to: "a", number: "n.º" },
  node: id => `nodo ${id}`,
  players: count => `${count} personas y quien dirige`,
  minutes: (introduce, play, discuss) =>
    `${introduce} min para presentar, ${play} min para jugar, ${discuss} min para debatir`,
  materials: (sheets, cards, hasSecrets) =>
    `Un tablero, los identificadores, ${sheets} hojas de estado y otras tantas con las reglas del algoritmo, carteles para todos, ${hasSecrets ? "las tarjetas secretas, " : ""}unas ${cards} tarjetas de mensajes, lápices y gomas, una caja para las tarjetas perdidas.`,
  signs: {
    follower: "seguidor",
    candidate: "candidato",
    leader: "líder",
    proposer: "proponente",
    acceptor: "aceptador",
    decided: "decidido",
    coordinator: "coordinador",
    electing: "en elección",
    crashed: "caído",
    participant: "participa",
    outside: "fuera",
    waiting: "esperando",
    inside: "dentro",
    commander: "comandante",
    lieutenant: "teniente",
    attack: "ATAQUE",
    retreat: "RETIRADA",
    loyal: "Eres leal.",
    lyingLieutenant: "Eres el traidor. Oigas lo que oigas, di a todos RETIRADA (0).",
    lyingCommander: "Eres el traidor. Ordena ATAQUE (1) a los nodos 1 y 3, y RETIRADA (0) al nodo 2.",
    traitor: "Eres el traidor. Di a cada general lo que quieras.",
  },
  timers,
  outside,
  instructions,
  move({ kind, node, what, card }) {
    switch (kind) {
      case "timeout":
        return `En el nodo ${node} ${timers[what] ?? what}.`
      case "deliver":
      case "duplicate":
        return `La tarjeta ${card!.number} llega al nodo ${node}.`
      case "request":
        return `${outside[what]!.asks} llega al nodo ${node}.`
      case "answer":
        return `La respuesta del nodo ${node} llega ${outside[what]!.answered}.`
      case "lose":
        return card === null ? "El mensaje del cliente se pierde." : `La tarjeta ${card.number} se pierde.`
      case "crash":
        return what === "for good"
          ? `El nodo ${node} cae y no vuelve.`
          : `El nodo ${node} cae y vuelve a arrancar enseguida.`
      case "begin":
        return `Empieza el nodo ${node}.`
      case "client":
        return clientMove(node, what)
      case "operator":
        return `El operador pide al nodo ${node} que los miembros sean ${what}.`
    }
  },
  cards: (kind, cards, _count, node) =>
    kind === "lose" ? `Las tarjetas ${cards} se pierden.` : `Las tarjetas ${cards} llegan al nodo ${node}.`,
  kits: {
    raft: {
      title: "Raft",
      idea: "El tiempo se divide en mandatos. En cada uno, una mayoría elige como mucho a un líder. Solo el líder ordena el registro y hace que los de los demás sean como el suyo. Una entrada de su propio mandato queda confirmada cuando una mayoría la ha guardado, y con ella todas las anteriores.",
      games: {
        replication: {
          title: "Para conocerse: se replica una entrada",
          goal: "La orden de un cliente llega al líder y a una mayoría de los registros, y queda confirmada.",
          begin:
            "El nodo 0 es líder en el mandato 1 y todos han votado por él. Todos los registros están vacíos y commitIndex es 0.",
          questions: [
            "¿Cuándo puede el líder contestar al cliente?",
            "¿Cómo saben los demás que la entrada está confirmada?",
            "¿Cuántos mensajes ha costado?",
          ],
        },
        election: {
          title: "Una elección",
          goal: "El primer nodo que pierde la paciencia llega a ser líder con los votos de una mayoría.",
          begin:
            "Nadie es líder; todos son seguidores en el mandato 0 y no han votado por nadie. Todos los registros están vacíos.",
          questions: ["¿Por qué nadie vota dos veces en un mandato?", "¿Qué voto fue el decisivo?"],
        },
        "split-vote": {
          title: "Voto dividido",
          goal: "Dos nodos se presentan a la vez, ninguno consigue la mayoría y decide el mandato siguiente.",
          begin:
            "Nadie es líder; los cuatro son seguidores en el mandato 0 y no han votado por nadie. Todos los registros están vacíos.",
          questions: ["¿Por qué se sortean los plazos de elección?", "¿Qué pasaría si todos fueran iguales?"],
        },
        rollback: {
          title: "Las entradas de un líder depuesto",
          goal: "Una entrada que solo tiene el líder antiguo se sobrescribe con la del nuevo.",
          begin:
            "El nodo 0 es líder en el mandato 1 y todos han votado por él. Todos los registros están vacíos y commitIndex es 0.",
          questions: [
            "¿Se le había prometido algo al cliente del nodo 0?",
            "¿Cómo encuentra el nuevo líder el punto en que su registro y el del nodo 0 se separan?",
          ],
        },
        "figure-8": {
          title: "Una entrada de un mandato anterior: la figura 8 del artículo",
          goal: "Una entrada está en la mayoría de los registros y aun así se sobrescribe: por eso un líder solo cuenta réplicas de entradas de su propio mandato.",
          begin:
            "El nodo 0 acaba de ser reelegido por todos y es líder en el mandato 2. Todos los registros tienen la entrada 1/1 put k = v0 y commitIndex es 0 en todos los nodos.",
          questions: [
            "¿Cuándo estuvo en una mayoría la entrada del mandato 2?",
            "¿A quién se le habría dicho que estaba confirmada si los líderes contaran réplicas de cualquier mandato?",
            "¿Qué tendría que haber replicado el nodo 0 para estar a salvo?",
          ],
        },
        snapshot: {
          title: "Una instantánea para quien va muy atrasado",
          goal: "El líder ha borrado el comienzo de su registro y envía en su lugar el estado.",
          begin:
            "El nodo 0 es líder en el mandato 1 y todos han votado por él. Todos los registros están vacíos y commitIndex es 0. Todos hacen una instantánea cada dos entradas. El nodo 2 no oirá nada durante un rato.",
          questions: [
            "¿Qué debe contener una instantánea además del estado?",
            "¿Qué haría el nodo 2 con entradas propias?",
          ],
        },
        "pre-vote": {
          title: "Preguntar antes: el voto previo",
          goal: "Un nodo que estuvo aislado no depone al líder cuando vuelve.",
          begin:
            "El nodo 0 es líder en el mandato 1 y todos han votado por él. Todos los registros están vacíos y commitIndex es 0.",
          questions: ["¿Qué habría pasado sin el voto previo?", "¿Por qué un voto previo no debe cambiar el mandato?"],
        },
        "joint-consensus": {
          title: "Nuevos miembros: el consenso conjunto",
          goal: "Una mayoría de los miembros antiguos y otra de los nuevos pueden no tener a nadie en común. Por eso el grupo pasa por C_old,new, que exige para decidir una mayoría de unos y otra de otros.",
          begin:
            "Los nodos 0, 1 y 2 son los miembros, el nodo 2 es líder en el mandato 1 con los votos de los tres y todos los registros están vacíos. Los nodos 3 y 4, en el mandato 0, van a entrar. En las tarjetas, {0, 1, 2} + {0, 1, 2, 3, 4} es C_old,new, y un solo conjunto es C_new. Cada nodo se rige por la última configuración de su registro, confirmada o no.",
          questions: [
            "Cuando los nodos 2, 3 y 4 tienen la orden del primer cliente, ¿por qué no puede confirmarla el nodo 2?",
            "¿Qué se habría decidido, y quién lo habría decidido, si el nodo 2 hubiera añadido C_new de inmediato?",
            "¿Por qué se perdió C_old,new, y qué le costó al operador?",
            "¿A partir de qué paso los nodos 0 y 1 ya no pueden decidir nada por sí solos?",
          ],
        },
      },
    },
    paxos: {
      title: "Paxos",
      idea: "Quien propone numera sus propuestas: cada número es una votación (ballot). Primero pide a una mayoría que prometa no aceptar nada de una votación inferior, y averigua qué ha aceptado. Si hay algo, propone el valor de la votación más alta, no el suyo. Después pide a los aceptadores que lo acepten. Lo que una mayoría ha aceptado en una misma votación queda elegido para siempre.",
      games: {
        "one-proposer": {
          title: "Un proponente",
          goal: "En dos fases se elige un valor.",
          begin: "Nadie ha prometido ni aceptado nada.",
          questions: ["¿En qué momento exacto quedó elegido el valor?", "¿Quién lo sabía en ese momento?"],
        },
        "two-proposers": {
          title: "El segundo proponente adopta lo elegido",
          goal: "El nodo 0 ha logrado que se elija un valor y nadie lo sabe. El nodo 1 quiere otro y tiene que proponer el mismo.",
          begin: "Nadie ha prometido ni aceptado nada.",
          questions: ["¿Con qué tarjeta supo el nodo 1 del valor?", "¿Podría no haberlo visto con otra mayoría?"],
        },
      },
    },
    bully: {
      title: "La elección del matón (bully)",
      idea: "Coordina el nodo activo de identificador más alto. Quien echa en falta al coordinador pregunta a todos los de identificador superior. Si uno contesta, ese se hace cargo. Quien no recibe respuesta es el coordinador, y lo anuncia.",
      games: {
        "coordinator-crashes": {
          title: "Cae el coordinador",
          goal: "El más alto de los que quedan pasa a coordinar.",
          begin: "Coordina el nodo 3 y todos lo saben: phase es normal.",
          questions: [
            "¿Cuántos mensajes hacen falta si empieza el más bajo, y cuántos si empieza el nodo 2?",
            "¿Y si vuelve el nodo 3?",
          ],
        },
        partition: {
          title: "Una partición",
          goal: "Los nodos 0 y 1 no oyen nada de los demás: pronto hay dos coordinadores.",
          begin: "Coordina el nodo 3 y todos lo saben: phase es normal.",
          questions: ["¿Qué supuesto del algoritmo se ha roto?", "¿De qué serviría una mayoría?"],
        },
      },
    },
    "ring-election": {
      title: "La elección en anillo",
      idea: "Los nodos forman un anillo. Para empezar una elección, un nodo pasa al siguiente un mensaje con su identificador. Quien recibe uno más alto que el suyo lo reenvía. Quien recibe uno más bajo envía el suyo en su lugar, pero descarta el mensaje si ya había enviado algo en esta elección. Aquel a quien vuelve su propio identificador es el líder, y la noticia da una vuelta al anillo.",
      games: {
        "one-initiator": {
          title: "Empieza uno",
          goal: "El identificador más alto da la vuelta al anillo, y después la noticia de quién es el líder.",
          begin:
            "Todos se sientan en círculo: 0, 1, 2, 3 y otra vez 0. Nadie participa en una elección. En todas las hojas leader es 3, de la elección anterior.",
          questions: [
            "Con n nodos, ¿cuántos mensajes hacen falta en el peor caso y cuántos en el mejor?",
            "¿Por qué da la vuelta completa el mensaje del líder?",
          ],
        },
        "two-initiators": {
          title: "Empiezan dos",
          goal: "El mensaje del más bajo termina donde empezó el más alto.",
          begin:
            "Todos se sientan en círculo: 0, 1, 2, 3 y otra vez 0. Nadie participa en una elección. En todas las hojas leader es 3, de la elección anterior.",
          questions: [
            "¿Dónde terminó el mensaje del nodo 0, y por qué?",
            "Si empiezan todos a la vez, ¿con qué orden de identificadores en el anillo hacen falta más mensajes, y con cuál menos?",
            "¿Y si se pierde una tarjeta?",
          ],
        },
      },
    },
    "ricart-agrawala": {
      title: "Ricart y Agrawala: exclusión mutua con permiso",
      idea: "Quien quiere entrar en la sección crítica lo pide a todos los demás, con una marca de tiempo superior en uno a la mayor que ha visto, y entra cuando todos han contestado. Quien recibe una petición contesta enseguida, salvo que esté dentro o quiera entrar y lo haya pedido antes: entonces aplaza la respuesta hasta que sale. La marca más baja es la anterior; si son iguales, la del identificador más bajo.",
      games: {
        "one-entry": {
          title: "Entra uno",
          goal: "El nodo 0 lo pide a todos los demás y entra cuando todos han contestado: 2(n-1) mensajes por entrada.",
          begin: "Todos están fuera; todos los relojes están a 0.",
          questions: [
            "¿Qué pasa si uno de los demás ha caído?",
            "¿Por qué no hace falta avisar a nadie de que el nodo 0 ha salido?",
          ],
        },
        "a-tie": {
          title: "Un empate",
          goal: "Dos lo piden con la misma marca: va primero el identificador más bajo, y al otro le falta una respuesta.",
          begin: "Todos están fuera; todos los relojes están a 0.",
          questions: ["¿Quién aplazó qué respuesta, y por qué?", "¿Pueden esperarse el uno al otro?"],
        },
        "while-inside": {
          title: "Una petición con la sección ocupada",
          goal: "El nodo 0 pide entrar mientras el nodo 1 está dentro, y recibe la última respuesta cuando sale el nodo 1.",
          begin: "Todos están fuera; todos los relojes están a 0.",
          questions: [
            "El nodo 0 tiene el identificador más bajo. ¿Por qué tiene que esperar?",
            "El nodo 0 ha contestado al nodo 1. ¿Qué podría pasar si después pidiera entrar con una marca más baja que la del nodo 1?",
          ],
        },
      },
    },
    "oral-messages": {
      title: "Los generales bizantinos",
      idea: "Un comandante envía una orden a los tenientes. Cada teniente repite a todos los demás lo que le han dicho. Después obedece a la mayoría de lo que le dijeron el comandante y los demás; si no hay mayoría, y también en lugar de un mensaje que no llega, toma RETIRADA. Un traidor puede decir a cada cual una cosa distinta. Cuatro generales resisten a un traidor: todos los tenientes leales obedecen la misma orden y, si el comandante es leal, la suya.",
      games: {
        "all-loyal": {
          title: "Todos son leales",
          goal: "Tras dos rondas, todos obedecen al comandante.",
          begin:
            "Reparte a cada cual una tarjeta secreta de leal. Manda el nodo 0; dile al oído que ordene 1: ATAQUE. 0 sería RETIRADA.",
          questions: [
            "¿Cuántos mensajes hacen falta con n generales?",
            "¿Por qué no basta con obedecer enseguida al comandante?",
          ],
        },
        "traitorous-lieutenant": {
          title: "Un teniente es el traidor",
          goal: "El nodo 3 afirma que oyó RETIRADA y queda en minoría.",
          begin:
            "Reparte las tarjetas secretas: al nodo 3, la de traidor que dice RETIRADA; a los demás, las de leal. Manda el nodo 0; dile al oído que ordene ATAQUE.",
          questions: ["¿Pueden saber los tenientes leales quién mintió?"],
        },
        "traitorous-commander": {
          title: "El comandante es el traidor",
          goal: "El comandante envía órdenes distintas, y los tenientes se ponen de acuerdo a pesar de todo.",
          begin:
            "Reparte las tarjetas secretas: al nodo 0, que manda, la de traidor con dos órdenes; a los demás, las de leal.",
          questions: [
            "¿Qué orden siguen? ¿Importa?",
            "Se sortean otra vez las tarjetas, con la de traidor que dice «lo que quieras», y se juega sin guion: ¿puede el traidor impedir que los leales se pongan de acuerdo?",
          ],
        },
        "three-generals": {
          title: "Tres generales",
          goal: "El teniente leal no puede saber quién miente, y desobedece.",
          begin:
            "Reparte las tarjetas secretas: al nodo 2, la de traidor que dice RETIRADA; a los demás, las de leal. Manda el nodo 0; dile al oído que ordene ATAQUE.",
          questions: [
            "Compara lo que vio el nodo 1 con lo que habría visto con un comandante traidor.",
            "¿Qué cambiarían las firmas?",
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
      return `Un cliente envía una orden al nodo ${argument}: put k = v${node}.`
    case "propose":
      return `El nodo ${node} propone ${argument}.`
    case "elect":
      return `El nodo ${node} inicia una elección.`
    case "acquire":
      return `El nodo ${node} quiere entrar en la sección crítica.`
    case "release":
      return `El nodo ${node} sale de la sección crítica.`
    default:
      return what
  }
}
