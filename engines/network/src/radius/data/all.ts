import type { Dictionary } from "./format/dictionary.ts";
import { rfc2865 } from "./rfc-2000-to-2006/rfc2865.ts";
import { rfc2866 } from "./rfc-2000-to-2006/rfc2866.ts";
import { rfc2867 } from "./rfc-2000-to-2006/rfc2867.ts";
import { rfc2868 } from "./rfc-2000-to-2006/rfc2868.ts";
import { rfc2869 } from "./rfc-2000-to-2006/rfc2869.ts";
import { rfc3162 } from "./rfc-2000-to-2006/rfc3162.ts";
import { rfc3576 } from "./rfc-2000-to-2006/rfc3576.ts";
import { rfc3580 } from "./rfc-2000-to-2006/rfc3580.ts";
import { rfc4072 } from "./rfc-2000-to-2006/rfc4072.ts";
import { rfc4372 } from "./rfc-2000-to-2006/rfc4372.ts";
import { rfc4603 } from "./rfc-2000-to-2006/rfc4603.ts";
import { rfc4675 } from "./rfc-2000-to-2006/rfc4675.ts";
import { rfc4679 } from "./rfc-2000-to-2006/rfc4679.ts";
import { rfc4818 } from "./rfc-2007-to-2010/rfc4818.ts";
import { rfc4849 } from "./rfc-2007-to-2010/rfc4849.ts";
import { rfc5090 } from "./rfc-2007-to-2010/rfc5090.ts";
import { rfc5176 } from "./rfc-2007-to-2010/rfc5176.ts";
import { rfc5447 } from "./rfc-2007-to-2010/rfc5447.ts";
import { rfc5580 } from "./rfc-2007-to-2010/rfc5580.ts";
import { rfc5607 } from "./rfc-2007-to-2010/rfc5607.ts";
import { rfc5904 } from "./rfc-2007-to-2010/rfc5904.ts";
import { rfc6519 } from "./rfc-2012-to-2019/rfc6519.ts";
import { rfc6572 } from "./rfc-2012-to-2019/rfc6572.ts";
import { rfc6677 } from "./rfc-2012-to-2019/rfc6677.ts";
import { rfc6911 } from "./rfc-2012-to-2019/rfc6911.ts";
import { rfc6930 } from "./rfc-2012-to-2019/rfc6930.ts";
import { rfc7055 } from "./rfc-2012-to-2019/rfc7055.ts";
import { rfc7155 } from "./rfc-2012-to-2019/rfc7155.ts";
import { rfc7268 } from "./rfc-2012-to-2019/rfc7268.ts";
import { rfc7499 } from "./rfc-2012-to-2019/rfc7499.ts";
import { rfc7930 } from "./rfc-2012-to-2019/rfc7930.ts";
import { rfc8045 } from "./rfc-2012-to-2019/rfc8045.ts";
import { rfc8559 } from "./rfc-2012-to-2019/rfc8559.ts";
import { cisco } from "./vendors/cisco.ts";
import { erx } from "./vendors/erx.ts";
import { huawei } from "./vendors/huawei.ts";
import { juniper } from "./vendors/juniper.ts";
import { microsoft } from "./vendors/microsoft.ts";
import { mikrotik } from "./vendors/mikrotik.ts";
import { wispr } from "./vendors/wispr.ts";

/** All dictionaries, in the order of their publication. Packets are read and written with them. */
export const dictionaries: readonly Dictionary[] = [
  rfc2865,
  rfc2866,
  rfc2867,
  rfc2868,
  rfc2869,
  rfc3162,
  rfc3576,
  rfc3580,
  rfc4072,
  rfc4372,
  rfc4603,
  rfc4675,
  rfc4679,
  rfc4818,
  rfc4849,
  rfc5090,
  rfc5176,
  rfc5447,
  rfc5580,
  rfc5607,
  rfc5904,
  rfc6519,
  rfc6572,
  rfc6677,
  rfc6911,
  rfc6930,
  rfc7055,
  rfc7155,
  rfc7268,
  rfc7499,
  rfc7930,
  rfc8045,
  rfc8559,
  mikrotik,
  cisco,
  erx,
  juniper,
  huawei,
  wispr,
  microsoft,
];
