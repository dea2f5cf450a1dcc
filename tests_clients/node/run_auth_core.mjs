// @auth/core: its LinkedIn provider, from the sign-in to the session.
import { Auth, skipCSRFCheck } from '@auth/core';
import LinkedIn from '@auth/core/providers/linkedin';
import shared from './shared.cjs';

const { BASE, consent, run } = shared;
const OWN = 'http://localhost:3000/auth';
const config = {
  basePath: '/auth',
  secret: 'a secret of this program alone',
  trustHost: true,
  skipCSRFCheck,
  providers: [LinkedIn({ clientId: 'sandbox-client', clientSecret: 'any', issuer: `${BASE}/oauth` })],
};
const cookies = new Map();

async function ask(url, init = {}) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await Auth(new Request(url, { ...init, headers: { ...init.headers, cookie } }), config);
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    cookies.set(name, value);
  }
  return answer;
}

run(async (add) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = await ask(`${OWN}/signin/linkedin`, { method: 'POST', headers: form, body: '' });
  const back = await ask(await consent(sent.headers.get('location')));
  add('sign in', back.headers.get('location'));
  const session = await (await ask(`${OWN}/session`)).json();
  add('session', `${session.user.name}, ${session.user.email}`);
});
