import { z } from "zod";
import { emailAddress, line, oneOf, orNull } from "../../module/fields/fields.ts";
import { text } from "../../platform/base/text.ts";
import { userRoles } from "./store/models.ts";

const email = emailAddress();

// Longer texts would only make the hash slower.
const presentPassword = text(128, "write the password");

/** NIST SP 800-63B: require length, no rules of composition. */
const newPassword = text(128, "write the new password").min(12, "write at least 12 characters");

const role = oneOf(userRoles, 'write "admin" or "agent"');
const name = line("the name, or leave it out", 200);

export const loginBody = z.strictObject({ email, password: presentPassword.min(1, "write the password") });
export const refreshBody = z.strictObject({
  refreshToken: text(200, "write the refresh token").min(1, "write the refresh token"),
});
export const passwordBody = z.strictObject({ currentPassword: presentPassword, newPassword });

export const newUserBody = z.strictObject({ email, role, ...orNull({ name }) });
export const userPatchBody = z
  .strictObject({
    role: role.optional(),
    name: name.nullish(),
    disabled: z.boolean("write true or false").optional(),
  })
  .describe("A JSON merge patch (RFC 7396)");

/** A session as the API shows it, with its tokens. */
export const sessionAttributes = z.object({
  accessToken: z.string(),
  tokenType: z.literal("Bearer"),
  expiresIn: z.int().describe("Seconds for which the access token is valid"),
  refreshToken: z.string().describe("Valid once, for the next pair of tokens"),
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

/** A user with a newly generated password. */
export const userAttributesOnce = userAttributes.extend({
  oneTimePassword: z.string().describe("Shown now and never again; to be changed at the first login"),
});
