import type { z } from "zod";
import { apiRoot } from "../../http/message/api-root.ts";
import { type Resource, resourceDocument } from "../../http/message/envelope.ts";
import type { Reply } from "../../http/route/route.ts";
import type { Item } from "./collection.ts";
import type { Described, ResourceDescription } from "./resource-description.ts";
import { sparse } from "./sparse-fields.ts";

/** The description of an operation that answers with the resource. */
export interface Shown extends Described {
  /** The attributes of this operation's answer, if it has more than the others. */
  readonly attributes?: z.ZodObject;
  /** True where the answer holds a password. It is shown once and not stored for an Idempotency-Key. */
  readonly secretAnswer?: boolean;
}

/** The responses of an operation that answers with the resource. `usual` describes the answer unless the operation does. */
export function responsesOf(
  { entity, attributes }: ResourceDescription,
  status: number,
  { answer, attributes: shown = attributes }: Shown,
  usual: string,
) {
  return {
    [status]: {
      description: answer ?? usual,
      schema: resourceDocument(entity.type, shown),
      headers: status === 201 ? ["ETag", "Location"] : ["ETag"],
    },
  };
}

/** The answer that holds one item with its version, and its address when it is new. */
export function replyWith(
  { entity, many }: ResourceDescription,
  status: 200 | 201,
  item: Item,
  wanted?: readonly string[],
): Reply {
  const self = `${apiRoot}/${many}/${item.id}`;
  return {
    status,
    body: { data: present(entity.type, item, wanted), links: { self } },
    version: item.version,
    ...(status === 201 && { headers: { Location: self } }),
  };
}

/** An item in the API's form: the id beside the attributes, the version only in the ETag. */
export function present(
  type: string,
  { id, version: _, ...attributes }: Item,
  wanted?: readonly string[],
): Resource {
  return { type, id, attributes: sparse(attributes, wanted) };
}
