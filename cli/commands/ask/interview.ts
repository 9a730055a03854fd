/** The dialogue of `quorate ask` in a terminal: the question, and then the values that it needs, each with a default. */
import { isCancel, select, text } from "@clack/prompts"
import { Interrupted } from "../../exit-codes.ts"
import { isQuestion, type Key, QUESTIONS, type Question, type QuestionName, READ, type Situation } from "./questions.ts"

/** The prompts, by value. */
const ASKED: Readonly<Record<Key, string>> = {
  nodes: "How many nodes? Several numbers are compared, e.g. 3,5",
  regions: "In which regions are they? Names of AWS or GCP such as eu-west-1,us-east-1; empty: all in one place",
  clients: "In which regions are the clients? Empty: where the nodes are",
  latency: "How long does a message take one way?",
  p99: "Which delay does one message in a hundred exceed?",
  fsync: "How long until a write is durable?",
  requesters: "How many want the lock?",
  mtbf: "How often does a node fail, on average?",
  mttr: "How long until it is back, on average?",
}

/** Asks which question it is. */
export async function askQuestion(): Promise<QuestionName> {
  const options = Object.entries(QUESTIONS).map(([value, { title }]) => ({ value, label: title, hint: value }))
  const chosen = await select({ message: "What do you want to know?", options })
  if (isCancel(chosen)) throw new Interrupted()
  if (!isQuestion(chosen)) throw new Error(`there is no question ${chosen}`)
  return chosen
}

/** Asks for what a question needs and was not given. @param known all values, defaults included */
export async function askFor(question: Question, given: Partial<Situation>, known: Situation): Promise<Situation> {
  const said: Record<string, unknown> = {}
  for (const key of question.needs) {
    if (given[key] !== undefined) continue
    const byDefault = [known[key]].flat().join(",")
    const reply = await text({
      message: ASKED[key],
      ...(byDefault === "" ? {} : { placeholder: byDefault }),
      defaultValue: byDefault,
      validate: written => problemWith(key, written ?? "", byDefault),
    })
    if (isCancel(reply)) throw new Interrupted()
    said[key] = READ[key](reply)
  }
  return { ...known, ...said }
}

function problemWith(key: Key, written: string, byDefault: string): string | undefined {
  const read = READ[key](written === "" ? byDefault : written)
  return typeof read === "object" && "problem" in read ? read.problem : undefined
}
