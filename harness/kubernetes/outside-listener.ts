// Represents the internet in tests of isolation: it answers every HTTP request with the client's address.
// Usage: outside-listener.ts <address> <port>
import { createServer } from "node:http";

const [address, port] = process.argv.slice(2);

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ outside: true, from: request.socket.remoteAddress, path: request.url }));
}).listen(Number(port), address);
