import { defineErrors } from "../base/errors.ts";

/** The states in which an operation is shown. */
export const shownStates = ["waiting", "running", "succeeded", "failed", "cancelled"] as const;

/** `receiving`: its input is still arriving, and no user can see it. */
export type OperationState = "receiving" | (typeof shownStates)[number];

/** A long command and its progress. */
export interface Operation {
  readonly id: string;
  /** `customers.import` */
  readonly kind: string;
  readonly state: OperationState;
  /** The user and the request of the command. */
  readonly createdBy: string;
  readonly requestId: string | undefined;
  /** Whether it is only a trial run. */
  readonly dryRun: boolean;
  /** Settings and names of fields, never a personal value. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The position of its next part. */
  readonly position: number;
  /** The total work, the finished part, and the refused part of that. */
  readonly total: number;
  readonly done: number;
  readonly refused: number;
  /** The reason why it failed. */
  readonly error: OperationError | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly expiresAt: Date;
}

export interface OperationError {
  readonly code: string;
  readonly message: string;
}

/** The result of one part of an operation. */
export interface Progress {
  readonly done: number;
  readonly refused: number;
  /** The start of the next part; undefined after the last. */
  readonly next: number | undefined;
}

/** The result of one line of a client's input. */
export interface LineResult {
  readonly line: number;
  readonly outcome: "created" | "valid" | "exists" | "refused";
  /** The id of the resource, if there is one. */
  readonly resource: string | null;
  readonly faults: readonly { readonly field: string; readonly message: string }[];
}

/**
 * The limit of a tenant's operations in progress, the number of ended ones that are kept, and the days for which
 * they are kept.
 */
export const mostUnderWay = 5;
export const mostKept = 100;
export const keptDays = 7;

export const operationErrors = defineErrors({
  OPERATION_ENDED: { status: 409, message: "The operation has ended: it cannot be cancelled any more." },
  OPERATION_LIMIT_REACHED: {
    status: 409,
    message: `${mostUnderWay} operations are under way already. Wait until one of them ends, or cancel one.`,
  },
});
