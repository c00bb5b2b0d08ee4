import type { UserRole } from "./permissions.ts";

/** Someone who works for the ISP. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: UserRole;
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
export interface UserWithOneTimePassword {
  readonly user: User;
  readonly oneTimePassword: string;
}

export const userRoles = ["admin", "agent"] as const satisfies readonly UserRole[];

/** The last row of a page of users. */
export interface UserPosition {
  readonly createdAt: string;
  readonly id: string;
}
