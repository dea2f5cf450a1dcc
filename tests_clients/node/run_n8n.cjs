// n8n's LinkedIn node: text, article with a thumbnail, image, and a company page. n8n-core, which runs nodes, is not
// installed; its helpers that a node calls are the ones below, sending with fetch what the node hands them.
const fs = require('node:fs');
const { BASE, CALLBACK, consent, run } = require('./shared.cjs');
const { LinkedIn } = require('n8n-nodes-base/dist/nodes/LinkedIn/LinkedIn.node.js');

const PICTURE = fs.readFileSync(process.env.SANDBOX_PICTURE);

async function tokenFor(clientId, scope) {
  const asked = { response_type: 'code', client_id: clientId, redirect_uri: CALLBACK, scope };
  const address = await consent(`${BASE}/oauth/v2/authorization?${new URLSearchParams(asked)}`);
  const body = new URLSearchParams({
    grant_type: 'authorization_code', code: address.searchParams.get('code'), redirect_uri: CALLBACK,
    client_id: clientId, client_secret: 'any',
  });
  return (await (await fetch(`${BASE}/oauth/v2/accessToken`, { method: 'POST', body })).json()).access_token;
}

function context(token, parameters) {
  async function requestOAuth2(credential, options) {
    const headers = { ...options.headers, Authorization: `Bearer ${token}` };
    const isJson = options.json && options.body;
    if (isJson) headers['Content-Type'] = 'application/json';
    const body = isJson ? JSON.stringify(options.body) : options.body;
    const answer = await fetch(options.url, { method: options.method, headers, body });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${text}`), { statusCode: answer.status });
    const found = options.json && text ? JSON.parse(text) : text;
    return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: found };
  }
  return {
    getInputData: () => [{ json: {} }],
    getNodeParameter: (name) => ({ additionalFields: {}, resource: 'post', operation: 'create', ...parameters })[name],
    getCredentials: async () => ({ legacy: false }),
    getNode: () => ({ name: 'LinkedIn', type: 'linkedIn', typeVersion: 1, parameters: {} }),
    continueOnFail: () => false,
    helpers: {
      requestOAuth2,
      assertBinaryData: () => ({ mimeType: 'image/png' }),
      getBinaryDataBuffer: async () => PICTURE,
      returnJsonArray: (found) => [].concat(found).map((json) => ({ json })),
      constructExecutionMetaData: (found) => found,
    },
  };
}

run(async (add) => {
  const node = new LinkedIn();
  const own = await tokenFor('sandbox-client', 'openid profile email w_member_social');
  const standard = { authentication: 'standard', postAs: 'person' };
  const people = await node.methods.loadOptions.getPersonUrn.call(context(own, standard));
  add('person', people[0].name);
  const person = people[0].value;
  const post = async (token, given) => (await node.execute.call(context(token, given)))[0][0].json.urn;
  add('text', await post(own, { ...standard, person, text: 'From n8n (whole)', shareMediaCategory: 'NONE' }));
  const article = {
    title: 'A', description: 'B', originalUrl: 'https://example.com/a', thumbnailBinaryPropertyName: 'data',
  };
  add('article', await post(own, {
    ...standard, person, text: 'Read this', shareMediaCategory: 'ARTICLE', additionalFields: article,
  }));
  add('image', await post(own, {
    ...standard, person, text: 'Look', shareMediaCategory: 'IMAGE', binaryPropertyName: 'data',
  }));
  const page = await tokenFor('sandbox-community', 'r_basicprofile w_member_social w_organization_social');
  const managed = { authentication: 'communityManagement', postAs: 'organization', organization: '2414183' };
  add('person by /v2/me', (await node.methods.loadOptions.getPersonUrn.call(context(page, managed)))[0].name);
  add('company page', await post(page, { ...managed, text: 'From the page', shareMediaCategory: 'NONE' }));
});
