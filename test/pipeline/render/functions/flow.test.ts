import { describe, expect, test } from 'vitest';
import { countingSources, evaluate, evaluationError } from './evaluate.ts';
import { ANSWERS, ERRORS } from './flow.table.ts';

describe('defaults and choices', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  test.each(ERRORS)('%s ends in the error that Helm shows', (expression, expected) => {
    expect(evaluationError(expression)).toBe(expected);
  });
});

describe('failures', () => {
  test('fail and required mark their messages for the renderer', () => {
    const thrown = (expression: string) => {
      try {
        return evaluate(expression);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(thrown('fail "boom"')).toContain('HELM_ERR_STARTboomHELM_ERR_END');
    expect(thrown('required "give it" .Values.nope')).toContain('HELM_ERR_STARTgive itHELM_ERR_END');
  });

  test('lint mode lets both pass', () => {
    const sources = countingSources({ lintMode: true });
    expect(evaluate('{{ fail "boom" }}|{{ required "x" nil }}|{{ required "x" "v" }}', { sources })).toBe('||v');
  });
});
