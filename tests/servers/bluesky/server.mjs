// Bluesky's own AppView on a PostgreSQL, with its directory of ids (PLC) in memory. Nothing streams to it: what a
// personal server would send comes as lines of JSON on standard input, and is indexed by the AppView's own code.
//   {"handle": H, "did": D or none}                      an account, new or renamed
//   {"did": D, "collection": C, "key": K, "record": R}   a record that it made; without R it is deleted
// Each line is answered with one. The first line out is the address.
import { createInterface } from 'node:readline'
import { cidForCbor } from '@atproto/common'
import { TestBsky, TestPlc } from '@atproto/dev-env'
import { AtUri } from '@atproto/syntax'

const nobody = '127.0.0.1:9'
const plc = await TestPlc.create({})
const bsky = await TestBsky.create({
  plcUrl: plc.url,
  pdsPort: 9,
  bsyncUrl: `http://${nobody}`,
  repoProvider: `ws://${nobody}`,
  dbPostgresUrl: process.argv[2],
  dbPostgresSchema: 'appview',
})
await bsky.sub.stop()
let accounts = 0

async function told({ did, handle, collection, key, record }) {
  const now = new Date().toISOString()
  if (handle) {
    const id = did ?? `did:plc:${String.fromCharCode(97 + accounts++).repeat(24)}`
    const row = { handle, indexedAt: now }
    await bsky.db.db.insertInto('actor').values({ did: id, ...row }).onConflict((on) => on.column('did').doUpdateSet(row)).execute()
    return id
  }
  const uri = AtUri.make(did, collection, key)
  const index = bsky.sub.indexingSvc
  if (record) await index.indexRecord(uri, await cidForCbor(record), record, 'create', now)
  else await index.deleteRecord(uri)
  await bsky.sub.background.processAll()
  return 'indexed'
}

console.log(bsky.url)
for await (const line of createInterface({ input: process.stdin })) console.log(await told(JSON.parse(line)))
process.exit(0)
