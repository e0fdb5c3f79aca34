import { expect, it } from 'vitest';
import { cxxFolders, cxxNameOf } from './toolchain';

it.each([
  ['gcc', 'g++'],
  ['clang', 'clang++'],
  ['cc', 'c++'],
  ['x86_64-elf-gcc-12.2', 'x86_64-elf-g++-12.2'],
  ['clang-14', 'clang++-14'],
  ['aarch64-linux-gnu-gcc', 'aarch64-linux-gnu-g++'],
  ['gcc.exe', 'g++.exe'],
])('knows the C++ compiler of %s', (compiler, cxx) => {
  expect(cxxNameOf(compiler)).toBe(cxx);
});

it('finds the headers of C++ in what a compiler says of its search', () => {
  const said = `ignoring nonexistent directory "/usr/local/include/c++"
#include "..." search starts here:
#include <...> search starts here:
 /usr/include/c++/12
 /usr/include/x86_64-linux-gnu/c++/12
 /usr/include/c++/12/backward
 /usr/lib/gcc/x86_64-linux-gnu/12/include
 /usr/include
End of search list.
`;
  expect(cxxFolders(said)).toEqual([
    '/usr/include/c++/12',
    '/usr/include/x86_64-linux-gnu/c++/12',
    '/usr/include/c++/12/backward',
  ]);
  expect(cxxFolders('clang++: error: no input files')).toEqual([]);
});
