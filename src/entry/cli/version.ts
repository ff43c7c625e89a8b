/** This program's version; package.json's, checked by a test. */
export const version = '0.1.0';
