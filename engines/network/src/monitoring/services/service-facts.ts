/** An element that services are built on: a device, a port of one, or a circuit between two. */
export interface PlantElement {
  readonly id: string;
  readonly kind: "device" | "port" | "circuit";
  /** The elements that it depends on: the device of a port, both ends of a circuit. */
  readonly needs: readonly string[];
}

/** A service that a customer pays for. */
export interface Service {
  readonly id: string;
  readonly customer: string;
  /** Alternative ways of delivery. Each lists the elements that must all work; one working way is enough. */
  readonly paths: readonly (readonly string[])[];
}

export type ServiceState = "up" | "degraded" | "down";
