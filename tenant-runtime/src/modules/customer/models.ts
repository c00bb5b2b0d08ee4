import { defineEntity } from "../../module/entity.ts";

export const customer = defineEntity({
  type: "customer",
  topic: { name: "customers", read: "customers:read" },
  events: ["created", "updated", "deleted"],
});

/** A person or a company that the ISP serves, or hopes to. */
export interface Customer extends CustomerDetails {
  readonly id: string;
  readonly accountNumber: string;
  /** When the status last changed; an instant in UTC, as the next two. */
  readonly statusChangedAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Grows by one with every change. */
  readonly version: string;
}

/** What staff write about a customer. */
export interface CustomerDetails {
  readonly type: CustomerType;
  readonly status: CustomerStatus;
  /** A person's full name, or a company's legal name. */
  readonly name: string;
  /** Whom to ask for, at a company. */
  readonly contactName: string | null;
  /** The customer's key in another system: an import, an accounting package. Unique. */
  readonly externalKey: string | null;
  /** BCP 47; bills and messages are written in it. */
  readonly language: string;
  readonly email: string | null;
  /** E.164 */
  readonly phone: string | null;
  readonly taxId: string | null;
  /** A local date, of a person only. */
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

/** Where each status may go; a closed customer who comes back becomes active under the same account. */
export const nextStatuses: Readonly<Record<CustomerStatus, readonly CustomerStatus[]>> = {
  prospect: ["active", "closed"],
  active: ["suspended", "closed"],
  suspended: ["active", "closed"],
  closed: ["active"],
};

/** The statuses that a new customer may have. */
export const firstStatuses = ["prospect", "active"] as const satisfies readonly CustomerStatus[];

/** A customer with services may have invoices to come: it is closed before it can be deleted. */
export const deletableStatuses: readonly CustomerStatus[] = ["prospect", "closed"];

export const addressPurposes = ["service", "billing"] as const;
export type AddressPurpose = (typeof addressPurposes)[number];

/** The address that serves a purpose. */
export function addressFor(details: CustomerDetails, purpose: AddressPurpose): Address | null {
  return purpose === "service" ? details.serviceAddress : details.billingAddress;
}
