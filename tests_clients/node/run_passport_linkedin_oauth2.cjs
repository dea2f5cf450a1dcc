// passport-linkedin-oauth2: a sign-in by /v2/me, with the token in the query. Passport itself gives a strategy the four
// functions below for each request.
const { CALLBACK, consent, run } = require('./shared.cjs');
const { Strategy } = require('passport-linkedin-oauth2');

const options = { clientID: 'sandbox-community', clientSecret: 'any', callbackURL: CALLBACK, scope: ['r_basicprofile'] };
const strategy = new Strategy(options, (token, refreshToken, profile, done) => done(null, profile));

function authenticate(query) {
  return new Promise((resolve, reject) => {
    const one = Object.create(strategy);
    one.redirect = (url) => resolve(url);
    one.success = (user) => resolve(user);
    one.fail = (challenge) => reject(new Error(JSON.stringify(challenge)));
    one.error = reject;
    one.authenticate({ query, headers: {}, session: {} }, { state: 's1' });
  });
}

run(async (add) => {
  const address = await consent(await authenticate({}));
  const profile = await authenticate(Object.fromEntries(address.searchParams));
  add('sign in by /v2/me', `${profile.displayName}, ${profile.id}`);
  add('pictures', profile.photos.length);
});
