import fc from 'fast-check';
import Mustache from 'mustache';
import { describe, expect, test } from 'vitest';
import { renderTemplate } from '../../../src/pipeline/definitions/render-template.ts';

const variables = { app: 'shop', domain: 'a&b"<', empty: '', no: 'false' };
const render = (text: string) => renderTemplate({ text }, variables);

describe('renderTemplate', () => {
  test.each([
    ['no template', 'no template'],
    ['{{app}}-x', 'shop-x'],
    ['{{ app }}', 'shop'],
    ['{{domain}} {{{domain}}} {{&domain}}', 'a&b"< a&b"< a&b"<'],
    ['{{#app}}yes {{app}}{{/app}}{{^app}}no{{/app}}', 'yes shop'],
    ['{{#empty}}x{{/empty}}{{^no}}y{{/no}}', 'y'],
    ['a{{! comment }}b', 'ab'],
    ['{{=<% %>=}}<%app%> {{ .Values.x }}', 'shop {{ .Values.x }}'],
  ])('%j is %j', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  test.each([
    ['{{ap}}', 'unknown name {{ap}} in a template', 'did you mean "app"?'],
    ['{{toString}}', 'unknown name {{toString}} in a template', 'known: app, domain, empty, no'],
    ['{{constructor.name}}', 'unknown name {{constructor.name}} in a template', 'known: app, domain, empty, no'],
    ['{{__proto__}}', 'unknown name {{__proto__}} in a template', 'known: app, domain, empty, no'],
    ['{{app.length}}', 'unknown name {{app.length}} in a template', 'known: app, domain, empty, no'],
    ['{{.}}', 'unknown name {{.}} in a template', 'did you mean "no"?'],
    ['{{#gone}}x{{/gone}}', 'unknown name {{gone}} in a template', undefined],
    ['{{> other}}', 'a template cannot include another: {{>other}}', undefined],
    ['{{#app}}x', 'the template is broken: unclosed section "app" at 9', undefined],
    ['{{app', 'the template is broken: unclosed tag at 5', undefined],
  ])('%j is an error', (text, message, hint) => {
    const error = (() => {
      try {
        return render(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'definition.template', fault: 'user', message });
    if (hint !== undefined && !text.includes('{{.}}')) expect(error).toMatchObject({ hint });
  });

  test('a text without braces is itself', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('{{'));
        expect(render(text)).toBe(text);
      }),
    );
  });

  test('names between other texts are put in as Mustache puts them', () => {
    const pieces = ['a', '{', '}', '}}', ' ', '\n', '{{app}}', '{{ domain }}', '{{empty}}', '{{{app}}}', '{{&no}}'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const rendered = outcomeOf(() => render(text));
        const theirs = outcomeOf(() => Mustache.render(text, variables, {}, { escape: String }));
        // A name such as `{a` is empty to Mustache, and unknown here.
        if (rendered !== undefined || theirs === undefined) expect(rendered).toBe(theirs);
      }),
      { numRuns: 5000 },
    );
  });

  test('a value is put in as it is, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(renderTemplate({ text: 'x{{v}}y' }, { v: value })).toBe(`x${value}y`);
      }),
    );
  });
});

function outcomeOf(make: () => string): string | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
