import type { Module } from "../module/define-module.ts";
import { audit } from "./audit/module.ts";
import { customers } from "./customer/module.ts";
import { identity } from "./identity/module.ts";
import { jobs } from "./job/module.ts";
import { mail } from "./mail/module.ts";
import { operations } from "./operation/module.ts";
import { webhooks } from "./webhook/module.ts";

/** The modules of the API, in the order of its description. */
export const modules: readonly Module[] = [identity, customers, operations, jobs, webhooks, audit, mail];
