// Stands for the internet in tests of isolation: answers every HTTP request with who asked.
import { createServer } from "node:http";
import { outside } from "./layout.ts";

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ outside: true, from: request.socket.remoteAddress, path: request.url }));
}).listen(outside.httpPort, outside.address);
