import type { EstimateStrength } from "../../platform/access/passwords/guessing.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import type { User } from "./store/models.ts";

/** The known facts about the user who chooses a password. */
export interface PasswordContext {
  /** The present password. */
  readonly current: string;
  readonly user: Pick<User, "email" | "name">;
  readonly provider: { readonly displayName: string };
}

/**
 * Throws VALIDATION_ERROR for the present password, and for one that is easy to guess: a common one, or one made of
 * common parts or of known words about the user and the provider (NIST SP 800-63B, 3.1.1.2).
 */
export async function requireGoodPassword(
  password: string,
  context: PasswordContext,
  estimateStrength: EstimateStrength,
): Promise<void> {
  const message = plainFault(password, context) ?? (await weakness(password, context, estimateStrength));
  if (message !== undefined) throw invalidField("newPassword", message);
}

function plainFault(password: string, { current, user }: PasswordContext): string | undefined {
  if (password === current) return "write a password that differs from the present one";
  const plain = password.toLowerCase();
  const [localPart = ""] = user.email.toLowerCase().split("@");
  if (localPart.length >= 4 && plain.includes(localPart))
    return "leave your email address out of the password";
  if (new Set(plain).size < 5) return "use at least 5 different characters";
  return undefined;
}

async function weakness(
  password: string,
  context: PasswordContext,
  estimateStrength: EstimateStrength,
): Promise<string | undefined> {
  const { isWeak, knownWord } = await estimateStrength({ password, knownWords: knownWords(context) });
  if (!isWeak) return undefined;
  return knownWord === undefined
    ? "write a password that is harder to guess, such as four words that do not belong together: this one is common, or made of common words, numbers, dates or neighbouring keys"
    : `leave out "${knownWord}", which belongs to you or to your provider, or write more beside it`;
}

/** The words of the user's email and name and of the provider's name: each word, and all words of a text joined. */
function knownWords({ user, provider }: PasswordContext): string[] {
  const texts = [user.email, user.name ?? "", provider.displayName, "dotmac"];
  const words = texts.flatMap((text) => {
    const parts = text.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u);
    return [...parts, parts.join("")];
  });
  return [...new Set(words)].filter((word) => word.length >= 3);
}
