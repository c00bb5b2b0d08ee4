import { chooseWay, type Way } from "./choose-way.ts";
import { unobtainablePackages } from "./server-programs.ts";

/** How servers run on this machine: as TEST_SERVICES says, or what fits. */
export function wayHere(): Promise<Way> {
  return chooseWay(process.env.TEST_SERVICES, { processes: processObstacle, containers: containerObstacle });
}

async function processObstacle(): Promise<string | undefined> {
  const packages = await unobtainablePackages();
  if (packages.length === 0) return undefined;
  return `needs the Debian packages ${packages.join(", ")}; install them, or run the tests as root on Debian 12`;
}

/** Loaded only where it is needed: most runs have no use for it. */
async function containerObstacle(): Promise<string | undefined> {
  return (await import("./container-engine.ts")).containerObstacle();
}
