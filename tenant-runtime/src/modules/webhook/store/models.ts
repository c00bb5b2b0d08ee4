import { defineEntity } from "../../../module/entity.ts";

export const webhookEndpoint = defineEntity({
  type: "webhook_endpoint",
  topic: { name: "webhooks", read: "webhooks:read" },
  events: ["created", "updated", "deleted", "secret_rotated", "disabled"],
  audited: ["test_sent", "delivery_replayed", "failed_replayed"],
});

/** `gone`: it answered 410. `failing`: each attempt of five days failed. */
export const disabledReasons = ["administrator", "gone", "failing"] as const;

export type DisabledReason = (typeof disabledReasons)[number];

/** The fields of an endpoint that an administrator writes. */
export interface EndpointDetails {
  /** `https`, in its canonical form. */
  readonly url: string;
  readonly description: string | null;
  /** The types of events that are sent; null for all. */
  readonly events: readonly string[] | null;
  readonly enabled: boolean;
}

/** A receiver of events. Its secret is not part of it. */
export interface WebhookEndpoint extends EndpointDetails {
  readonly id: string;
  readonly disabledReason: DisabledReason | null;
  readonly disabledAt: string | null;
  /** The first failed attempt since the last success. */
  readonly failingSince: string | null;
  /** Until then messages carry the signature of the secret before the last rotation too. */
  readonly previousSecretUntil: string | null;
  /** Instants in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: string;
}

export const deliveryStates = ["waiting", "succeeded", "failed"] as const;

export type DeliveryState = (typeof deliveryStates)[number];

/** The body of a message (Standard Webhooks, "Payload structure"). */
export interface Payload {
  readonly type: string;
  /** When the event occurred. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One event for one endpoint. */
export interface Delivery {
  /** Sent as `webhook-id`. */
  readonly id: string;
  /** Null for a test message. */
  readonly eventId: string | null;
  readonly eventType: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly payload: Payload;
  readonly createdAt: string;
  readonly lastAttemptAt: string | null;
  /** Null unless it waits. */
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
  readonly version: string;
}

/** The type of a test message. No event has it. */
export const testType = "webhook.test";
