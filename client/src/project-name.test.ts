import { expect, test } from 'vitest';
import { projectNameProblem } from './project-name';

const free = () => false;

test.each(['hello', 'my-app_2.0', '9p'])('%s can be a project', (name) => {
  expect(projectNameProblem(name, free)).toBeUndefined();
});

test.each(['', '..', '../up', 'a/b', '-x', 'a b'])('%j cannot', (name) => {
  expect(projectNameProblem(name, free)).toMatch(/\.$/);
});

test('a name that is taken is told', () => {
  expect(projectNameProblem('hello', (name) => name === 'hello')).toContain("'hello'");
});
