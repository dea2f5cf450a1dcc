// Bold and italic letters and list marks as characters: LinkedIn's posts have no markup.
const FORMS = [
  // [first of A–Z, first of a–z, first of 0–9 or nothing]: Mathematical Sans-Serif, which has no gaps.
  { bold: false, italic: false, at: [0x41, 0x61, 0x30] },
  { bold: true, italic: false, at: [0x1d5d4, 0x1d5ee, 0x1d7ec] },
  { bold: false, italic: true, at: [0x1d608, 0x1d622] },
  { bold: true, italic: true, at: [0x1d63c, 0x1d656] },
];
const LONG = [26, 26, 10];
const STYLED = /[\u{1d5d4}-\u{1d66f}\u{1d7ec}-\u{1d7f5}]/u;
const MARK = { bullet: /^• /, number: /^\d{1,3}\. / };

// What a character is: its plain letter or digit and its style; nothing for all others, such as ß, π and emoji.
function read(character) {
  const code = character.codePointAt(0);
  for (const { bold, italic, at } of FORMS)
    for (const [row, first] of at.entries())
      if (code >= first && code < first + LONG[row]) return { row, offset: code - first, bold, italic };
  return undefined;
}

function write({ row, offset, bold, italic }) {
  const form = FORMS.find((each) => each.bold === bold && each.italic === (italic && row < 2));
  return String.fromCodePoint(form.at[row] + offset);
}

const takes = (letter, style) => letter && (style === "bold" || letter.row < 2); // digits have no italic form

// The characters of a text; é is e and its accent, which a styled letter can have too.
function apart(text) {
  return [...text].flatMap((each) => {
    const parts = [...each.normalize("NFD")];
    return read(parts[0]) ? parts : [each];
  });
}

// The pieces in another style, or back again if all of them have it; undefined if nothing in them has a styled form.
function restyled(pieces, style) {
  const letters = pieces.flatMap(({ text, kept }) => (kept ? [] : apart(text).map(read)));
  const taken = letters.filter((letter) => takes(letter, style));
  if (!taken.length) return undefined;
  const on = !taken.every((letter) => letter[style]);
  const changed = (character) => {
    const letter = read(character);
    return takes(letter, style) ? write({ ...letter, [style]: on }) : character;
  };
  const whole = (text) => text.replace(/[A-Za-z]\p{M}+/gu, (each) => each.normalize("NFC"));
  return pieces.map(({ text, kept }) => (kept ? text : whole(apart(text).map(changed).join("")))).join("");
}

// A part of the text in pieces; those that a mention, an address or a hashtag covers are kept as they are.
function cut(text, start, end, whole) {
  const pieces = [];
  let at = start;
  for (const found of text.matchAll(whole)) {
    const [from, to] = [Math.max(start, found.index), Math.min(end, found.index + found[0].length)];
    if (from >= to) continue;
    pieces.push({ text: text.slice(at, from) }, { text: text.slice(from, to), kept: true });
    at = to;
  }
  return [...pieces, { text: text.slice(at, end) }];
}

// Lines as a list, or as plain lines if all of them are in that list; a blank line stays, unless it is the only one.
function listed(lines, kind) {
  const counts = (line) => line.trim() || lines.length === 1;
  const off = lines.filter(counts).every((line) => MARK[kind].test(line));
  let number = 0;
  return lines.map((line) => {
    if (!counts(line)) return line;
    const bare = line.replace(MARK.bullet, "").replace(MARK.number, "");
    if (off) return bare;
    number += 1;
    return (kind === "bullet" ? "• " : `${number}. `) + bare;
  });
}
