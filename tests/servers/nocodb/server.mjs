// NocoDB on a free port of loopback. What it keeps is in the folder in which it is started, and its address too, in the
// file `address`, when it answers. It ends with whoever started it: when its stdin does.
import { renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";

const near = new Set(["127.0.0.1", "::1", "localhost"]);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...words) {
  const given = Array.isArray(words[0]) ? words[0][0] : words[0];
  const { host, path } = Object(given) === given ? given : { host: words[1] };
  if (path || typeof host !== "string" || near.has(host)) return connect.apply(this, words);
  console.error(`outward: ${host}`); // no packet of a test leaves the machine; the test fails for having tried
  process.nextTick(() => this.destroy(new Error("no packet leaves the machine")));
  return this;
};

const required = createRequire(`${process.argv[2]}/package.json`);
const app = required("express")();
const server = app.listen(0, "127.0.0.1", async () => {
  app.use(await required("nocodb").Noco.init({}, server, app));
  writeFileSync("address.new", `http://127.0.0.1:${server.address().port}`);
  renameSync("address.new", "address");
});
process.stdin.on("end", () => process.exit()).resume();
