/** The proxies in GOPROXY, separated by commas and bars (https://go.dev/ref/mod#environment-variables). */
export function moduleProxies(): string[] {
  const value = process.env.GOPROXY || "https://proxy.golang.org";
  return value
    .split(/[,|]/)
    .map((element) => element.trim().replace(/\/$/, ""))
    .filter((element) => /^https?:/.test(element));
}
