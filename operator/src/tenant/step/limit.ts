import type { Finding } from "./findings.ts";

/** A limit that a tenant may reach. The Tenant has its condition only while it is at the limit. */
export interface Limit<Value = unknown> {
  /** The type of the condition. */
  readonly condition: string;
  /** Whether a Warning Event reports that the condition begins or changes its reason. */
  readonly becomesEvent: boolean;
  /** Without this finding, because no step has looked, the condition stays unchanged. */
  readonly finding: Finding<Value>;
  /** The reason and message of the condition; undefined while the tenant is not at the limit. */
  trouble(found: Value, plan: string): Trouble | undefined;
}

export interface Trouble {
  readonly reason: string;
  readonly message: string;
}
