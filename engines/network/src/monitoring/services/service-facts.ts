/** A device, a port of one, or a circuit between two: what services are built on. */
export interface PlantElement {
  readonly id: string;
  readonly kind: "device" | "port" | "circuit";
  /** What must work for it to work: a port needs its device, a circuit both of its ends. */
  readonly needs: readonly string[];
}

/** What a customer pays for. */
export interface Service {
  readonly id: string;
  readonly customer: string;
  /** Ways over which it can be delivered, each the elements of it that must all work. One way is enough. */
  readonly paths: readonly (readonly string[])[];
}

export type ServiceState = "up" | "degraded" | "down";
