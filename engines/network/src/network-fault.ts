import { EngineFault } from "../../base/src/engine-fault.ts";

/** The kind of rule that an input broke. Stable, so that callers may branch on it. */
export type FaultCode =
  | "ADDRESS_INVALID"
  | "PREFIX_INVALID"
  | "RANGE_INVALID"
  | "MAC_INVALID"
  | "SPACE_EXHAUSTED"
  | "PLAN_INVALID"
  | "ATTRIBUTE_INVALID"
  | "PACKET_INVALID"
  | "IDENTITY_INVALID"
  | "POLICY_INVALID"
  | "SESSION_INVALID"
  | "QUOTA_INVALID"
  | "MONITORING_INVALID"
  | "FACTS_INVALID";

/** An input that the network engine refuses. */
export class NetworkFault extends EngineFault<FaultCode> {}
