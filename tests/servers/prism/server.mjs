// Mock servers on loopback, each made of a description (OpenAPI, Swagger): npm's Prism, which refuses what the
// description does not allow and answers with the vendor's examples, or with values that fit.
//
//   node server.mjs
//
// Reads the path of a description from each line of its input, and prints the address of its server.
import { createInterface } from 'node:readline'
import { createLogger } from '@stoplight/prism-core'
import { getHttpOperationsFromSpec } from '@stoplight/prism-http'
import { createServer } from '@stoplight/prism-http-server'

const logger = createLogger('prism', { level: 'silent' })
const config = {
  validateRequest: true, validateResponse: true, checkSecurity: true, errors: false, isProxy: false,
  upstreamProxy: undefined, mock: { dynamic: false },
}

for await (const file of createInterface({ input: process.stdin })) {
  const operations = await getHttpOperationsFromSpec(file)
  const server = createServer(operations, { cors: false, config, components: { logger } })
  console.log(await server.listen(0, '127.0.0.1'))
}
