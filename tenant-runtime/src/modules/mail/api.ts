import { createHash } from "node:crypto";
import { apiRoot } from "../../http/message/api-root.ts";
import { errorDocument, resourceDocument } from "../../http/message/envelope.ts";
import { commandOf } from "../../http/route/command-of.ts";
import { type Received, type Reply, type Route, route } from "../../http/route/route.ts";
import { present } from "../../module/resource/resource-answers.ts";
import { ResourceRoutes } from "../../module/resource/resource-routes.ts";
import { AppError } from "../../platform/base/errors.ts";
import type { BounceService } from "./bounce-service.ts";
import type { MessageService } from "./message-service.ts";
import {
  bounceAttributes,
  messageAttributes,
  serverAttributes,
  serverBody,
  suppressionAttributes,
  suppressionBody,
} from "./schemas.ts";
import type { ServerService } from "./server-service.ts";
import type { MessageListing, SuppressionListing } from "./store/listing.ts";
import { type MailServer, mailMessage, mailServer, mailSuppression } from "./store/models.ts";
import type { SuppressionService } from "./suppression-service.ts";

const permissions = { read: "mail:read", write: "mail:manage" };
const tags = ["mail"];
const managing = { tags, limits: ["api"], access: { permission: permissions.write } } as const;

const messageResource = new ResourceRoutes({
  entity: mailMessage,
  one: "a message",
  many: "mail-messages",
  attributes: messageAttributes,
  permissions,
});

const suppressionResource = new ResourceRoutes({
  entity: mailSuppression,
  one: "a suppressed address",
  many: "mail-suppressions",
  attributes: suppressionAttributes,
  permissions,
});

/** The operations on the mail server. An ISP has at most one, so it has no id in its path. */
export function serverRoutes(server: ServerService, messages: MessageService): Route[] {
  const schema = resourceDocument(mailServer.type, serverAttributes);
  const path = "/mail-server";
  return [
    route({
      ...managing,
      method: "get",
      path,
      operationId: "retrieveMailServer",
      summary: "Retrieve the mail server, without its secrets",
      responses: {
        200: { description: "The mail server", schema, headers: ["ETag"] },
        404: { description: "There is none", schema: errorDocument() },
      },
      handle: async () => shown(200, await server.retrieve()),
    }),
    route({
      ...managing,
      method: "put",
      path,
      operationId: "replaceMailServer",
      summary: "Set the mail server, or replace its settings; messages that wait are tried again",
      body: serverBody,
      responses: {
        200: { description: "The mail server as it is now", schema, headers: ["ETag"] },
        201: { description: "The new mail server", schema, headers: ["ETag", "Location"] },
        412: { description: "It has changed since it was read, or is not there", schema: errorDocument() },
      },
      async handle(context, { body }) {
        const { server: saved, isNew } = await server.replace(body, commandOf(context));
        return shown(isNew ? 201 : 200, saved);
      },
    }),
    route({
      ...managing,
      method: "delete",
      path,
      operationId: "deleteMailServer",
      summary: "Remove the mail server; messages wait for another one for seven days",
      responses: {
        204: { description: "Removed" },
        404: { description: "There is none", schema: errorDocument() },
      },
      async handle(context) {
        await server.remove(commandOf(context));
        return { status: 204 };
      },
    }),
    route({
      ...managing,
      method: "post",
      path: `${path}/test`,
      operationId: "testMailServer",
      summary: "Send a test message to one's own address",
      responses: {
        202: {
          description: "The message, which waits",
          schema: resourceDocument(mailMessage.type, messageAttributes),
        },
      },
      handle: async (context) => ({
        status: 202,
        body: { data: present(mailMessage.type, await messages.sendTest(commandOf(context))) },
      }),
    }),
  ];
}

function shown(status: 200 | 201, server: MailServer): Reply {
  const self = `${apiRoot}/mail-server`;
  return {
    status,
    body: { data: present(mailServer.type, server), links: { self } },
    version: server.version,
    ...(status === 201 && { headers: { Location: self } }),
  };
}

/** The operations on messages, which only modules create. */
export function messageRoutes(messages: MessageService, listing: MessageListing): Route[] {
  return [
    messageResource.list({ summary: "List messages, the newest first", listing }, messages.list),
    messageResource.retrieve({ summary: "Retrieve a message" }, messages.retrieve),
  ];
}

/** The operations on the list of addresses to which nothing is sent. */
export function suppressionRoutes(suppressions: SuppressionService, listing: SuppressionListing): Route[] {
  return [
    suppressionResource.list(
      { summary: "List the addresses to which nothing is sent, the newest first", listing },
      suppressions.list,
    ),
    suppressionResource.create(
      { summary: "Send nothing to an address from now on", body: suppressionBody },
      ({ address }, command) => suppressions.create(address, command),
    ),
    suppressionResource.retrieve({ summary: "Retrieve a suppressed address" }, suppressions.retrieve),
    suppressionResource.remove({ summary: "Send to an address again" }, suppressions.remove),
  ];
}

/** The longest report of a bounce. */
const longestReport = 256 * 1024;

/** The operation for reports of bounces, for the program that reads the mailbox of bounces. */
export function bounceRoute(bounces: BounceService): Route {
  return route({
    tags,
    limits: ["api"],
    access: { permission: "mail:bounces" },
    method: "post",
    path: "/mail-bounces",
    operationId: "receiveMailBounce",
    summary: "Post the report of a bounce; a permanent failure suppresses the address",
    stream: {
      type: "message/rfc822",
      description: "A delivery status notification (RFC 3464) of at most 256 KiB, as it came",
      longestBytes: longestReport,
      receive: async (_context, bytes) => received(await readWhole(bytes)),
      digest: async (bytes) => digestOf(await readWhole(bytes)),
    },
    responses: {
      200: {
        description: "The outcome for the message",
        schema: resourceDocument("mail_bounce", bounceAttributes),
      },
      404: { description: "It is about no message that is kept", schema: errorDocument() },
    },
    async handle(context, input) {
      const { id, ...attributes } = await bounces.receive(input.body as Uint8Array, commandOf(context));
      return { status: 200, body: { data: { type: "mail_bounce", id, attributes } } };
    },
  });
}

/** Reads a body to its bound. Throws BODY_TOO_LARGE. */
async function readWhole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    length += part.length;
    if (length > longestReport) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(): AppError {
  const message = `send at most ${longestReport / 1024} KiB`;
  return new AppError("BODY_TOO_LARGE", { details: [{ in: "body", field: "body", message }] });
}

function received(body: Buffer): Received {
  return { body, digest: digestOf(body), discard: async () => {} };
}

function digestOf(body: Buffer): string {
  return createHash("sha256").update(body).digest("base64url");
}
