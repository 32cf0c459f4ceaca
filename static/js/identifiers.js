// Notices what may point to one person, before it is sent. The same rules in the same order as rounds/identifiers on the
// server; tests/shared/identifiers.json holds both to them. It misses some, and nobody is promised that it does not.

import RULES from "./identifier_rules.js";

const set = (...lists) => new Set(lists.flatMap((words) => words.split(" ")));
const NAMES = Object.fromEntries(Object.entries(RULES.names).map(([key, words]) => [key, set(words)]));
const LISTED = set(RULES.names.any, RULES.names.capital, RULES.names.inside);
const SURNAMES = set(RULES.names.surname, RULES.names.word);
const WORDS = Object.fromEntries(Object.entries(RULES).filter(([, is]) => typeof is === "string").map(([key, words]) => [key, set(words)]));
const TERMS = set(RULES.terms, RULES.stop, RULES.titles, RULES.titles_any, RULES.roles);
const PUBLIC = new Set(RULES.public.split("|"));
const ENDINGS = RULES.endings.split(" ");
const LONG = 6; // letters of a surname that is told by its ending
const SHOUTED = 5;
const WORD = new RegExp(`[${RULES.letters}][${RULES.letters}0-9’'-]*`, "g");
const POSSESSIVE = /(?:['’]s|s['’]|['’-])$/;

const isUpper = (text) => text === text.toUpperCase() && text !== text.toLowerCase();

// --- numbers, dates and places

const ORDINALS = set("st nd rd th hr");
const NO_PREFIX = set("bg gb nk kn tn nt zz");
const digits = (found) => found.replace(/[^0-9]/g, "");

function checkDigitFits(ten) {
  const sum = [...ten.slice(0, 9)].reduce((all, digit, place) => all + digit * (10 - place), 0);
  const rest = 11 - (sum % 11);
  return new Set(ten).size > 1 && rest % 11 === Number(ten[9]) && rest !== 10;
}

const CHECKS = {
  nhs: (found) => checkDigitFits(digits(found)),
  phone(found) {
    const national = found.replace(/[^0-9+]/g, "").replace(/^(?:\+?44|0044)0?|^0/, "");
    return [9, 10].includes(national.length) && !"046".includes(national[0]) && new Set(national).size > 2;
  },
  insurance: (found) => !NO_PREFIX.has(found.slice(0, 2).toLowerCase()),
  postcode: (found) => isUpper(found) || !ORDINALS.has(found.slice(-2).toLowerCase()),
  plate: (found) => /[A-Za-z][0-9]|[0-9] ?[A-Za-z]{3}$|[A-Z]{3} [0-9]/.test(found),
};
const PATTERNS = RULES.patterns.map((one) => ({ ...one, find: new RegExp(one.find, one.case ? "g" : "gi") }));
const REFERENCE = new RegExp(RULES.not_reference, "i");
const WORTH_A_LOOK = /[0-9@]|[([]at[)\]]| at [a-z0-9-]{1,30}\.[a-z]|\b(?:cottage|house|farm|bungalow|lodge|villa|barn|croft|bed|bay|cubicle|room|cot|trolley|lady|man|woman|patient|boy|girl|born|birth|dot|insta|snap|twitter|tik)/i;

function* numbersIn(text) {
  if (!WORTH_A_LOOK.test(text)) return;
  for (const { kind, find, check } of PATTERNS) {
    for (const match of text.matchAll(find)) {
      const start = match.index + match[0].indexOf(match[1]);
      const isReference = kind === "number" && REFERENCE.test(text.slice(Math.max(0, start - 40), start));
      if (!isReference && (!check || CHECKS[check](match[1]))) yield { kind, words: match[1].trim(), start };
    }
  }
}

// --- names: the words in a row, each looked at with its neighbours

function tokens(text) {
  const matches = [...text.matchAll(WORD)];
  const capitals = matches.filter(([word]) => isUpper(word[0])).length;
  const shouting = matches.length >= SHOUTED && capitals >= (matches.length * 3) / 4;
  let end = 0;
  return matches.map((match) => {
    const [word] = match;
    const gap = text.slice(end, match.index);
    const small = word.toLowerCase();
    const key = small.replace(POSSESSIVE, "") + (/s['’]$/.test(small) ? "s" : "");
    const begins = end === 0 || /[.!?:\n“"…(*•]/.test(gap);
    end = match.index + word.length;
    const isCapital = isUpper(word[0]) && !shouting;
    const isShouted = word.length > 1 && isUpper(word);
    const isNameLike = isCapital && key.length > 1 && !isShouted && !TERMS.has(key);
    return { text: word, key, start: match.index, end, gap, isCapital, begins, isShouted, isNameLike };
  });
}

function isPlace(row, place) {
  const [name, following, before] = [row[place], row[place + 1], row[place - 1]];
  if (following && [" ", "-"].includes(following.gap)) {
    if (WORDS.eponym.has(following.key)) return true;
    if (WORDS.after_place.has(following.key)) return name.isCapital;
  }
  return Boolean(before) && [" ", ". "].includes(name.gap) && before.isCapital && WORDS.before_place.has(before.key);
}

const isPublic = (one, two) => Boolean(one && two) && PUBLIC.has(`${one.key} ${two.key}`);

function isListedSmall(name, surnames = false) {
  if (name.isCapital || WORDS.not_lower.has(name.key) || WORDS.stop.has(name.key)) return false;
  return LISTED.has(name.key) || (surnames && SURNAMES.has(name.key));
}

const isSurnameSmall = (name) => !name.isCapital && NAMES.surname.has(name.key) && !WORDS.not_lower.has(name.key) && !WORDS.stop.has(name.key);

const MAY_COME_BEFORE = set("a the by with and called");

function misses(row, place) {
  const before = row[place - 1]?.key;
  return !row[place].isCapital && WORDS.stop.has(before) && !MAY_COME_BEFORE.has(before);
}

// One letter between a title and a name: a capital, or one with a full stop behind it.
function isInitial(row, step) {
  const letter = row[step];
  if (letter?.text.length !== 1) return false;
  return (letter.isCapital && !"IA".includes(letter.text)) || Boolean(row[step + 1]?.gap.startsWith("."));
}

// Capitals after a title that are all there is of a name: "Mrs A", "Mr J.K."
function lettered(row, place) {
  const title = row[place];
  if (!WORDS.titles_any.has(title.key) && !(title.isCapital && WORDS.titles.has(title.key) && title.text !== "MS")) return null;
  const isOne = (one) => one?.text.length === 1 && one.isCapital && one.text !== "I" && [" ", ".", ". "].includes(one.gap);
  let last = place;
  while (isOne(row[last + 1])) last += 1;
  return last > place && !row[last + 1]?.isNameLike ? last : null;
}

function titled(row, place) {
  const title = row[place];
  const isRole = WORDS.roles.has(title.key);
  if (!isRole && ![WORDS.titles, WORDS.titles_any, WORDS.titles_listed].some((words) => words.has(title.key))) return null;
  let step = place + 1;
  if (isInitial(row, step)) step += 1;
  const name = row[step];
  if (!name || !name.gap || name.gap.replace(/^[ \t.]+|[ \t.]+$/g, "")) return null;
  if (title.text === "MS" || (title.text === "MR" && !name.isShouted)) return null; // an illness and a scanner
  let fits;
  if (WORDS.titles_any.has(title.key)) fits = name.key.length > 1 && !WORDS.stop.has(name.key);
  else if (WORDS.titles_listed.has(title.key) && (title.key !== "miss" || !misses(row, place))) {
    const named = name.isCapital && name.key.length > 1 && !TERMS.has(name.key);
    const isTitle = title.key !== "miss" || title.isCapital || LISTED.has(name.key) || SURNAMES.has(name.key);
    fits = (named && isTitle) || isListedSmall(name, true);
  } else if (WORDS.titles.has(title.key)) fits = name.isNameLike && title.isCapital;
  else fits = (name.isNameLike && name.gap === " " && !isPlace(row, step)) || isListedSmall(name) || isSurnameSmall(name);
  return fits && !isPublic(title, name) ? step : null;
}

function related(row, place) {
  const [{ key }, name] = [row[place], row[place + 1]];
  const isFond = WORDS.fond.has(key);
  if (!(isFond || WORDS.relations.has(key)) || !name || ![" ", ", "].includes(name.gap)) return null;
  const isSure = name.gap === " " && !isFond;
  if (name.isNameLike && (isSure || LISTED.has(name.key)) && !isPlace(row, place + 1)) return place + 1;
  return name.gap === " " && isListedSmall(name) ? place + 1 : null;
}

function called(row, place) {
  const [word, name, before] = [row[place], row[place + 1], row[place - 1]?.key];
  if (!name || ![" ", ' "', " “", " '", " ‘", ": "].includes(name.gap)) return null;
  const fits = WORDS.called.has(word.key)
    ? WORDS.called_after.has(before)
    : (WORDS.whom.has(word.key) && WORDS.call.has(before) && name.isCapital) || (WORDS.is_name.has(word.key) && before === "name") || ["name's", "name’s"].includes(word.text.toLowerCase());
  const isSmall = !name.isCapital && LISTED.has(name.key) && !WORDS.stop.has(name.key);
  return fits && (name.isNameLike || isSmall) ? place + 1 : null;
}

function initial(row, place) {
  const [letter, name] = [row[place], row[place + 1]];
  if (letter.text.length !== 1 || !letter.isCapital || !name || ![". ", "."].includes(name.gap)) return null;
  return name.isNameLike && (LISTED.has(name.key) || SURNAMES.has(name.key)) ? place + 1 : null;
}

// "Pieter van der Merwe": a capitalised word, one or two small ones of the list, another
function particled(row, place) {
  let last = place + 1;
  while (last <= place + 2 && row[last] && !row[last].isCapital && WORDS.particles.has(row[last].key)) last += 1;
  if (last === place + 1 || !row[last] || row.slice(place + 1, last + 1).some((one) => one.gap !== " ")) return null;
  return row[place].isNameLike && row[last].isNameLike ? last : null;
}

function pair(row, place) {
  const [name, other] = [row[place], row[place + 1]];
  if (!other || other.gap !== " " || !name.isNameLike || !other.isNameLike) return null;
  if (isPublic(name, other) || isPlace(row, place) || isPlace(row, place + 1)) return null;
  const isFirst = LISTED.has(name.key);
  const isSurname = NAMES.surname.has(other.key) || (other.key.length >= LONG && ENDINGS.some((end) => other.key.endsWith(end)));
  const isLast = isSurname && (!name.begins || !WORDS.stop.has(name.key));
  return isFirst || isLast ? place + 1 : null;
}

function bare(row, place) {
  const name = row[place];
  const before = row[place - 1];
  let isName = NAMES.any.has(name.key) && !name.isShouted;
  if (name.isCapital && !name.isShouted) {
    const inside = !name.begins && !(before?.isNameLike && !before.begins);
    isName ||= NAMES.capital.has(name.key) || (inside && (NAMES.inside.has(name.key) || NAMES.surname.has(name.key)));
  }
  const isOther = isPlace(row, place) || isPublic(name, row[place + 1]) || isPublic(before, name);
  return isName && !isOther ? place : null;
}

function* namesIn(text) {
  const row = tokens(text);
  for (const place of row.keys()) {
    for (const rule of [lettered, titled, related, called, initial, particled, pair, bare]) {
      let last = rule(row, place);
      if (last === null) continue;
      const following = row[last + 1];
      if (following?.gap === " " && following.isNameLike) last += 1;
      yield { kind: "name", words: text.slice(row[place].start, row[last].end), start: row[place].start };
      break; // of one word the first rule that fits
    }
  }
}

// The first thing that may point to a person: {kind, words, start}, or null.
export function noticed(text) {
  return numbersIn(text).next().value ?? namesIn(text).next().value ?? null;
}

// Everything that may, names first; of what overlaps, the first.
export function everythingNoticed(text) {
  const kept = [];
  for (const one of [...namesIn(text), ...numbersIn(text)]) {
    const end = one.start + one.words.length;
    if (kept.every((other) => end <= other.start || other.start + other.words.length <= one.start)) kept.push(one);
  }
  return kept;
}
