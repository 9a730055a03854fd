/** Instructions for players, in Spanish. */
import type { Instructions } from "../texts.ts"

export const instructions: Instructions = {
  raft: [
    [
      "Las entradas en las tarjetas",
      "2/1 put k = v2 es la entrada de índice 2, del mandato 1, con su orden. {0, 1, 2} es una configuración. Un guion significa que no hay ninguna entrada.",
    ],
    [
      "Cualquier tarjeta",
      "Escribe tu currentTerm en todas tus tarjetas. Si la que recibes lleva un mandato más alto que el tuyo, adopta ese mandato, borra votedFor y pasa a ser seguidor; después atiende la tarjeta. Si lleva uno más bajo, responde false a una petición y no hagas caso de una respuesta.",
    ],
    [
      "Vence el plazo de elección",
      "Suma 1 a currentTerm, pasa a ser candidato y vota por ti (votedFor). Envía RequestVote a todos los demás miembros, con el índice y el mandato de tu última entrada (0 y 0 si tu registro está vacío).",
    ],
    [
      "RequestVote",
      "Responde true y apunta al candidato en votedFor si en este mandato no has votado por otro y tu última entrada no es más reciente que la suya. Es más reciente la de mandato más alto; con el mismo mandato, la de índice más alto. Si no, responde false.",
    ],
    [
      "RequestVoteReply",
      "El candidato que tiene los votos de una mayoría, contando el suyo, pasa a ser líder. Para cada uno de los demás, nextIndex es el índice siguiente a su propia última entrada, y matchIndex es 0. Envía a todos un AppendEntries vacío.",
    ],
    [
      "La petición de un cliente",
      "El líder añade la orden a su registro, con su mandato, y la envía a todos aquellos a quienes ya ha enviado las entradas anteriores, sin esperar respuestas. nextIndex avanza en el acto.",
    ],
    [
      "Vence el plazo del latido",
      "El líder envía a cada uno las entradas a partir de nextIndex, o un AppendEntries vacío si no hay ninguna.",
    ],
    [
      "AppendEntries",
      "Un candidato del mismo mandato pasa a ser seguidor. Si tu registro no tiene en prevLogIndex una entrada de mandato prevLogTerm (la 0 está siempre), responde false, con index = prevLogIndex. Si la tiene, borra las entradas que contradicen a las nuevas y todas las que las siguen, añade lo nuevo, lleva commitIndex hasta leaderCommit, pero no más allá de la última entrada de la tarjeta, y responde true, con el índice de esa entrada (prevLogIndex si no hay ninguna).",
    ],
    [
      "AppendEntriesReply",
      "Con true: matchIndex = index. Cuando una mayoría, contando al líder, tiene una entrada del mandato del líder, commitIndex avanza hasta ella y el cliente recibe respuesta. Con false: nextIndex = index, y se vuelve a enviar todo a partir de ahí.",
    ],
    ["Una caída", "Bórralo todo menos currentTerm, votedFor y log. Vuelves a empezar como seguidor."],
    [
      "Solo en el juego de la instantánea",
      "Aplica una entrada en cuanto la alcance commitIndex (lastApplied). Después de cada dos, sustitúyelas por una instantánea: los valores, y el índice y el mandato de la última de ellas. Si al líder le hace falta una entrada que ya ha borrado, envía InstallSnapshot en su lugar. Quien lo recibe pone la instantánea en el lugar de su registro hasta ahí y responde; después, el líder envía lo que sigue.",
    ],
    [
      "Solo en el juego del voto previo",
      "Cuando venza el plazo de elección, envía primero PreVote con currentTerm + 1 y no cambies nada. Quien es líder, ha oído hace poco a un líder o tiene una última entrada más reciente responde false, con su propio mandato. Solo con una mayoría de true empieza una elección.",
    ],
    [
      "Solo en el juego de los nuevos miembros",
      "El líder envía primero a los nodos nuevos lo que les falta. Cuando lo tienen (en el acto, si el registro está vacío), añade C_old,new; cuando esta queda confirmada, C_new. Con C_old,new, los votos y las copias han de venir de una mayoría de los miembros antiguos y de una mayoría de los nuevos.",
    ],
  ],
  paxos: [
    [
      "Las votaciones",
      "Las tuyas llevan el número 3 × ronda + identificador, con rondas desde 1: el nodo 0 empieza con la votación 3 y el nodo 1 con la 4. Toma la más baja de las tuyas que supere a todas las que hayas visto.",
    ],
    [
      "Tu propio aceptador",
      "Quien propone también es aceptador: lo que pide a los demás lo hace él mismo en el acto, sin tarjeta, y cuenta para la mayoría.",
    ],
    ["Te toca proponer", "Escribe en tu hoja el valor y la votación, y envía Prepare a los demás."],
    [
      "Prepare",
      "Si su votación es más alta que promised, escríbela en promised y responde con Promise, que dice en qué votación aceptaste por última vez un valor, y cuál (un guion si no has aceptado nada). No hagas caso de una votación más baja. Si es más alta que una tuya en curso, la tuya ha terminado: baja el cartel de proponente.",
    ],
    [
      "Promise",
      "Con las promesas de una mayoría, quien propone envía Accept a los demás: con el valor de la votación más alta que le hayan comunicado como aceptado, y con el suyo solo si no hay ninguno. Las promesas posteriores no cambian nada.",
    ],
    [
      "Accept",
      "Si no has prometido una votación más alta, escribe la votación en promised, la votación y el valor en accepted, y responde con Accepted.",
    ],
    [
      "Accepted",
      "Cuando una mayoría ha aceptado en su votación, el valor está elegido: quien lo propuso ha decidido y envía Success a los demás.",
    ],
    ["Success", "Escribe el valor en decided."],
  ],
  bully: [
    ["Vence el plazo del detector de fallos", "El coordinador lleva demasiado tiempo callado: inicia una elección."],
    [
      "Iniciar una elección",
      "Si ya estás en una, no hagas nada. Si no, borra coordinator, escribe asking en phase y envía Election a todos los nodos de identificador superior.",
    ],
    ["Election", "Responde con Answer e inicia tú una elección."],
    ["Answer", "Hay un nodo superior activo que se hace cargo: escribe answered en phase y espera a Coordinator."],
    [
      "Termina la espera de respuestas",
      "Ningún nodo superior ha contestado: eres el coordinador. Escríbete en coordinator, y normal en phase. Envía Coordinator a todos los nodos inferiores, y Heartbeat a todos los superiores, por si alguno está activo a pesar de todo.",
    ],
    ["Coordinator", "Escribe en coordinator a quien lo envía, y normal en phase: la elección ha terminado."],
    ["Heartbeat", "Si viene de un nodo que no es tu coordinador, hay dos: inicia una elección."],
    ["Una caída", "Ya no recibes ni escribes tarjetas."],
  ],
  "ring-election": [
    [
      "Inicias una elección",
      "Si aún no participas: escribe sí en participant, borra leader y envía Election con tu identificador a tu vecino, el nodo del identificador siguiente; el del último es el nodo 0.",
    ],
    [
      "Election",
      "Si candidate es más alto que tu identificador, pásalo sin cambios y participa (sí en participant, leader borrado). Si es más bajo, envía en su lugar tu identificador y participa; si ya participabas, no envíes nada. Si es tu propio identificador, eres el líder: escríbete en leader, escribe no en participant y envía Elected.",
    ],
    [
      "Elected",
      "Si leader es tu propio identificador, la noticia ya ha dado la vuelta. Si no, apúntalo, escribe no en participant y pasa la tarjeta.",
    ],
  ],
  "ricart-agrawala": [
    ["Quieres entrar", "Escribe tu reloj más 1 en requested y envía Request con esa marca a todos los demás."],
    [
      "Request",
      "Si su marca es más alta que tu reloj, adelántalo hasta ella. Apunta en deferred a quien la envía si estás dentro, o si esperas y tu petición es anterior: la de marca más baja y, con la misma marca, la del identificador más bajo. Si no, envía Reply.",
    ],
    ["Reply", "Apunta en replies a quien la envía. Cuando hayan contestado todos los demás, entra."],
    ["Sales", "Borra requested y replies, envía Reply a todos los apuntados en deferred y bórralo también."],
  ],
  "oral-messages": [
    ["Si mandas", "Envía Oral a todos los tenientes: tu identificador en path y tu orden en value."],
    ["Oral del comandante", "Escribe su value en order y no envíes nada todavía."],
    ["Oral de un teniente", "Escribe su value en heard, junto al identificador de quien lo envía."],
    [
      "Termina la primera ronda",
      "Envía Oral a todos los demás tenientes: en path, el identificador del comandante y el tuyo; en value, order (RETIRADA si no llegó ninguna).",
    ],
    [
      "Termina la segunda ronda",
      "Decide según la mayoría de order y heard, o RETIRADA si no la hay, y levanta ATAQUE o RETIRADA.",
    ],
    ["Tu tarjeta secreta", "Si eres traidor, escribe en tus tarjetas lo que dice la tarjeta secreta."],
  ],
}
