/** Orders in which customers can be listed; `-` is descending. Only clear columns can be sorted by. */
export const customerSorts = [
  "createdAt",
  "-createdAt",
  "name",
  "-name",
  "accountNumber",
  "-accountNumber",
] as const;
export type CustomerSort = (typeof customerSorts)[number];

/** The last row of a page: the next one starts behind it, whatever was inserted meanwhile. */
export interface CustomerPosition {
  readonly sort: CustomerSort;
  readonly value: string;
  readonly id: string;
}

/** What is sorted by, in either direction. */
export function sortedBy(sort: CustomerSort): "createdAt" | "name" | "accountNumber" {
  return sort.replace("-", "") as "createdAt" | "name" | "accountNumber";
}
