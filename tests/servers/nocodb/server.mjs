// NocoDB on a free port of loopback. What it keeps is in the folder in which it is started, and its address too, in the
// file `address`, when it answers. It ends with whoever started it: when its stdin does.
import { renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const required = createRequire(`${process.argv[2]}/package.json`);
const app = required("express")();
const server = app.listen(0, "127.0.0.1", async () => {
  app.use(await required("nocodb").Noco.init({}, server, app));
  writeFileSync("address.new", `http://127.0.0.1:${server.address().port}`);
  renameSync("address.new", "address");
});
process.stdin.on("end", () => process.exit()).resume();
