/** Messages and bytes by purpose, per run and per operation. */
import type { Estimation, Measure } from "./measure.ts"

function perOperation(above: string): Estimation {
  return { above, below: "ok" }
}

export const MESSAGES = [
  {
    name: "messages_protocol",
    doc: "protocol messages sent between nodes",
    of: ({ messages }) => messages.protocol,
  },
  {
    name: "messages_heartbeat",
    doc: "heartbeats sent between nodes",
    of: ({ messages }) => messages.heartbeat,
  },
  {
    name: "messages_retransmission",
    doc: "messages sent again between nodes",
    of: ({ messages }) => messages.retransmission,
  },
  {
    name: "messages_client",
    doc: "messages between clients and nodes",
    of: ({ messages }) => messages.client,
  },
  {
    name: "messages_total",
    doc: "all messages sent between nodes: protocol, heartbeats and retransmissions",
    of: ({ totalMessages }) => totalMessages,
  },
  {
    name: "bytes_total",
    doc: "bytes of all messages between nodes",
    of: ({ totalBytes }) => totalBytes,
  },
  {
    name: "bytes_protocol",
    doc: "bytes of protocol messages",
    of: ({ bytes }) => bytes.protocol,
  },
  {
    name: "bytes_heartbeat",
    doc: "bytes of heartbeats",
    of: ({ bytes }) => bytes.heartbeat,
  },
  {
    name: "bytes_retransmission",
    doc: "bytes of retransmissions",
    of: ({ bytes }) => bytes.retransmission,
  },
  {
    name: "bytes_client",
    doc: "bytes of client messages",
    of: ({ bytes }) => bytes.client,
  },
  {
    name: "messages_per_operation",
    doc: "protocol messages per successful operation",
    of: ({ outcome, messages }) => messages.protocol / outcome.ok,
    estimate: perOperation("messages_protocol"),
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "messages",
      question: "many messages does an operation cost",
      title: "Protocol messages per successful operation",
    },
  },
  {
    name: "bytes_per_operation",
    doc: "bytes of protocol messages per successful operation",
    of: ({ outcome, bytes }) => bytes.protocol / outcome.ok,
    estimate: perOperation("bytes_protocol"),
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "bytes",
      question: "many bytes does an operation cost",
      title: "Bytes of protocol messages per successful operation",
    },
  },
  {
    name: "messages_total_per_operation",
    doc: "all messages between nodes per successful operation",
    of: ({ outcome, totalMessages }) => totalMessages / outcome.ok,
    estimate: perOperation("messages_total"),
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "total-messages",
      question: "many messages of any purpose does an operation cost",
      title: "All messages between nodes per successful operation",
    },
  },
  {
    name: "retransmissions_per_operation",
    doc: "messages sent again between nodes per successful operation",
    of: ({ outcome, messages }) => messages.retransmission / outcome.ok,
    estimate: perOperation("messages_retransmission"),
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "retransmissions",
      question: "many messages are sent again for an operation",
      title: "Retransmissions per successful operation",
    },
  },
  {
    name: "heartbeats_per_operation",
    doc: "heartbeats per successful operation",
    of: ({ outcome, messages }) => messages.heartbeat / outcome.ok,
    estimate: perOperation("messages_heartbeat"),
  },
  {
    name: "client_messages_per_operation",
    doc: "messages between clients and nodes per successful operation",
    of: ({ outcome, messages }) => messages.client / outcome.ok,
    estimate: perOperation("messages_client"),
  },
  {
    name: "bytes_total_per_operation",
    doc: "bytes of all messages between nodes per successful operation",
    of: ({ outcome, totalBytes }) => totalBytes / outcome.ok,
    estimate: perOperation("bytes_total"),
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "total-bytes",
      question: "many bytes of any purpose does an operation cost",
      title: "Bytes of all messages between nodes per successful operation",
    },
  },
  {
    name: "messages_per_attempt",
    doc: "protocol messages per operation begun, whether it succeeded or not",
    of: ({ outcome, messages }) => messages.protocol / outcome.attempted,
    estimate: { above: "messages_protocol", below: "attempted" },
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "messages-per-attempt",
      question: "many messages does an attempted operation cost",
      title: "Protocol messages per operation begun",
    },
  },
  {
    name: "heartbeats_per_s",
    doc: "heartbeats per second of virtual time",
    of: ({ messages, seconds }) => messages.heartbeat / seconds,
    estimate: "mean",
    isCompared: true,
    isOfMessages: true,
    chart: {
      name: "heartbeats",
      question: "many heartbeats are sent in the background",
      title: "Heartbeats per second",
    },
  },
] as const satisfies readonly Measure[]
