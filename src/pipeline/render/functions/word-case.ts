/**
 * Case styles as huandu/xstrings v1.5 has them: `camelcase` is PascalCase, `snakecase` and `kebabcase` cut words at
 * changes of case, digits and punctuation, where digits may belong to the word before them ("Bld4Floor").
 */
import { fromRunes, RUNE_ERROR, runesOf } from '../../../foundation/base/byte-string.ts';
import { isLetter, isSpace, isUpper, toLowerRune, toUpperRune } from './unicode-case.ts';

const isConnector = (rune: number): boolean => rune === 0x2d || rune === 0x5f || isSpace(rune);
const isPunctuation = (rune: number): boolean => /^\p{P}$/u.test(String.fromCodePoint(rune));
const isNumber = (rune: number): boolean => /^\p{N}$/u.test(String.fromCodePoint(rune));

/** Letters except those of Chinese, which have no case to cut at. */
function isAlphabet(rune: number): boolean {
  if (!isLetter(rune)) return false;
  const chinese =
    (rune >= 0x4e00 && rune <= 0x9fcc) || (rune >= 0x3400 && rune <= 0x4d85) || (rune >= 0x20000 && rune <= 0x2b81d);
  return !chinese;
}

/** xstrings.ToPascalCase. */
export function pascalCase(text: string): string {
  const runes = runesOf(text);
  const start = runes.findIndex((rune) => !isConnector(rune));
  // Upstream writes the last connector twice where there is nothing else.
  if (start < 0) return fromRunes([...runes, ...runes.slice(-1)]);
  const out = runes.slice(0, start);
  let upper = isUpper(runes[start]!);
  let current = toUpperRune(runes[start]!);
  for (let at = start + 1; at < runes.length; at++) {
    const previous = current;
    current = runes[at]!;
    if (isConnector(current) && isConnector(previous)) {
      out.push(previous);
    } else if (isConnector(previous)) {
      upper = isUpper(current);
      current = toUpperRune(current);
    } else {
      if (upper && isUpper(current)) current = toLowerRune(current);
      else upper = false;
      out.push(previous);
    }
  }
  return fromRunes([...out, current]);
}

type WordKind = 'invalid' | 'number' | 'upper' | 'alphabet' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly kind: WordKind;
  readonly runes: readonly number[];
}

interface Next {
  readonly rune: number;
  readonly size: number;
}

/** Cuts a text into words, one call at a time. Invalid runes belong to what follows or precedes them. */
class WordReader {
  private readonly runes: readonly number[];
  private at = 0;

  constructor(text: string) {
    this.runes = runesOf(text);
  }

  get done(): boolean {
    return this.at >= this.runes.length;
  }

  read(): Word {
    if (this.done) return { kind: 'invalid', runes: [] };
    const start = this.at;
    const first = this.peek(start, RUNE_ERROR);
    this.at += first.size;
    const kind = first.rune === RUNE_ERROR ? 'invalid' : this.readRest(first.rune);
    return { kind, runes: this.runes.slice(start, this.at) };
  }

  private peek(from: number, previous: number): Next {
    let at = from;
    while (at < this.runes.length && this.runes[at] === RUNE_ERROR) at += 1;
    const rune = this.runes[at];
    return rune === undefined ? { rune: previous, size: at - from } : { rune, size: at + 1 - from };
  }

  /** Takes runes along as long as they belong; returns the first that does not. */
  private takeWhile(first: number, belongs: (rune: number) => boolean): number {
    let rune = first;
    while (!this.done) {
      const next = this.peek(this.at, rune);
      rune = next.rune;
      if (next.size === 0 || !belongs(rune)) break;
      this.at += next.size;
    }
    return rune;
  }

  private readRest(first: number): WordKind {
    if (isConnector(first)) {
      this.takeWhile(first, isConnector);
      return 'connector';
    }
    if (isPunctuation(first)) {
      this.takeWhile(first, isPunctuation);
      return 'punctuation';
    }
    if (isUpper(first)) {
      this.readUpper(first);
      return 'upper';
    }
    if (isAlphabet(first)) {
      this.takeWhile(first, (rune) => isAlphabet(rune) && !isUpper(rune));
      return 'alphabet';
    }
    if (isNumber(first)) {
      this.takeWhile(first, isNumber);
      return 'number';
    }
    this.takeWhile(first, (rune) => !(isConnector(rune) || isAlphabet(rune) || isNumber(rune) || isPunctuation(rune)));
    return 'other';
  }

  /** "HTTPStatus" is "HTTP" and "Status": the last capital before a small letter starts the next word. */
  private readUpper(first: number): void {
    if (this.done) return;
    const second = this.peek(this.at, first);
    if (isUpper(second.rune)) {
      let last = second.size;
      let rune = second.rune;
      this.at += second.size;
      while (!this.done) {
        const next = this.peek(this.at, rune);
        rune = next.rune;
        if (!isUpper(rune)) break;
        last = next.size;
        this.at += next.size;
      }
      if (!this.done && isAlphabet(rune)) this.at -= last;
    } else if (isAlphabet(second.rune)) {
      this.at += second.size;
      this.takeWhile(second.rune, (rune) => isAlphabet(rune) && !isUpper(rune));
    }
  }
}

/** xstrings.ToSnakeCase and ToKebabCase. */
export function lowerCaseWords(text: string, connector: '_' | '-'): string {
  const reader = new WordReader(text);
  const out: string[] = [];
  const write = (word: Word): void => {
    out.push(lowerWord(word, connector));
  };
  let word = reader.read();
  /** Words and numbers that stay together; a connector behind them unless one stands there already. */
  const takeRun = (): void => {
    while (word.kind === 'alphabet' || word.kind === 'number') {
      write(word);
      word = reader.read();
    }
    if (word.kind !== 'invalid' && word.kind !== 'punctuation' && word.kind !== 'connector') out.push(connector);
  };
  while (!reader.done) {
    const previous = word;
    if (previous.kind !== 'connector') write(previous);
    word = reader.read();
    if (previous.kind === 'number') takeRun();
    else if (previous.kind === 'connector') write(previous);
    else if (previous.kind !== 'punctuation') {
      if (word.kind !== 'number') {
        if (word.kind !== 'connector' && word.kind !== 'punctuation') out.push(connector);
      } else if (!reader.done) {
        const digits = word;
        word = reader.read();
        if (word.kind === 'alphabet') {
          out.push(connector);
          write(digits);
          takeRun();
        } else {
          write(digits);
          if (word.kind !== 'connector' && word.kind !== 'punctuation') out.push(connector);
        }
      }
    }
  }
  write(word);
  return out.join('');
}

function lowerWord(word: Word, connector: string): string {
  if (word.kind !== 'upper' && word.kind !== 'connector') return fromRunes(word.runes);
  return word.runes.map((rune) => (isConnector(rune) ? connector : String.fromCodePoint(toLowerRune(rune)))).join('');
}
