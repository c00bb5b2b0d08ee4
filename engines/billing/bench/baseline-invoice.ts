/**
 * The cost of the same invoice without exactness: the sample's lines in floating point, without keys,
 * trail or comparison with earlier lines. It marks how fast this machine is, not what is right.
 */
export function baselineInvoice(index: number): bigint {
  const fibre = [29.9, 39.9, 59.9];
  const before = fibre[index % 3] ?? 0;
  const after = fibre[(index + 1) % 3] ?? 0;
  const used = 30 + (index % 200);
  const days = 1 + (index % 30);
  const start = Date.UTC(2026, 2, 1);
  const length = (Date.UTC(2026, 3, 1) - start) / 86_400_000;
  const lines = [
    (before * days) / length,
    (after * (length - days)) / length,
    4.99,
    12.5,
    Math.max(used - 60, 0) * 0.029,
  ].map((amount) => Math.round(amount * 100) / 100);
  const invoice = lines.map((net, place) => ({
    place,
    net: net.toFixed(2),
    date: new Date(start).toISOString(),
  }));
  const net = invoice.reduce((sum, line) => sum + Number(line.net), 0);
  return BigInt(Math.round(net * 120));
}
