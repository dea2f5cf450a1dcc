// LinkedIn's own JavaScript client: every call of its two classes that the sandbox has.
const { CALLBACK, consent, textShare, run } = require('./shared.cjs');
const { AuthClient, RestliClient } = require('linkedin-api-client');

const versionString = '202609';
const SCOPES = ['openid', 'profile', 'email', 'w_member_social', 'r_member_social', 'r_member_social_feed',
  'w_member_social_feed', 'rw_organization_admin'];

run(async (add) => {
  const auth = new AuthClient({ clientId: 'sandbox-every-product', clientSecret: 'any', redirectUrl: CALLBACK });
  const address = await consent(auth.generateMemberAuthorizationUrl(SCOPES, 's1'));
  const granted = await auth.exchangeAuthCodeForAccessToken(address.searchParams.get('code'));
  const accessToken = granted.access_token;
  add('sign in', granted.scope);
  add('introspect', (await auth.introspectAccessToken(accessToken)).data.status);
  add('refresh', (await auth.exchangeRefreshTokenForAccessToken(granted.refresh_token)).expires_in);
  add('two-legged token', (await auth.getTwoLeggedAccessToken()).expires_in);

  const restli = new RestliClient();
  const me = (await restli.get({ resourcePath: '/userinfo', accessToken })).data;
  add('userinfo', me.name);
  const author = `urn:li:person:${me.sub}`;
  const share = await restli.create({ resourcePath: '/ugcPosts', entity: textShare(author, 'Through v2'), accessToken });
  add('v2 post', share.createdEntityId);
  const entity = {
    author,
    commentary: "From LinkedIn's JavaScript client",
    visibility: 'PUBLIC',
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    lifecycleState: 'PUBLISHED',
  };
  const urn = (await restli.create({ resourcePath: '/posts', entity, accessToken, versionString })).createdEntityId;
  add('post', urn);
  const post = { pathKeys: { urn }, accessToken, versionString };
  const originalEntity = (await restli.get({ resourcePath: '/posts/{urn}', ...post })).data;
  const modifiedEntity = { ...originalEntity, commentary: 'Changed' };
  add('edit', (await restli.partialUpdate({ resourcePath: '/posts/{urn}', originalEntity, modifiedEntity, ...post })).status);
  add('read', (await restli.get({ resourcePath: '/posts/{urn}', ...post })).data.commentary);
  const ids = [urn, share.createdEntityId];
  const batch = await restli.batchGet({ resourcePath: '/posts', ids, accessToken, versionString });
  add('batch get', Object.keys(batch.data.results).length);
  // So many that the client sends its query in the body of a POST.
  const many = [urn, ...Array.from({ length: 99 }, (_, number) => `urn:li:ugcPost:${7n * 10n ** 18n + BigInt(number)}`)];
  const tunnelled = await restli.batchGet({ resourcePath: '/posts', ids: many, accessToken, versionString });
  add('tunnelled batch get', Object.keys(tunnelled.data.results).length);
  const found = await restli.finder({
    resourcePath: '/posts', finderName: 'author', queryParams: { author, count: 5 }, accessToken, versionString,
  });
  add('finder', found.data.elements.length);
  const comment = { actor: author, object: urn, message: { text: 'First' } };
  add('comment', (await restli.create({ resourcePath: '/socialActions/{urn}/comments', entity: comment, ...post })).status);
  const listed = await restli.getAll({ resourcePath: '/socialActions/{urn}/comments', ...post });
  add('comments', listed.data.elements.map((each) => each.message.text));
  const upload = await restli.action({
    resourcePath: '/images',
    actionName: 'initializeUpload',
    data: { initializeUploadRequest: { owner: author } },
    accessToken,
    versionString,
  });
  add('register an image', upload.data.value.image);
  const roles = await restli.finder({
    resourcePath: '/organizationAcls',
    finderName: 'roleAssignee',
    queryParams: { role: 'ADMINISTRATOR', state: 'APPROVED' },
    accessToken,
    versionString,
  });
  add('company pages', roles.data.elements.length);
  const gone = { resourcePath: '/ugcPosts/{id}', pathKeys: { id: share.createdEntityId }, accessToken };
  add('delete', (await restli.delete(gone)).status);
});
