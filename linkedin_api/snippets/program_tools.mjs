// Sends one request, says how it went, and stops the program when LinkedIn refuses.
async function send(title, method, url, { may_fail = false, ...options } = {}) {
  const got = await fetch(url, { method, redirect: "manual", ...options });
  const text = await got.text();
  console.log(title, got.status);
  if (got.status >= 400) {
    console.log(text);
    if (!may_fail) process.exit(1);
  }
  return { headers: got.headers, json: () => JSON.parse(text) };
}
let answer;
