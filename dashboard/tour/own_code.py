"""The parts of the tour's program that are no plain request: the way through the browser, and the id_token."""

from __future__ import annotations

from linkedin_api import Language

CONSENT = {
    Language.PYTHON: """\
print("Open this address, sign in and allow:")
print(ADDRESS)
back = parse_qs(urlsplit(input("Then paste the address that the browser shows: ").strip()).query)
if back.get("state") != [state]:
    raise SystemExit("The state is not the one that was sent: this answer belongs to another sign-in.")
if "code" not in back:
    raise SystemExit(f"LinkedIn gave no code: {back.get('error_description')}")
code = back["code"][0]
""",
    Language.JAVASCRIPT: """\
console.log("Open this address, sign in and allow:");
console.log(ADDRESS);
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const pasted = await terminal.question("Then paste the address that the browser shows: ");
terminal.close();
const back = new URL(pasted.trim()).searchParams;
if (back.get("state") !== state) {
  throw new Error("The state is not the one that was sent: this answer belongs to another sign-in.");
}
const code = back.get("code");
if (!code) throw new Error(`LinkedIn gave no code: ${back.get("error_description")}`);
""",
    Language.CURL: """\
echo "Open this address, sign in and allow:"
echo ADDRESS
read -r -p "Then paste the address that the browser shows: " back
case "$back&" in
  *[?\\&]"state=$state&"*) ;;
  *) echo "The state is not the one that was sent: this answer belongs to another sign-in." >&2; exit 1 ;;
esac
code=$(sed -n 's/.*[?&]code=\\([^&#]*\\).*/\\1/p' <<<"$back")
""",
}
# LinkedIn's id_tokens have a stray header "zip" [C], which joserfc refuses unless it is told not to.
VERIFY = {
    Language.PYTHON: """\
lenient = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
claims = jwt.decode(id_token, KeySet.import_key_set(answer.json()), registry=lenient).claims
if (claims["iss"], claims["aud"]) != (f"{auth}/oauth", client_id) or claims["exp"] < time.time():
    raise SystemExit("This id_token is not LinkedIn's, not for this app, or too old.")
print("The id_token is genuine. Its claims:", ", ".join(claims))
""",
    Language.JAVASCRIPT: """\
const [head, payload, signature] = id_token.split(".");
const decoded = (part) => JSON.parse(Buffer.from(part, "base64url"));
const key = createPublicKey({ key: answer.json().keys.find((each) => each.kid === decoded(head).kid), format: "jwk" });
const signed = Buffer.from(`${head}.${payload}`);
const genuine = verify("RSA-SHA256", signed, key, Buffer.from(signature, "base64url"));
const claims = decoded(payload);
const fits = claims.iss === `${auth}/oauth` && claims.aud === client_id && claims.exp * 1000 > Date.now();
if (!genuine || !fits) throw new Error("This id_token is not LinkedIn's, not for this app, or too old.");
console.log("The id_token is genuine. Its claims:", Object.keys(claims).join(", "));
""",
    Language.CURL: """\
# bash can read an id_token, but not check its signature: that takes Python, JavaScript or another language.
payload=$(cut -d. -f2 <<<"$id_token" | tr '_-' '/+')
while [ $((${#payload} % 4)) -ne 0 ]; do payload+="="; done
echo "The id_token's claims: $(base64 -d <<<"$payload" | grep -o '"[a-z_]*":' | tr -d '":' | xargs)"
""",
}
