/** Generates whole templates: control structures, variables, definitions, comments and text. */
import { call, type Generating, goQuote, operand } from './expressions.ts';
import { plainText } from './texts.ts';

interface Place {
  readonly depth: number;
  readonly inRange: boolean;
}

const TEXT = ['text', ' ', '\n', 'a: ', '\n  - ', 'x\n\n', '', '}', '{', '}} ', '\t', 'é '];

export function statements(g: Generating): string {
  const { random } = g;
  const names = [`t${random.below(3)}`, `u${random.below(3)}`];
  const defines = random.chance(0.3) ? names.slice(0, 1 + random.below(2)).map((name) => define(g, name)) : [];
  const body = block(g, { depth: 3, inRange: false }, defines.length > 0 ? names : []);
  return random.chance(0.5) ? defines.join('') + body : body + defines.join('');
}

function define(g: Generating, name: string): string {
  const variables = g.variables.splice(0);
  const body = block(g, { depth: 1, inRange: false }, ['up', name]);
  g.variables.splice(0, g.variables.length, ...variables);
  return open(g, `define "${name}"`) + body + open(g, 'end');
}

/** What is declared inside is forgotten behind it, mostly. */
function block(g: Generating, place: Place, names: readonly string[]): string {
  const known = g.variables.length;
  const text = Array.from({ length: 1 + g.random.below(4) }, () => statement(g, place, names)).join('');
  if (!g.random.chance(0.02)) g.variables.length = Math.min(known, g.variables.length);
  return text;
}

function open({ random }: Generating, body: string): string {
  const left = random.chance(0.2) ? '{{- ' : random.chance(0.1) ? '{{' : '{{ ';
  const right = random.chance(0.2) ? ' -}}' : random.chance(0.1) ? '}}' : ' }}';
  return left + body + right;
}

const pipeline = (g: Generating, place: Place): string =>
  g.random.chance(0.3)
    ? operand(g, g.random.pick(['any', 'bool', 'list', 'dict', '#text']), 1)
    : call(g, g.random.pick(g.functions), Math.min(1, place.depth));

function statement(g: Generating, place: Place, names: readonly string[]): string {
  const { random } = g;
  const kind = random.below(place.depth > 0 ? 15 : 7);
  if (kind < 2) return random.pick(TEXT);
  if (kind < 4) return open(g, pipeline(g, place));
  if (kind === 4) return variable(g, place);
  if (kind === 5) return rare(g, place, names);
  if (kind === 6)
    return open(
      g,
      random.pick([
        '.',
        '$',
        '$.Release.Name',
        '.Values.s',
        '.a',
        '.x.y',
        '$.Values.m',
        'break',
        'continue',
        '.Values.ml',
      ]),
    );
  const inner = { depth: place.depth - 1, inRange: place.inRange || kind > 11 };
  if (kind < 9) return conditional(g, inner, names);
  if (kind < 11) return around(g, `with ${declaration(g)}${pipeline(g, place)}`, inner, names);
  return loop(g, inner, names);
}

const nextName = (g: Generating): string => `$${'abcdefgh'[g.random.below(8)]}`;

function variable(g: Generating, place: Place): string {
  if (g.variables.length > 0 && g.random.chance(0.4))
    return open(g, `${g.random.pick(g.variables)} = ${pipeline(g, place)}`);
  const name = nextName(g);
  const text = open(g, `${name} := ${pipeline(g, place)}`);
  g.variables.push(name);
  return text;
}

function declaration(g: Generating): string {
  if (!g.random.chance(0.3)) return '';
  const name = nextName(g);
  g.variables.push(name);
  return `${name} := `;
}

function rare(g: Generating, place: Place, names: readonly string[]): string {
  const { random } = g;
  const name = random.pick([...names, ...names, 'up', 'lines', 'nested', 'fails', 'field', 'empty', 'nv', 'nope']);
  const argument = (): string => operand(g, random.pick(['any', 'dict', '#text']), place.depth > 0 ? 1 : 0);
  switch (random.below(7)) {
    case 0:
      return open(g, `template "${name}" ${argument()}`);
    case 1:
      return open(
        g,
        `include "${name}" ${argument()}${random.pick(['', ' | indent 2', ' | nindent 4', ' | quote', ' | trim'])}`,
      );
    case 2:
      return random.pick([
        '{{/* note */}}',
        '{{- /* note */ -}}',
        '{{/* two\nlines */}}',
        '{{ /* bad */ }}',
        '{{- /* a */}}',
      ]);
    case 3:
      return open(
        g,
        `tpl ${goQuote(random, random.chance(0.5) ? statementText(g) : plainText(random))} ${random.pick(['.', '$', '(dict "a" 1)'])}`,
      );
    case 4:
      return open(g, random.pick(['break', 'continue', 'end', 'else', 'block "blk" .']));
    case 5:
      return open(
        g,
        random.pick([
          '$x',
          '$.Nope.x',
          '.Values.nope.x',
          '"a" "b"',
          'nope 1',
          '1',
          '"s" | upper',
          '(1)',
          '.Values.s.x',
          'nil',
          '"x" | .Values.s',
          '1 | 2',
          '(.Values).s',
          '($).Release.Name',
          '.Values.l.x',
          '(index .Values.m "a").b',
          'true',
          '.Values.Table',
          '$.Values.m.a.b',
          '((dict "a" 1)).a',
          'print 1 2 "a" 3 nil',
          '.Values.i.x',
        ]),
      );
    default:
      return open(g, 'template "up"');
  }
}

function statementText(g: Generating): string {
  const inner: Generating = { ...g, variables: [] };
  return block(inner, { depth: 1, inRange: false }, []);
}

function conditional(g: Generating, place: Place, names: readonly string[]): string {
  const { random } = g;
  const known = g.variables.length;
  let text = open(g, `if ${declaration(g)}${pipeline(g, place)}`) + block(g, place, names);
  if (random.chance(0.3))
    text += open(g, `else ${random.pick(['if', 'if', 'with'])} ${pipeline(g, place)}`) + block(g, place, names);
  if (random.chance(0.4)) text += open(g, 'else') + block(g, place, names);
  g.variables.length = Math.min(known, g.variables.length);
  return text + open(g, 'end');
}

function around(g: Generating, head: string, place: Place, names: readonly string[]): string {
  const { random } = g;
  const known = g.variables.length;
  let text = open(g, head) + (random.chance(0.5) ? open(g, '.') : '') + block(g, place, names);
  if (random.chance(0.3)) text += open(g, 'else') + block(g, place, names);
  g.variables.length = Math.min(known, g.variables.length);
  return text + open(g, 'end');
}

function loop(g: Generating, place: Place, names: readonly string[]): string {
  const { random } = g;
  const over = operand(g, random.pick(['list', 'list', 'dict', 'any', 'int'] as const), 1, true);
  const [a, b] = [nextName(g), nextName(g)];
  const known = g.variables.length;
  const names2 = random.pick([[], [], [a], [a, b]]);
  const equals = names2.length > 0 && g.variables.length > 0 && random.chance(0.05) ? ' = ' : ' := ';
  g.variables.push(...names2);
  const head = `range ${names2.join(', ')}${names2.length > 0 ? equals : ''}${over}`;
  const skip = random.chance(0.25)
    ? `${open(g, `if ${random.pick(['eq . "a"', '.', 'not .', 'true', 'kindIs "string" .'])}`)}${open(g, random.pick(['break', 'continue']))}${open(g, 'end')}`
    : '';
  const text = around(g, head, place, names);
  g.variables.length = Math.min(known, g.variables.length);
  const at = text.indexOf('}}') + 2;
  return text.slice(0, at) + skip + text.slice(at);
}
