/** TypeScript's compiler by its name: what a split bundle loads on demand of a CommonJS package has no named exports. */
export { ts } from 'ts-morph';
