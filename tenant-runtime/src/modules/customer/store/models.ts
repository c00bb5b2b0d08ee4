import { defineEntity } from "../../../module/entity.ts";

export const customer = defineEntity({
  type: "customer",
  topic: { name: "customers", read: "customers:read" },
  events: ["created", "updated", "deleted"],
  audited: ["exported"],
});

/** A person or a company that is, or may become, the ISP's customer. */
export interface Customer extends CustomerDetails {
  readonly id: string;
  readonly accountNumber: string;
  /** The time of the last change of status, in UTC like the next two. */
  readonly statusChangedAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Incremented by every change. */
  readonly version: string;
}

/** The fields of a customer that staff write. */
export interface CustomerDetails {
  readonly type: CustomerType;
  readonly status: CustomerStatus;
  /** A person's full name, or a company's legal name. */
  readonly name: string;
  /** The name of the contact person at a company. */
  readonly contactName: string | null;
  /** The customer's key in another system: an import, an accounting package. Unique. */
  readonly externalKey: string | null;
  /** BCP 47: the language of bills and messages. */
  readonly language: string;
  readonly email: string | null;
  /** E.164 */
  readonly phone: string | null;
  readonly taxId: string | null;
  /** A local date. Only for persons. */
  readonly birthDate: string | null;
  readonly notes: string | null;
  readonly serviceAddress: Address | null;
  readonly billingAddress: Address | null;
}

export interface Address {
  readonly street: string | null;
  readonly city: string;
  readonly postcode: string | null;
  readonly region: string | null;
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
}

export const customerTypes = ["person", "company"] as const;
export type CustomerType = (typeof customerTypes)[number];

export const customerStatuses = ["prospect", "active", "suspended", "closed"] as const;
export type CustomerStatus = (typeof customerStatuses)[number];

/** The statuses that may follow each status. A closed customer who returns becomes active under the same account. */
export const nextStatuses: Readonly<Record<CustomerStatus, readonly CustomerStatus[]>> = {
  prospect: ["active", "closed"],
  active: ["suspended", "closed"],
  suspended: ["active", "closed"],
  closed: ["active"],
};

/** The statuses that a new customer may have. */
export const firstStatuses = ["prospect", "active"] as const satisfies readonly CustomerStatus[];

/**
 * The statuses in which a customer can be deleted. An active customer may get further invoices, so it must be
 * closed first.
 */
export const deletableStatuses: readonly CustomerStatus[] = ["prospect", "closed"];

export const addressPurposes = ["service", "billing"] as const;
export type AddressPurpose = (typeof addressPurposes)[number];

/** The address for a purpose. */
export function addressFor(details: CustomerDetails, purpose: AddressPurpose): Address | null {
  return purpose === "service" ? details.serviceAddress : details.billingAddress;
}
