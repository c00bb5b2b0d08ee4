import { invalidField } from "../../platform/base/invalid-field.ts";
import type { User } from "./models.ts";

/** Throws VALIDATION_ERROR for the old password again and for one made of what everybody knows. */
export function requireGoodPassword(password: string, known: { current: string; user: User }): void {
  const message = fault(password, known);
  if (message === undefined) return;
  throw invalidField("newPassword", message);
}

function fault(password: string, { current, user }: { current: string; user: User }): string | undefined {
  if (password === current) return "write a password that differs from the present one";
  const plain = password.toLowerCase();
  const [localPart = ""] = user.email.toLowerCase().split("@");
  if (localPart.length >= 4 && plain.includes(localPart))
    return "leave your email address out of the password";
  if (new Set(plain).size < 5) return "use at least 5 different characters";
  return undefined;
}
