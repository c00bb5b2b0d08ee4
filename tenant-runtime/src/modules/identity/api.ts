import { z } from "zod";
import { cursor, encodeCursor, pageLimit, pageLink } from "../../http/message/cursor.ts";
import { collectionDocument, type Resource, resourceDocument } from "../../http/message/envelope.ts";
import { commandOf, principalOf } from "../../http/route/command-of.ts";
import { type Route, route } from "../../http/route/route.ts";
import type { Roles } from "../../platform/access/roles.ts";
import type { User, UserWithOneTimePassword } from "./models.ts";
import {
  loginBody,
  newUserBody,
  ownUserAttributes,
  passwordBody,
  refreshBody,
  sessionAttributes,
  userAttributes,
  userAttributesOnce,
  userParams,
  userPatchBody,
  userPosition,
} from "./schemas.ts";
import type { OpenSession, SessionService } from "./session-service.ts";
import type { UserService } from "./user-service.ts";

const userListQuery = z.strictObject({ limit: pageLimit, cursor: cursor(userPosition).optional() });
const usersPath = "/api/v1/users";
const session = resourceDocument("session", sessionAttributes);
const user = resourceDocument("user", userAttributes);
const userOnce = resourceDocument("user", userAttributesOnce);

/** Login and logout, and one's own account. */
export function sessionRoutes(sessions: SessionService, roles: Roles): Route[] {
  const own = { tags: ["sessions"], access: "authenticated", duringPasswordChange: true } as const;
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
      summary: "Who is logged in, and what they may do",
      limits: ["api"],
      responses: {
        200: { description: "The user of this session", schema: resourceDocument("user", ownUserAttributes) },
      },
      async handle(context) {
        const { userId, role } = principalOf(context);
        const { type, id, attributes } = presentUser(await sessions.me(userId));
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
  const manage = { tags: ["users"], access: { permission: "users:manage" }, limits: ["api"] } as const;
  return [
    route({
      ...manage,
      method: "get",
      path: "/users",
      operationId: "listUsers",
      summary: "List users, oldest first, a page at a time",
      query: userListQuery,
      responses: {
        200: { description: "A page of users", schema: collectionDocument("user", userAttributes) },
      },
      async handle(context, { query }) {
        const { users: found, next } = await users.list(query.cursor, query.limit);
        const links = next && { next: pageLink(context.self, encodeCursor(next)) };
        return { status: 200, body: { data: found.map(presentUser), ...(links && { links }) } };
      },
    }),
    route({
      ...manage,
      method: "post",
      path: "/users",
      operationId: "createUser",
      summary: "Create a user with a one-time password",
      secretAnswer: true,
      body: newUserBody,
      responses: { 201: { description: "The user and the one-time password", schema: userOnce } },
      async handle(context, { body }) {
        const created = await users.create({ ...body, name: body.name ?? null }, commandOf(context));
        return presentOnce(201, created);
      },
    }),
    route({
      ...manage,
      method: "get",
      path: "/users/{id}",
      operationId: "retrieveUser",
      summary: "Retrieve a user",
      params: userParams,
      responses: { 200: { description: "The user", schema: user } },
      handle: async (_context, { params }) => replyWith(await users.retrieve(params.id)),
    }),
    route({
      ...manage,
      method: "patch",
      path: "/users/{id}",
      operationId: "updateUser",
      summary: "Change a user's role or name, disable or enable them; ends their sessions",
      conditional: true,
      params: userParams,
      body: userPatchBody,
      responses: { 200: { description: "The user as they are now", schema: user } },
      handle: async (context, { params, body }) =>
        replyWith(await users.change(params.id, body, commandOf(context))),
    }),
    route({
      ...manage,
      method: "post",
      path: "/users/{id}/password-reset",
      operationId: "resetUserPassword",
      summary: "Give a user a new one-time password; ends their sessions",
      secretAnswer: true,
      params: userParams,
      responses: { 200: { description: "The user and the one-time password", schema: userOnce } },
      handle: async (context, { params }) =>
        presentOnce(200, await users.resetPassword(params.id, commandOf(context))),
    }),
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

function presentUser({ id, version: _, ...attributes }: User): Resource {
  return { type: "user", id, attributes };
}

function presentOnce(status: number, { user: created, oneTimePassword }: UserWithOneTimePassword) {
  const { type, id, attributes } = presentUser(created);
  return {
    status,
    body: {
      data: { type, id, attributes: { ...attributes, oneTimePassword } },
      links: { self: `${usersPath}/${id}` },
    },
    version: created.version,
    headers: status === 201 ? { Location: `${usersPath}/${id}` } : {},
  };
}

function replyWith(found: User) {
  const links = { self: `${usersPath}/${found.id}` };
  return { status: 200, body: { data: presentUser(found), links }, version: found.version };
}
