import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { LoginLetter } from "../model/names/credentials.ts";
import type { TenantNames } from "../model/names/names.ts";
import type { RotatedLogin } from "../model/names/rotated-login.ts";
import type { Limit } from "./limit.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/**
 * A part of a tenant outside of Kubernetes, which no watch observes. Each method may be called at any time and again
 * after a crash in its middle. It writes only differences. Each gets the whole world, so that a new client needs no change
 * here.
 */
export interface Resource {
  /** The type of its condition. */
  readonly condition: string;
  /** Its login, if the runtime has one there: a part of the credentials that rotate together. */
  readonly login?: RotatedLogin;
  /** The limits that `ensure` finds a tenant at. */
  readonly limits?: readonly Limit[];
  /** Brings it to the state in the tenant's blueprint. */
  ensure(subject: Subject): Promise<Outcome>;
  /** Finds tenants in bulk whose state differs from the result of `ensure`, without a write. One query per server. */
  drifted(tenants: readonly SettledTenant[], world: World): readonly DriftLook[];
  /** Revokes every credential of a tenant that is being deleted. Its data stay. */
  revoke(retired: RetiredTenant): Promise<void>;
  /** Permanently deletes everything that `revoke` has kept. */
  destroy(names: TenantNames, world: World): Promise<void>;
}

/** A tenant that was complete once. Others are in the queue anyway. */
export interface SettledTenant {
  readonly blueprint: Blueprint;
  /** The enabled app logins by the status: one, or both during a rotation. */
  readonly enabledLogins: readonly LoginLetter[];
}

/** A running check of one server. A server that does not answer hides no drift on another. */
export interface DriftLook {
  /** The server's name, for messages. */
  readonly part: string;
  readonly drifted: Promise<readonly SettledTenant[]>;
}

/** A tenant without pods. */
export type RetiredTenant = Pick<Subject, "world" | "changes"> & { readonly names: TenantNames };
