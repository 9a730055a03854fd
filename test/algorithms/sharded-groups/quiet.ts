/** No heartbeat, retry or election falls into a run. */
export const QUIET = {
  retry: "50s",
  raftHeartbeatInterval: "20s",
  raftElectionTimeoutMin: "40s",
  raftElectionTimeoutMax: "50s",
  multiPaxosHeartbeatInterval: "20s",
  multiPaxosElectionTimeoutMin: "40s",
  multiPaxosElectionTimeoutMax: "50s",
  viewstampedReplicationHeartbeatInterval: "20s",
  viewstampedReplicationViewChangeTimeout: "50s",
  chainReplicationHeartbeatInterval: "20s",
  chainReplicationDetectionTimeout: "50s",
  chainReplicationResendAfter: "50s",
}
