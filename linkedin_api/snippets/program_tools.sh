work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Sends one request, says how it went, and shows LinkedIn's refusal.
send() {
  local title=$1 status
  shift
  : >"$work/body"
  status=$(curl --silent --show-error --max-time 60 -D "$work/head" -o "$work/body" -w '%{http_code}' "$@") || exit 1
  echo "$title $status"
  [ "$status" -lt 400 ] || { cat "$work/body"; echo; return 1; }
}
# A text of the answer's JSON by its path, a header of the answer, and a text as it may stand in an address.
field() {
  tr '\r\n' '  ' <"$work/body" | grep -oE '"([^"\\]|\\.)*"|[][{}:,]|[^][{}:," ]+' | awk -v wanted="$1" '
    /^[[{]$/ { depth++; list[depth] = $0 == "["; at[depth] = 0; is_name = !list[depth]; next }
    /^[]}]$/ { depth--; next }
    $0 == "," { if (list[depth]) at[depth]++; is_name = !list[depth]; next }
    $0 == ":" { is_name = 0; next }
    { text = $0; gsub(/^"|"$/, "", text) }
    is_name { at[depth] = text; next }
    { path = at[1]; for (n = 2; n <= depth; n++) path = path "/" at[n]; if (path == wanted) { print text; exit } }'
}
header() { grep -i "^$1:" "$work/head" | head -n 1 | sed 's/^[^:]*: *//; s/%3[Aa]/:/g' | tr -d '\r'; }
encoded() {
  local LC_ALL=C text=$1 at
  for ((at = 0; at < ${#text}; at++)); do
    case ${text:at:1} in [a-zA-Z0-9._~-]) printf %s "${text:at:1}" ;; *) printf %%%02X "'${text:at:1}" ;; esac
  done
}
