import { describePurity } from "../../base/testing/describe-purity.ts";

describePurity(
  import.meta.dirname,
  ["temporal-polyfill", "ip-address"],
  [
    /** Functions of their arguments alone; what node:crypto has of chance stays outside. */
    {
      folder: "radius/crypto/",
      package: "node:crypto",
      names: ["createCipheriv", "createHash", "createHmac", "timingSafeEqual"],
    },
  ],
);
