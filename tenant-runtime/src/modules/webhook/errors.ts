import { defineErrors } from "../../platform/base/errors.ts";

export const webhookErrors = defineErrors({
  WEBHOOK_ENDPOINT_LIMIT_REACHED: {
    status: 409,
    message: "This provider has 20 webhook endpoints already. Delete one first.",
  },
  WEBHOOK_ENDPOINT_DISABLED: { status: 409, message: "The webhook endpoint is disabled. Enable it first." },
  WEBHOOK_DELIVERY_WAITING: {
    status: 409,
    message: "Only a delivery that has ended can be replayed. This one still waits.",
  },
  WEBHOOK_BACKLOG_FULL: {
    status: 409,
    message: "10,000 deliveries of this endpoint wait already. Try again when some of them have ended.",
  },
});
