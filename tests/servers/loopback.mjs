// For `node --import`: no packet of that server leaves the machine. Who tries gets an error, and what was asked for stands
// on stderr as `outward: HOST`, for which the test fails.
import net from "node:net";

const near = new Set(["127.0.0.1", "::1", "localhost"]);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...words) {
  const given = Array.isArray(words[0]) ? words[0][0] : words[0];
  const { host, path } = Object(given) === given ? given : { host: words[1] };
  if (path || typeof host !== "string" || near.has(host)) return connect.apply(this, words);
  console.error(`outward: ${host}`);
  process.nextTick(() => this.destroy(new Error("no packet leaves the machine")));
  return this;
};
