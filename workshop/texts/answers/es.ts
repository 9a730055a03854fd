/** Answers to the questions to discuss, in Spanish. */
import type { Answers } from "../texts.ts"

export const answers: Answers = {
  bully: {
    "coordinator-crashes": [
      "11 si empieza el nodo 0: 6 Election, 3 Answer y 2 Coordinator. 3 si empieza el nodo 2: 1 Election y 2 Coordinator. Con n nodos: n²-n-1 y n-1. En ambos casos se añade el Heartbeat al nodo 3.",
      "Convoca una elección, nadie superior le contesta y vuelve a coordinar: echa del puesto al nodo 2, y de ahí el nombre de matón. Hasta que su Coordinator llega al nodo 2, hay dos coordinadores.",
    ],
    partition: [
      "Que todo mensaje llega dentro de un plazo conocido. Solo entonces el silencio significa una caída. Aquí los demás siguen activos y, aun así, no se les oye.",
      "Si solo puede elegir una mayoría de todos los nodos, puede hacerlo como mucho un lado. Aquí quedan dos y dos, así que ninguno podría, y el nodo 3 tendría que dejar el puesto: el precio es la disponibilidad.",
    ],
  },
  "ring-election": {
    "one-initiator": [
      "En el peor caso 3n-1, como aquí, con 11: quien empieza es el vecino del más alto, así que pasan n-1 mensajes hasta que este participa; después su identificador da la vuelta con n, y la noticia con otros n. En el mejor caso 2n: empieza el más alto.",
      "Para que todos sepan quién es el líder y queden listos para la elección siguiente. Cuando la tarjeta vuelve, el líder sabe que todos se han enterado.",
    ],
    "two-initiators": [
      "En el nodo 1: ya había enviado su propio identificador, que es más alto, así que no envió nada más.",
      "Más mensajes si los identificadores bajan en el sentido de la marcha: cada uno avanza hasta dar con uno más alto, n(n+1)/2 mensajes Election en total, 10 con cuatro nodos. Menos si suben, como aquí: el vecino descarta todos salvo el más alto, 2n-1, es decir, 7. Los n mensajes de la noticia son los mismos en ambos casos.",
      "La tarjeta 1 no la echaría en falta nadie. Si se pierde una de las tarjetas 2 a 7, ningún identificador completa la vuelta y todos los que participan esperan para siempre; si se pierde una de la 8 a la 10, los que van detrás no llegan a saber quién es el líder. El algoritmo supone que no se pierde ningún mensaje; en la práctica, los nodos acusan recibo o vuelven a empezar al cabo de un plazo.",
    ],
  },
  raft: {
    replication: [
      "Cuando la entrada está confirmada y aplicada: la ha guardado una mayoría, contando al líder. Aquí eso ocurre al llegar la tarjeta 3; el líder no tiene que esperar a la 4.",
      "Por leaderCommit en el siguiente AppendEntries, aquí en los latidos 5 y 6. Hasta entonces tienen la entrada y no saben que está confirmada.",
      "4 por la entrada, 2(n-1), y 4 más por el latido, que la entrada siguiente haría innecesario. La petición del cliente y la respuesta se cuentan aparte.",
    ],
    election: [
      "Dos mayorías cualesquiera tienen un nodo en común. Si ese nodo votara dos veces, dos candidatos de un mismo mandato podrían tener mayoría y ambos serían líderes. Por eso votedFor debe sobrevivir a una caída.",
      "El del nodo 1, en la tarjeta 6: con el voto propio del nodo 2 y el del nodo 0 suma tres de cinco. Las tarjetas 7 y 8 llegan cuando ya no importan.",
    ],
    "split-vote": [
      "Para que casi siempre un nodo se presente bastante antes que los demás y tenga su mayoría antes de que venza el plazo siguiente. Tras un voto dividido se vuelve a sortear, y es poco probable que coincidan otra vez.",
      "Todos se presentarían en el mismo instante, cada uno votaría por sí mismo, y así en cada mandato: no pasa nada inseguro, pero nadie es líder.",
    ],
    rollback: [
      "No: al nodo 0 no le contestó ninguna mayoría, y él no respondió al cliente. Tampoco puede deducir el cliente que su orden no se ha ejecutado: si la entrada hubiera llegado a una mayoría, se habría ejecutado.",
      "El nodo 1 indica la entrada anterior a las nuevas: índice 1, mandato 2 (tarjeta 12). El nodo 0 tiene ahí el mandato 1 y la rechaza (tarjeta 14), así que el nodo 1 retrocede un índice (tarjeta 16). Se repite hasta que los registros coinciden, a más tardar en el índice 0.",
    ],
    "figure-8": [
      "En (c), cuando la tarjeta 41 llegó al nodo 2: los nodos 0, 1 y 2 tenían 2/2. En (d), la tarjeta 67 hizo que el nodo 0 la sobrescribiera, y dejó de haber mayoría.",
      "Al cliente de put k = v2: el nodo 0 le habría contestado al llegar la tarjeta 42. En (d) el nodo 4 sobrescribe la entrada, y se pierde una escritura ya confirmada al cliente.",
      "Una entrada de su propio mandato, el 4, en una mayoría. Entonces el nodo 4, cuya última entrada es del mandato 3, no consigue una mayoría de votos, y la entrada del mandato 2 queda confirmada junto con la del 4: es la parte (e) de la figura del artículo.",
    ],
    snapshot: [
      "El índice y el mandato de su última entrada, porque con ellos se comprueba el siguiente AppendEntries (tarjeta 13). También la configuración hasta ahí y lo que haga falta para reconocer una petición repetida de un cliente.",
      "Las que abarca la instantánea se borran. Si su registro tiene la misma entrada en que acaba la instantánea, por índice y mandato, lo que sigue a esa entrada se queda; si no, se borra todo el registro.",
    ],
    "pre-vote": [
      "El nodo 2 habría pedido votos en el mandato 2. Su registro es demasiado corto para ganar, pero el mandato más alto depone al nodo 0: el grupo se queda sin líder hasta que haya una elección en un mandato posterior.",
      "Lo que depone a un líder es un mandato más alto. Si el voto previo subiera el de quien pregunta, el daño lo haría su siguiente tarjeta; si subiera el de los demás, lo haría la propia pregunta.",
    ],
    "joint-consensus": [
      "Con C_old,new hace falta también una mayoría de los miembros antiguos 0, 1 y 2, y de ellos solo el nodo 2 tiene la orden.",
      "El nodo 2 habría confirmado put k = v0 con los nodos 3 y 4, una mayoría de los cinco; los nodos 0 y 1, una mayoría de los tres, confirmaron put k = v2. Ningún grupo supo del otro: los registros se separan para siempre.",
      "Los nodos 0 y 1 no la tenían y, como son mayoría de los miembros antiguos, pudieron elegir sin ella a un líder, que la sobrescribió (tarjeta 24). El operador no recibió respuesta y tuvo que pedirlo otra vez; nada confirmado se pierde.",
      "Desde que llega la tarjeta 32: el nodo 0 añade C_old,new, se rige por ella en el acto y necesita a tres de los cinco; tampoco vota ya por el nodo 1, cuyo registro es más corto. De forma definitiva, desde que llega la tarjeta 38, cuando C_old,new queda confirmada.",
    ],
  },
  paxos: {
    "one-proposer": [
      "Cuando la tarjeta 5 llegó al nodo 1. El nodo 0 había aceptado su propia propuesta al escribir las tarjetas 5 y 6, así que entonces habían aceptado dos de tres en la votación 3.",
      "Nadie. El nodo 1 solo sabía lo suyo, y el nodo 0 aún no lo había oído. El nodo 0 lo supo con la tarjeta 7; los demás, con la 9 y la 10.",
    ],
    "two-proposers": [
      "Con la tarjeta 9: el nodo 2 promete y dice que ha aceptado el valor 1 en la votación 3.",
      "No. Habían aceptado los nodos 0 y 2, una mayoría, y dos mayorías cualesquiera tienen un nodo en común. Con el nodo 0 en lugar del 2, la tarjeta 15 habría dicho lo mismo.",
    ],
  },
  "ricart-agrawala": {
    "one-entry": [
      "Su respuesta no llega nunca: el nodo 0 espera para siempre, y también todo el que pregunte después, hasta que se sepa que aquel ha caído y se prescinda de él.",
      "Solo espera permiso quien lo ha pedido. Quien preguntó mientras el nodo 0 estaba dentro figura en deferred y recibe la respuesta cuando sale.",
    ],
    "a-tie": [
      "El nodo 0 aplazó su respuesta al nodo 1 hasta salir (tarjeta 8): las dos marcas son 1, y va primero el identificador más bajo. El nodo 1 respondió al nodo 0 en el acto (tarjeta 5).",
      "No. La marca y el identificador ponen todas las peticiones en un solo orden, y cada cual cede el paso solo a las anteriores. Así no puede formarse un círculo, y la primera petición recibe todas las respuestas.",
    ],
    "while-inside": [
      "El nodo 1 está dentro y aplaza su respuesta. Los identificadores solo cuentan entre marcas iguales, y el nodo 0, que había visto la marca 1, pide con la 2.",
      "Si el nodo 1 siguiera esperando al nodo 2, tomaría la petición del nodo 0 por anterior y respondería en el acto. Como el nodo 0 ya ha respondido, ambos podrían entrar. Por eso una petición lleva una marca superior a todas las que ha visto quien la envía.",
    ],
  },
  "oral-messages": {
    "all-loyal": [
      "n-1 del comandante y n-2 de cada uno de los n-1 tenientes: (n-1)² en total, 9 con cuatro. Con más traidores hacen falta más rondas, y cada una multiplica los mensajes por cerca de n.",
      "Un comandante traidor podría ordenar a cada cual una cosa distinta, y los tenientes leales no harían lo mismo. Solo lo descubren si comparan lo que se les ha dicho.",
    ],
    "traitorous-lieutenant": [
      "No. El nodo 1 tiene ATAQUE dos veces, y RETIRADA del nodo 3. O miente el nodo 3, o el comandante le dijo otra cosa. No les hace falta saberlo: la mayoría acierta en los dos casos.",
    ],
    "traitorous-commander": [
      "ATAQUE, porque todos lo tienen dos veces, y RETIRADA una. No importa cuál: la orden del comandante solo obliga si es leal; si es traidor, basta con que todos los leales hagan lo mismo.",
      "No, sea quien sea el traidor, mientras haya uno solo entre cuatro. Si es un teniente, los dos leales tienen dos veces la orden del comandante. Si es el comandante, los tres tenientes comparan los mismos tres valores.",
    ],
    "three-generals": [
      "Habría visto lo mismo: ATAQUE del comandante, RETIRADA del nodo 2. Con un comandante leal tiene que atacar. Si entonces atacara siempre, el nodo 2, a quien un comandante traidor ordenó RETIRADA, se retiraría por la misma regla, y los leales no estarían de acuerdo. Así que no hay regla que sirva.",
      "Nadie puede cambiar una orden firmada. El nodo 2 podría transmitir ATAQUE o callar, y en ambos casos el nodo 1 atacaría; un comandante que firma dos órdenes distintas se delata. Entonces bastan tres.",
    ],
  },
}
