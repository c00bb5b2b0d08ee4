import { defineErrors } from "../../platform/base/errors.ts";

export const mailErrors = defineErrors({
  MAIL_SERVER_MISSING: { status: 409, message: "This provider has no mail server. Set one first." },
  MAIL_BACKLOG_FULL: {
    status: 409,
    message: "10,000 messages wait already. Try again when some of them have been sent.",
  },
  MAIL_SUPPRESSION_LIMIT_REACHED: {
    status: 409,
    message: "This provider has 100,000 suppressed addresses already. Remove some of them first.",
  },
});
