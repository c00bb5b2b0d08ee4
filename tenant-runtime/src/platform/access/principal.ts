/** The user of a request: a signed-in user of this ISP. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  /** The user's version when the session began. Any later version ends the session. */
  readonly userVersion: string;
}

export type Role = "admin" | "agent";
