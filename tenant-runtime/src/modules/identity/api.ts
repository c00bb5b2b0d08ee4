import { resourceDocument } from "../../http/message/envelope.ts";
import { commandOf, principalOf } from "../../http/route/command-of.ts";
import { type Route, route } from "../../http/route/route.ts";
import { present } from "../../module/resource/resource-answers.ts";
import { ResourceRoutes } from "../../module/resource/resource-routes.ts";
import type { Roles } from "../../platform/access/roles.ts";
import {
  loginBody,
  newUserBody,
  ownUserAttributes,
  passwordBody,
  refreshBody,
  sessionAttributes,
  userAttributes,
  userAttributesOnce,
  userPatchBody,
} from "./schemas.ts";
import type { OpenSession, SessionService } from "./session-service.ts";
import { user } from "./store/models.ts";
import { userListing } from "./store/table.ts";
import type { UserService } from "./user-service.ts";

const session = resourceDocument("session", sessionAttributes);
const resource = new ResourceRoutes({
  entity: user,
  one: "a user",
  many: "users",
  attributes: userAttributes,
  permissions: { read: "users:manage", write: "users:manage" },
});

const own = { tags: ["sessions"], access: "authenticated", duringPasswordChange: true } as const;

/** Login and logout, and one's own account. */
export function sessionRoutes(sessions: SessionService, roles: Roles): Route[] {
  return [...tokenRoutes(sessions), ...ownRoutes(sessions, roles)];
}

/** The routes that give a session its tokens: they need none. */
function tokenRoutes(sessions: SessionService): Route[] {
  return [
    route({
      method: "post",
      path: "/auth/login",
      operationId: "login",
      summary: "Log in with email and password",
      tags: ["sessions"],
      access: "public",
      limits: ["login"],
      body: loginBody,
      responses: { 200: { description: "A new session", schema: session } },
      handle: async (context, { body }) =>
        presentSession(await sessions.login(body.email, body.password, context)),
    }),
    route({
      method: "post",
      path: "/auth/refresh",
      operationId: "refreshSession",
      summary: "Trade a refresh token for the next pair of tokens; used twice, it ends the session",
      tags: ["sessions"],
      access: "public",
      limits: ["api"],
      body: refreshBody,
      responses: { 200: { description: "The session with new tokens", schema: session } },
      handle: async ({ requestId }, { body }) =>
        presentSession(await sessions.refresh(body.refreshToken, requestId)),
    }),
  ];
}

/** The routes of the session's own user. */
function ownRoutes(sessions: SessionService, roles: Roles): Route[] {
  return [
    route({
      ...own,
      method: "post",
      path: "/auth/logout",
      operationId: "logout",
      summary: "End this session at once",
      limits: ["api"],
      responses: { 204: { description: "Ended" } },
      async handle(context) {
        await sessions.logout(principalOf(context), commandOf(context));
        return { status: 204 };
      },
    }),
    route({
      ...own,
      method: "get",
      path: "/auth/me",
      operationId: "retrieveOwnUser",
      summary: "The user who is logged in, and their permissions",
      limits: ["api"],
      responses: {
        200: { description: "The user of this session", schema: resourceDocument("user", ownUserAttributes) },
      },
      async handle(context) {
        const { userId, role } = principalOf(context);
        const { type, id, attributes } = present("user", await sessions.me(userId));
        return {
          status: 200,
          body: { data: { type, id, attributes: { ...attributes, permissions: roles.permissionsOf(role) } } },
        };
      },
    }),
    route({
      ...own,
      method: "post",
      path: "/auth/password",
      operationId: "changeOwnPassword",
      summary: "Change the password; ends all sessions and starts a new one",
      limits: ["api", "login"],
      secretAnswer: true,
      body: passwordBody,
      responses: { 200: { description: "A new session", schema: session } },
      handle: async (context, { body }) =>
        presentSession(await sessions.changePassword(principalOf(context), body, context)),
    }),
  ];
}

/** The administration of the ISP's staff. */
export function userRoutes(users: UserService): Route[] {
  const once = { attributes: userAttributesOnce, answer: "The user and the one-time password" };
  return [
    resource.list(
      { summary: "List users, oldest first, a page at a time", listing: userListing },
      users.list,
    ),
    resource.create(
      {
        ...once,
        summary: "Create a user with a one-time password",
        secretAnswer: true,
        body: newUserBody,
      },
      users.create,
    ),
    resource.retrieve({ summary: "Retrieve a user" }, users.retrieve),
    resource.update(
      {
        summary: "Change a user's role or name, disable or enable them; ends their sessions",
        body: userPatchBody,
      },
      users.change,
    ),
    resource.act(
      {
        ...once,
        path: "password-reset",
        operationId: "resetUserPassword",
        summary: "Give a user a new one-time password; ends their sessions",
        secretAnswer: true,
      },
      users.resetPassword,
    ),
  ];
}

function presentSession({ principal, accessToken, refreshToken, expiresIn }: OpenSession) {
  const { sessionId, userId, role, mustChangePassword } = principal;
  const attributes = {
    accessToken,
    tokenType: "Bearer",
    expiresIn,
    refreshToken,
    userId,
    role,
    mustChangePassword,
  };
  return { status: 200, body: { data: { type: "session", id: sessionId, attributes } } };
}
