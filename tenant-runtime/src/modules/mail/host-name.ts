import { isIP } from "node:net";
import { text } from "../../platform/base/text.ts";

const longest = 253;
const aName = "write the name of a host such as smtp.example.com";
const shape = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** The name of a host with a dot, in lower case. The egress proxy decides whether it can be reached. */
export function hostName() {
  return text(longest, aName)
    .toLowerCase()
    .refine((name) => isIP(name) === 0, {
      error: "write the name of the host instead of its address",
      abort: true,
    })
    .refine((name) => shape.test(name) && !/\.\d+$/.test(name), aName)
    .meta({ examples: ["smtp.example.com"] });
}
