import { defineErrors } from "../../platform/base/errors.ts";

export const identityErrors = defineErrors({
  LAST_ADMINISTRATOR: {
    status: 409,
    message: "This is the last administrator. Make another user an administrator first.",
  },
});
