import { expect, it } from 'vitest';
import { parseExports, parseMakefile } from './index';

const TEXT = `
# A comment
$(eval $(call addlib_s,libukalloc,$(CONFIG_LIBUKALLOC)))
CINCLUDES-$(CONFIG_LIBUKALLOC) += -I$(LIBUKALLOC_BASE)/include
LIBUKALLOC_SRCS-y += $(LIBUKALLOC_BASE)/heap.c \\
  more.c
LIBUKALLOC_SRCS-$(CONFIG_X) += $(LIBUKALLOC_BASE)/x.c
LIBUKALLOC_CFLAGS-y += -DA=1 -Wall
LDFLAGS-y += -nostdlib
$(eval $(call import_lib,$(CONFIG_UK_BASE)/lib/other))
`;

it('reads registrations, lists, guards and imports', () => {
  const parsed = parseMakefile(TEXT, '/k/lib/ukalloc', '/k');
  expect(parsed.problems).toEqual([]);
  expect(parsed.imports).toEqual(['/k/lib/other']);
  expect(parsed.includes).toEqual([{ path: '/k/lib/ukalloc/include', option: 'CONFIG_LIBUKALLOC' }]);
  expect(parsed.flags).toEqual([{ tool: 'linker', flag: '-nostdlib' }]);
  expect(parsed.libraries).toEqual([
    {
      name: 'libukalloc',
      folder: '/k/lib/ukalloc',
      option: 'CONFIG_LIBUKALLOC',
      sources: [
        { path: '/k/lib/ukalloc/heap.c' },
        { path: '/k/lib/ukalloc/more.c' },
        { path: '/k/lib/ukalloc/x.c', option: 'CONFIG_X' },
      ],
      includes: [],
      flags: [
        { tool: 'c', flag: '-DA=1' },
        { tool: 'c', flag: '-Wall' },
      ],
    },
  ]);
});

it('tells what is for C++ from what is for C', () => {
  const { libraries, includes, flags, problems } = parseMakefile(
    [
      '$(eval $(call addlib,appx))',
      'APPX_SRCS-y += main.cpp',
      'APPX_CXXFLAGS-y += -DOLD',
      'APPX_CFLAGS-y += -DC',
      'APPX_CXXFLAGS-y = -DNEW',
      'APPX_CXXINCLUDES-y += -I$(APPX_BASE)/cxx',
      'CXXINCLUDES-y += -I/all',
      'CXXFLAGS-y += -std=gnu++20',
    ].join('\n'),
    '/app',
    '/k',
  );
  expect(problems).toEqual([]);
  expect(libraries[0]?.flags).toEqual([
    { tool: 'c', flag: '-DC' },
    { tool: 'c++', flag: '-DNEW' },
  ]);
  expect(libraries[0]?.includes).toEqual([{ path: '/app/cxx', language: 'c++' }]);
  expect(includes).toEqual([{ path: '/all', language: 'c++' }]);
  expect(flags).toEqual([{ tool: 'c++', flag: '-std=gnu++20' }]);
});

it("reads Unikraft's lists without a guard, and lists of include folders that others name", () => {
  const { includes, libraries } = parseMakefile(
    [
      '$(eval $(call addlib_s,libnolibc,$(CONFIG_LIBNOLIBC)))',
      'CINCLUDES += -I$(CONFIG_UK_BASE)/include',
      'LIBNOLIBC_GLOBAL_INCLUDES-y += -I$(LIBNOLIBC_BASE)/include',
      'LIBNOLIBC_GLOBAL_INCLUDES-y += -I$(LIBNOLIBC_BASE)/arch/$(ARCH)',
      'LIBNOLIBC_GLOBAL_INCLUDES-y += -I$(LIBNOLIBC_BASE)/more',
      'CINCLUDES-$(CONFIG_LIBNOLIBC) += $(LIBNOLIBC_GLOBAL_INCLUDES-y)',
      'OTHER_GLOBAL_INCLUDES = -I$(LIBNOLIBC_BASE)/own',
      'LIBNOLIBC_CINCLUDES += $(OTHER_GLOBAL_INCLUDES)',
      'LIBNOLIBC_SRCS += $(LIBNOLIBC_BASE)/a.c',
    ].join('\n'),
    '/k/lib/nolibc',
    '/k',
  );
  expect(includes).toEqual([
    { path: '/k/include' },
    { path: '/k/lib/nolibc/include', option: 'CONFIG_LIBNOLIBC' },
    { path: '/k/lib/nolibc/more', option: 'CONFIG_LIBNOLIBC' },
  ]);
  expect(libraries[0]).toMatchObject({
    includes: [{ path: '/k/lib/nolibc/own' }],
    sources: [{ path: '/k/lib/nolibc/a.c' }],
  });
});

it('says where a line needs make, and executes nothing', () => {
  const { problems } = parseMakefile('X := $(shell touch /tmp/x)\nLIBX_SRCS-y += $(NONE)/a.c\n', '/k', '/k');
  expect(problems.map(({ code, range }) => `${range.start.line} ${code}`)).toEqual([
    '0 unsupported-makefile',
    '1 unknown-variable',
    '1 unknown-variable',
  ]);
});

it('knows where fetched sources are, and keeps patterns that only a disk can tell', () => {
  const { libraries, includes, problems } = parseMakefile(
    [
      '$(eval $(call addlib_s,libx,$(CONFIG_LIBX)))',
      '$(eval $(call fetch,libx,x-1))',
      'CINCLUDES-y += -I$(LIBX_ORIGIN)/include -I$(LIBX_ORIGIN)/../y/include',
      'LIBX_SRCS-y += $(filter-out %/a.c %/b.c,$(wildcard $(LIBX_ORIGIN)/src/*.c $(LIBX_ORIGIN)/more/*.c))',
      'LIBX_SRCS-$(CONFIG_Y) += $(wildcard $(LIBX_ORIGIN)/y/*.s)',
      'LIBX_SRCS-y += $(LIBX_BASE)/own.c',
    ].join('\n'),
    '/sdk/ker nel/lib/x',
    '/sdk/ker nel',
  );
  expect(problems).toEqual([]);
  const except = ['%/a.c', '%/b.c'];
  expect(libraries).toMatchObject([
    {
      origin: '/sdk/third-party/x-1',
      sources: [
        { path: '/sdk/third-party/x-1/src/*.c', except },
        { path: '/sdk/third-party/x-1/more/*.c', except },
        { path: '/sdk/third-party/x-1/y/*.s', except: [], option: 'CONFIG_Y' },
        { path: '/sdk/ker nel/lib/x/own.c' },
      ],
    },
  ]);
  expect(includes).toEqual([
    { path: '/sdk/third-party/x-1/include' },
    { path: '/sdk/third-party/x-1/../y/include' },
  ]);
});

it('never throws on a truncated file', () => {
  for (let length = 0; length < TEXT.length; length++) parseMakefile(TEXT.slice(0, length), '/k', '/k');
});

it('reads exported symbols', () => {
  expect(parseExports('# list\nuk_malloc\n  uk_free # both\n\n')).toEqual(['uk_malloc', 'uk_free']);
  expect(parseExports('none\n')).toEqual([]);
});
