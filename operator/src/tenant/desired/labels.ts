import {
  type Component,
  labelKeys,
  labelSelector,
  managedByOperator,
  runtimeName,
} from "../../../../contract/labels.ts";
import type { TenantNames } from "../model/names/names.ts";

export type Labels = Record<string, string>;

/** The labels that mark every object of a tenant as the operator's. */
export function tenantLabels(names: TenantNames): Labels {
  return {
    [labelKeys.managedBy]: managedByOperator,
    [labelKeys.tenant]: names.tenant,
  };
}

/** The labels of a component's workload and of the objects that serve it. */
export function componentLabels(names: TenantNames, component: Component): Labels {
  return {
    ...tenantLabels(names),
    [labelKeys.name]: runtimeName,
    [labelKeys.instance]: names.tenant,
    [labelKeys.component]: component,
  };
}

/** Selects the pods of one component in the tenant's own namespace. A Deployment's selector can never change. */
export function componentSelector(component: Component): Labels {
  return { [labelKeys.name]: runtimeName, [labelKeys.component]: component };
}

/** Selects the runtime's pods of one tenant in the whole cluster, in the form of `kubectl --selector`. */
export function podSelector(names: TenantNames): string {
  return labelSelector({ ...componentSelector("runtime"), [labelKeys.tenant]: names.tenant });
}
