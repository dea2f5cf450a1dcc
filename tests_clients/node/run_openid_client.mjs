// openid-client: discovery, a sign-in with the id_token verified, userinfo, a post.
import * as client from 'openid-client';
import shared from './shared.cjs';

const { BASE, CALLBACK, consent, textShare, run } = shared;

run(async (add) => {
  const config = await client.discovery(
    new URL(`${BASE}/oauth`), 'sandbox-client', undefined, client.ClientSecretPost('any'),
    { execute: [client.allowInsecureRequests] },
  );
  add('discovery', config.serverMetadata().scopes_supported);
  const expectedState = client.randomState();
  const scope = 'openid profile email w_member_social';
  const url = client.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope, state: expectedState });
  const tokens = await client.authorizationCodeGrant(config, await consent(url), { expectedState, idTokenExpected: true });
  add('sign in', tokens.scope);
  const claims = tokens.claims();
  add('id_token', claims.name);
  const me = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  add('userinfo', me.email);
  const made = await client.fetchProtectedResource(
    config, tokens.access_token, new URL(`${BASE}/v2/ugcPosts`), 'POST',
    JSON.stringify(textShare(`urn:li:person:${me.sub}`, 'From openid-client')),
    new Headers({ 'content-type': 'application/json', 'x-restli-protocol-version': '2.0.0' }),
  );
  add('post', made.headers.get('x-restli-id'));
});
