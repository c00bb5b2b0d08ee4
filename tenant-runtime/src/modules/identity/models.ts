import { defineEntity } from "../../module/entity.ts";
import type { Role } from "../../platform/access/principal.ts";

export const user = defineEntity({
  type: "user",
  topic: { name: "users", read: "users:manage" },
  events: ["created", "updated", "password_reset"],
  audited: ["password_changed", "password_change_refused"],
});

export const session = defineEntity({
  type: "session",
  audited: ["started", "ended", "refused", "refresh_token_reused"],
});

/** Someone who works for the ISP. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  /** True until the one-time password has been replaced. */
  readonly mustChangePassword: boolean;
  readonly disabled: boolean;
  /** Instants in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Grows by one with every change. */
  readonly version: string;
}

/** A user with the password that was made up for them: shown once, to whoever asked for it. */
export interface UserWithOneTimePassword extends User {
  readonly oneTimePassword: string;
}

export const userRoles = ["admin", "agent"] as const satisfies readonly Role[];
