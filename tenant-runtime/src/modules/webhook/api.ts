import { z } from "zod";
import { pageLink } from "../../http/message/cursor.ts";
import { collectionDocument, resourceDocument } from "../../http/message/envelope.ts";
import { commandOf } from "../../http/route/command-of.ts";
import { type Route, route } from "../../http/route/route.ts";
import { idOf } from "../../module/fields/fields.ts";
import { present } from "../../module/resource/resource-answers.ts";
import { ResourceRoutes } from "../../module/resource/resource-routes.ts";
import { uuid } from "../../platform/base/text.ts";
import type { DeliveryService } from "./delivery-service.ts";
import type { EndpointService } from "./endpoint-service.ts";
import {
  deliveryAttributes,
  endpointAttributes,
  endpointAttributesOnce,
  replayAttributes,
  replayBody,
  type WebhookSchemas,
} from "./schemas.ts";
import { deliveryListing, endpointListing } from "./store/listing.ts";
import { type Delivery, webhookEndpoint } from "./store/models.ts";

const permissions = { read: "webhooks:read", write: "webhooks:manage" };

const resource = new ResourceRoutes({
  entity: webhookEndpoint,
  one: "a webhook endpoint",
  many: "webhook-endpoints",
  attributes: endpointAttributes,
  permissions,
});

const common = { tags: ["webhook-endpoints"], limits: ["api"] } as const;
const params = idOf("a webhook endpoint");
const delivery = "webhook_delivery";
const deliveryDocument = resourceDocument(delivery, deliveryAttributes);

/** The operations on endpoints. */
export function endpointRoutes(endpoints: EndpointService, { whole, patch }: WebhookSchemas): Route[] {
  const once = {
    attributes: endpointAttributesOnce,
    answer: "The endpoint and its secret",
    secretAnswer: true,
  };
  return [
    resource.list(
      { summary: "List webhook endpoints, oldest first", listing: endpointListing },
      endpoints.list,
    ),
    resource.create(
      { ...once, summary: "Create a webhook endpoint; its secret is shown once", body: whole },
      endpoints.create,
    ),
    resource.retrieve({ summary: "Retrieve a webhook endpoint" }, endpoints.retrieve),
    resource.update(
      { summary: "Change, disable or enable a webhook endpoint", body: patch },
      endpoints.change,
    ),
    resource.remove({ summary: "Delete a webhook endpoint and its deliveries" }, endpoints.remove),
    resource.act(
      {
        ...once,
        path: "rotate-secret",
        operationId: "rotateWebhookSecret",
        summary: "Replace the secret; for 24 hours messages carry the signature of the one before too",
      },
      endpoints.rotateSecret,
    ),
  ];
}

/** The operations on the deliveries of one endpoint. */
export function deliveryRoutes(deliveries: DeliveryService): Route[] {
  return [
    listRoute(deliveries),
    testRoute(deliveries),
    replayRoute(deliveries),
    replayFailedRoute(deliveries),
  ];
}

function listRoute(deliveries: DeliveryService): Route {
  const { endpoint: _, ...parameters } = deliveryListing.parameters;
  return route({
    ...common,
    access: { permission: permissions.read },
    method: "get",
    path: "/webhook-endpoints/{id}/deliveries",
    params,
    operationId: "listWebhookDeliveries",
    summary: "List the deliveries of an endpoint, the newest first",
    query: z
      .strictObject(parameters)
      .superRefine((query, context) => deliveryListing.check(query as never, context)),
    responses: {
      200: { description: "A page of deliveries", schema: collectionDocument(delivery, deliveryAttributes) },
    },
    async handle({ self }, { params, query }) {
      const { items, next } = await deliveries.list(params.id, query as never);
      const links = next && { next: pageLink(self, next) };
      return {
        status: 200,
        body: { data: items.map((item) => present(delivery, item)), ...(links && { links }) },
      };
    },
  });
}

function testRoute(deliveries: DeliveryService): Route {
  return route({
    ...common,
    access: { permission: permissions.write },
    method: "post",
    path: "/webhook-endpoints/{id}/test",
    params,
    operationId: "testWebhookEndpoint",
    summary: "Send a message of the type webhook.test",
    responses: { 202: { description: "The delivery, which waits", schema: deliveryDocument } },
    handle: async (context, { params }) => waiting(await deliveries.sendTest(params.id, commandOf(context))),
  });
}

function replayRoute(deliveries: DeliveryService): Route {
  return route({
    ...common,
    access: { permission: permissions.write },
    method: "post",
    path: "/webhook-endpoints/{id}/deliveries/{deliveryId}/replay",
    params: params.extend({ deliveryId: uuid("write the id of a delivery, a UUID") }),
    operationId: "replayWebhookDelivery",
    summary: "Send an ended delivery again, with the same webhook-id",
    responses: { 202: { description: "The delivery, which waits", schema: deliveryDocument } },
    handle: async (context, { params }) =>
      waiting(await deliveries.replay(params.id, params.deliveryId, commandOf(context))),
  });
}

function replayFailedRoute(deliveries: DeliveryService): Route {
  return route({
    ...common,
    access: { permission: permissions.write },
    method: "post",
    path: "/webhook-endpoints/{id}/replay-failed",
    params,
    body: replayBody,
    operationId: "replayFailedWebhookDeliveries",
    summary: "Send all deliveries again that failed since an instant, each with the same webhook-id",
    responses: {
      202: { description: "Their number", schema: resourceDocument("webhook_replay", replayAttributes) },
    },
    async handle(context, { params: { id }, body: { since } }) {
      const attributes = await deliveries.replayFailed(id, since, commandOf(context));
      return { status: 202, body: { data: { type: "webhook_replay", id, attributes } } };
    },
  });
}

function waiting(item: Delivery) {
  return { status: 202, body: { data: present(delivery, item) } };
}
