import { z } from "zod";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { text, uuid } from "../../platform/base/text.ts";
import { longestEmailAddress, parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import { userRoles } from "./models.ts";

const email = text(longestEmailAddress, "write an email address such as name@example.com")
  .transform((written, context) => {
    const address = parseEmailAddress(written);
    if (address !== undefined) return address;
    context.addIssue({ code: "custom", message: "write an email address such as name@example.com" });
    return z.NEVER;
  })
  .meta({ examples: ["sam.okafor@isp.example"] });

// Long texts would only cost time in the hash.
const presentPassword = text(128, "write the password");

/** NIST SP 800-63B: length is what counts; no rules of composition. */
const newPassword = text(128, "write the new password").min(12, "write at least 12 characters");

const role = z.enum(userRoles, 'write "admin" or "agent"');
const name = text(200, "write the name")
  .trim()
  .min(1, "write the name, or leave it out")
  .regex(/^\P{Cc}*$/u, "write it on one line, without control characters");

export const loginBody = z.strictObject({ email, password: presentPassword.min(1, "write the password") });
export const refreshBody = z.strictObject({
  refreshToken: text(200, "write the refresh token").min(1, "write the refresh token"),
});
export const passwordBody = z.strictObject({ currentPassword: presentPassword, newPassword });

export const newUserBody = z.strictObject({ email, role, name: name.nullish() });
export const userPatchBody = z
  .strictObject({
    role: role.optional(),
    name: name.nullish(),
    disabled: z.boolean("write true or false").optional(),
  })
  .describe("A JSON merge patch (RFC 7396)");
export const userParams = z.strictObject({ id: uuid("write the id of a user, a UUID") });
export const userPosition = z.object({ createdAt: instantPosition, id: uuid("a UUID") });

/** A session as the API shows it, with its tokens. */
export const sessionAttributes = z.object({
  accessToken: z.string(),
  tokenType: z.literal("Bearer"),
  expiresIn: z.int().describe("Seconds for which the access token is good"),
  refreshToken: z.string().describe("Good once, for the next pair of tokens"),
  userId: z.uuid(),
  role,
  mustChangePassword: z.boolean().describe("True: only the password can be changed, nothing else done"),
});

/** A user as the API shows it. */
export const userAttributes = z.object({
  email: z.string(),
  name: z.string().nullable(),
  role,
  mustChangePassword: z.boolean(),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const ownUserAttributes = userAttributes.extend({ permissions: z.array(z.string()) });

/** A user whose password was just made up. */
export const userAttributesOnce = userAttributes.extend({
  oneTimePassword: z.string().describe("Shown now and never again; to be changed at the first login"),
});
