import { defineErrors } from "../../platform/base/errors.ts";

export const customerErrors = defineErrors({
  CUSTOMER_LIMIT_REACHED: {
    status: 403,
    message:
      "The licence of this provider allows no further customers. Ask your platform for a plan that allows more.",
  },
  CUSTOMER_IN_USE: {
    status: 409,
    message: "Only a prospect or a closed customer can be deleted. Close the customer first.",
  },
});
