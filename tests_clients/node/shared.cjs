// What every Node program here shares: LinkedIn's hosts become the sandbox's in every CommonJS module that is loaded
// afterwards, consent is given, outcomes are printed. Nothing else of a program is touched.
const Module = require('node:module');

globalThis.crypto ??= require('node:crypto').webcrypto; // which Debian's Node 18 has, but not under this name

const BASE = process.env.SANDBOX_URL;
const CALLBACK = 'http://localhost:3000/auth/linkedin/callback';
const compile = Module.prototype._compile;
Module.prototype._compile = function (source, ...rest) {
  return compile.call(this, source.replace(/https:\/\/(www|api)\.linkedin\.com/g, BASE), ...rest);
};

// Allows on the sandbox's page, as its first member; gives the address that the browser is sent to.
async function consent(url) {
  const page = await fetch(url);
  const html = await page.text();
  if (!page.ok) throw new Error(html);
  const form = new URLSearchParams({ choice: 'allow' });
  for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
    const given = (name) => (new RegExp(`\\s${name}="([^"]*)"`).exec(tag) || [])[1];
    if (given('type') === 'hidden' || / checked\b/.test(tag)) {
      form.set(given('name'), given('value').replaceAll('&amp;', '&').replaceAll('&#34;', '"'));
    }
  }
  const action = /<form[^>]* action="([^"]*)"/.exec(html)[1];
  const answer = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
  if (answer.status !== 302) throw new Error(await answer.text());
  return new URL(answer.headers.get('location'));
}

// The body of a text post through /v2/ugcPosts.
function textShare(author, text) {
  return {
    author,
    lifecycleState: 'PUBLISHED',
    specificContent: {
      'com.linkedin.ugc.ShareContent': { shareCommentary: { text }, shareMediaCategory: 'NONE' },
    },
    visibility: { 'com.linkedin.ugc.MemberNetworkVisibility': 'PUBLIC' },
  };
}

// Runs a program and prints the outcomes that it has added, as JSON in one line.
function run(program) {
  const found = {};
  program((operation, outcome) => {
    found[operation] = outcome;
  }).then(
    () => console.log(JSON.stringify(found)),
    (error) => {
      console.error(error);
      if (error.response) console.error(error.response.data);
      process.exitCode = 1;
    },
  );
}

module.exports = { BASE, CALLBACK, consent, textShare, run };
