import { describe, expect, test } from 'vitest';
import { formatGeneral, formatGeneral32, formatJsonNumber } from '../../../src/foundation/yaml/format-number.ts';

describe('numbers in Go', () => {
  test.each([
    [0, '0', '0', '0'],
    [-0, '-0', '-0', '-0'],
    [1, '1', '1', '1'],
    [100000, '100000', '100000', '100000'],
    [123456, '123456', '123456', '123456'],
    [1000000, '1e+06', '1e+06', '1000000'],
    [-1234567.5, '-1.2345675e+06', '-1.2345675e+06', '-1234567.5'],
    [0.0001, '0.0001', '0.0001', '0.0001'],
    [0.00001, '1e-05', '1e-05', '0.00001'],
    [16777217, '1.6777217e+07', '1.6777216e+07', '16777217'],
    [0.1, '0.1', '0.1', '0.1'],
    [1e21, '1e+21', '1e+21', '1e+21'],
    [1e39, '1e+39', '+Inf', '1e+39'],
  ])('%d', (value, general, general32, json) => {
    expect([formatGeneral(value), formatGeneral32(value), formatJsonNumber(value)]).toEqual([general, general32, json]);
  });
});
