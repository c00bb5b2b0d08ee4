import { isIP } from "node:net";
import { z } from "zod";
import { text } from "../../platform/base/text.ts";

/** The bytes of an address in its canonical form, which is ASCII. */
const longestUrl = 2_048;

const anAddress = "write an address such as https://example.com/webhooks";
const tooLong = `write at most ${longestUrl} bytes`;

/** The address of a receiver, in its canonical form. The egress proxy decides whether its host can be reached. */
export function receiverUrl() {
  return text(longestUrl, anAddress, tooLong)
    .transform((written, context): string => {
      const fault = faultOf(written);
      if (fault === undefined) return new URL(written).href;
      context.addIssue({ code: "custom", message: fault });
      return z.NEVER;
    })
    .meta({ examples: ["https://example.com/webhooks"] });
}

/** The advice for an address that is refused. */
function faultOf(written: string): string | undefined {
  if (!/^[^\p{Cc}\s]+$/u.test(written) || !URL.canParse(written)) return anAddress;
  const { protocol, username, password, hostname, href } = new URL(written);
  if (protocol !== "https:") return "write an address that begins with https://";
  if (username !== "" || password !== "" || /^https:\/\/[^/?#]*@/i.test(written))
    return "leave out the user name and the password: receivers verify the signature of each message";
  if (written.includes("#")) return "leave out the # and all after it: it is not sent";
  // The parser has written every form of an IPv4 address with dots, and IPv6 in brackets.
  if (hostname.startsWith("[") || isIP(hostname) !== 0)
    return "write the name of the host instead of its address";
  return href.length > longestUrl ? tooLong : undefined;
}
