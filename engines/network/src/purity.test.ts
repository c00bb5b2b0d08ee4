import { describePurity } from "../../base/testing/describe-purity.ts";

describePurity(
  import.meta.dirname,
  ["temporal-polyfill", "ip-address"],
  [
    /** The functions depend only on their arguments, so the random functions of node:crypto are forbidden. */
    {
      folder: "radius/crypto/",
      package: "node:crypto",
      names: ["createCipheriv", "createHash", "createHmac", "timingSafeEqual"],
    },
  ],
);
