/** Who makes a request: a signed-in user of this ISP. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  /** The version of the user when the session began: another one has ended it. */
  readonly userVersion: string;
}

export type Role = "admin" | "agent";
