// A real OAuth 2 server on loopback for the tests: authorization code with PKCE, device flow, introspection, and
// refresh tokens that may be used once. Using one a second time revokes all that came of it.
//
//   node server.mjs PORT ACCESS_TOKEN_SECONDS
//
// It prints a line of JSON when it is ready, and one for each answer of its token endpoint.
import { webcrypto } from 'node:crypto'
import { createServer } from 'node:http'

// Debian 12 has Node 18, which lacks these two.
globalThis.crypto ??= webcrypto
URL.parse ??= (...given) => (URL.canParse(...given) ? new URL(...given) : null)
const { default: Provider } = await import('oidc-provider')

const [port, seconds] = process.argv.slice(2).map(Number)
const issuer = `http://127.0.0.1:${port}`
const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code']

const client = (id, more) => ({
  client_id: id,
  application_type: 'native', // its redirect may have any port
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: grants,
  response_types: ['code'],
  ...more,
})

const provider = new Provider(issuer, {
  clients: [
    client('okr', { client_secret: 'a made-up: secret/+', token_endpoint_auth_method: 'client_secret_basic' }),
    client('okr-body', { client_secret: 'a made-up: secret/+', token_endpoint_auth_method: 'client_secret_post' }),
    client('dovecot', { client_secret: 'made-up', token_endpoint_auth_method: 'client_secret_basic' }), // asks about tokens
    client('okr-public', { token_endpoint_auth_method: 'none' }),
  ],
  cookies: { keys: ['a made-up key'] },
  features: {
    deviceFlow: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: seconds, RefreshToken: 14 * 86400, Grant: 14 * 86400, Session: 86400, Interaction: 600, DeviceCode: 600 },
})

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')
provider.on('grant.success', (ctx) => say({ grant: ctx.oidc.params.grant_type, ok: true }))
provider.on('grant.error', (ctx, error) => say({ grant: ctx.oidc.params?.grant_type, ok: false, error: error.error }))
provider.on('server_error', (ctx, error) => say({ server_error: String(error.stack) }))

createServer(provider.callback()).listen(port, '127.0.0.1', () => say({ ready: issuer }))
